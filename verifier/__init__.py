"""Is this certificate genuine? Runs alone and offline, without the office.

errors      what stops a check from being made at all
verdict     Outcome, Finding, Verdict: what a check finds out
status      the trust bundle and the status lists that a checker carries
token       the numbered checks on a QR code's text
poster      what the code of a poster says, which is no certificate
pdf         the strict check of our own PDF files
remote      what a signing service has added to a file of ours
image       find the QR codes in a picture or a scan
confined    the child process in which hostile bytes are decoded
frame       find the QR codes in one frame of grey pixels
modules     read a code that was seen but not read, module by module
finders     where a code of small modules lies
pictures    from picture files to grey frames, inside that child
pages       from a PDF to grey frames, inside that child
scans       whether a PDF is a scan, and its codes, inside that child
signatures  what pyHanko says of a PDF's signatures, inside that child
revisions   what pyHanko says of what was added to a file, inside that child
foreign     signed PDF files of other issuers
documents   which of these paths a file takes
wording     what a person reads, in Indonesian and English
command     segel verify and python -m verifier
"""
