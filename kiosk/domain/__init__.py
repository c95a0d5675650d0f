"""The rules, in plain Python: no clock, no database, no web.

errors         refusals: Unknown, NotPermitted, NotNow, Invalid
identifiers    numbers people read aloud: the NIK
identities     is the card that is held up the expected person's?
scans          one held-up card is one scan
applicants     what a certificate is made from: the record of one applicant
certificates   reserved → issued → withdrawn | replaced; validity
"""
