"""The rules, in plain Python: no clock, no database, no web.

errors         refusals: Unknown, NotPermitted, NotNow, Invalid
identifiers    numbers people read aloud: the NIK
identities     is the card that is held up the expected person's?
scans          one held-up card is one scan
applicants     what a certificate is made from: the record of one applicant
staff          offices, roles, and which two no one person may hold
accounts       signing in: passwords, sessions, waiting after wrong tries
journal        who did what, when: entries bound to one another
applications   draft → checked → examined → approved → printed → handed over
desks          which role does what at the counter, and who may look into a file
prints         the print ledger: jobs, and the sheets they used
handover       a bag on its way to a door, and whose hands it is in
rounds         the bags of a day, by window and street; who may carry them
shifts         a courier's day with bags: it closes where nothing is left
events         what a courier's phone says happened, and what becomes of it
incidents      what went wrong: acknowledged by two, ended by two, never by who is concerned
ratings        what people think of a delivery, and which figures may be shown
improvements   what is to be done better, by whom and by when
codes          the code of an application: eight characters, the last one a check
questions      the form of an application: one question a page
notices        what an office tells an applicant by SMS or e-mail
payments       what an application costs, and what a line of the bank means
posters        where posters hang, who is to look at which, and what was found
footfall       how many came by posters: by area and week, never surely
appointments   times at which people come for fingerprints
cases          received → opened → assigned ⇄ answered → closed → shredded
triage         how a report is sorted: class, urgency, who begins; browsers read the same table
work           how much a browser works before its report is taken, by how many come in
openings       an identity opened: asked → waiting → released | refused | stopped
calendar       working days and due times
certificates   reserved → issued ⇄ suspended → withdrawn | replaced; validity
"""
