"""The counter: from the papers' check to the sealed bag.

wording       stages, fields and reasons in words
shown         a file as its page shows it
queues        what waits, the soonest due first
files         one file: opened, its papers looked at, found by number
deeds         what is done with a file at each desk
corrections   what applicants ask to be corrected, and the answer
sheets        pre-printed sheets: received, void, left; print jobs that are not over
days          the report of a day
"""
