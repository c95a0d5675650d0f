"""Everything that ends on paper; draws only what was signed.

errors      what can go wrong on the way to paper
certificate the certificate: a sheet's values in, a signed PDF out
unsigned    the certificate without our signature, for whoever signs whole files
form        the parts of a sheet that are the same on every sheet
skck1       the form "skck-1": where everything stands, and its printed words
photo       the applicant's photo, brought to one form
qr          the QR code of a certificate
spool       where paper comes out: a queue of CUPS, or a folder
slips       slips of paper: PDF, and lines for a receipt printer
poster      the poster that leads to a report: A4, A3, sticker
recovery    a reader's key on five sheets
codes       QR codes for screens and slips
forms       the forms as they are kept, and how they are made
"""
