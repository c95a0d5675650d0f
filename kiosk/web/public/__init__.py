"""Anyone, no cookie: check a certificate, report a fake.

office      what these screens need of the office
verify      the page that checks, and what it is installed with
check       checks by the server: number and code, an uploaded file
report      report a fake
trust       the trust bundle and the status lists, as published
limits      how often one address may ask
shown       a verdict as it is shown, on a page and to a script
"""
