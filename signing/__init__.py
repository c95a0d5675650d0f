"""Every byte format the project stands behind; knows no citizen and no browser.

errors      what can go wrong while signing, and while reading what was signed
der         DER, as far as our formats need it
posting     asking a service over HTTP
base10      bytes as decimal digits, as a QR code packs them best
cose        signed messages in the one spelling we allow
keys        P-256 keys and the ids they go by
private     secrets, and the files that only their owner may read
keyfiles    private keys on disk, locked by a passphrase
ring        what a site knows of its keys, and how they follow one another
cells       sealed cells of the register, and how they are found again
expectation who is to be recognized by a card, sealed
pkcs11      keys in a PKCS#11 token
signer      one process that holds the token and signs for all the others
payload     a certificate's fields as they stand in its QR code
numbers     the printed number, rebuilt from the running number and the template
token       the text in the QR code
trust       the trust bundle: whose signatures count
status      status lists: which certificates were withdrawn or are suspended
slip        signed slips of paper: bag label, slip, letter, badge, receipt
event       what a courier's phone says happened, signed by it
padding     sizes that say little
hpke        something small, sealed for one reader
content     content under a key of its own
quorum      identity envelopes, which no one opens alone
envelope    sealed reports: keys of a case, messages, files
locked      a reader's private key, locked by its owner's passphrase or passkey
opening     a wish to open an identity: a one-time key, why, six words
recovery    a reader's key on paper: any three of five sheets (SLIP-39)
directory   whose keys may read sealed reports, and who is left out
poster      the signed text in a poster's QR code
receipt     the receipt code of a sealed report: its spellings, and what it opens
handover    the record of a handover, and what was confirmed
sheet       what stands on the sheet, as the JSON that travels inside the PDF
authority   the X.509 certificates behind the PDF signature
timestamp   time stamps (RFC 3161): asked for, and read again
cms         the signature inside the PDF (PAdES)
pdf         the file around a sheet: one revision, one signature
unsigned    the same file without our signature, for whoever signs whole files
remote      a service that signs whole files
"""
