"""Anyone: check a certificate, report a fake, apply. No cookie but for who applies.

office      what these screens need of the office
verify      the page that checks, and what it is installed with
check       checks by the server: number and code, an uploaded file
report      report a fake
mailbox     where sealed reports arrive and are answered
footfall    how many come by posters, told by phones apart from any report
lapor       sealed reports: the form, and reading the answers; the browser does the rest
unscripted  sealed reports from browsers without scripts, sealed by the server
onion       where the onion service is, and what answers there
turns       when it is a network's turn to report
work        what browsers are asked to work out in a flood, and whether they did
trust       the trust bundle and the status lists, as published
limits      how often one address may ask
shown       a verdict as it is shown, on a page and to a script
apply       apply: what to bring, the first question, the code
form        the questions, one a page; papers; the summary
coming      when the applicant comes for fingerprints
status      where an application stands, and what may still be done
receiving   the slip, a letter for somebody else, collecting instead
complaint   the paper never came
rating      how was it? Three questions, where no officer sees it
badge       who stands at the door
asking      how each question reads
handles     which application a browser has open
plain       sums, days and numbers as people read them
"""
