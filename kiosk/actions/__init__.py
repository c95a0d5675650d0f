"""What people do; one function each, in one transaction.

desk          what an action has to hand: settings, register, clock, the means to sign
certificates  issuing and withdrawing
batches       issuing for every line of a file
files         certificates onto the disk, whole or not at all
locks         one process at a time works on a batch
verification  checking by number and check code
identities    whom to expect by a card: the holder of a certificate
scans         cards held up to a station, each to its answer
staff         offices and people: added, given roles, let go
accounts      signing in and out; enrolment, password and code, sessions
passkeys      adding passkeys, signing in with one
heads         heads of logs, published day by day
journal       checking the journal, reading it, who opened a file
trust         publishing what checkers carry
devices       couriers' phones: registered, revoked
packs         what a courier's phone carries for a day
sync          what couriers' phones report, taken in once
filing        applications from the register, opened, and put back, sealed
applications  applying: begun, answered page by page, handed in
papers        photos and papers of an application
following     where an application stands, and what its applicant may still do
payments      a bank's file, a counter's receipt, what lapses
counter       the desk: queues, opening, checking, examining, approving, signing, sealing
printing      certificates on sheets: issued, printed, looked at, void
slips         slips of paper: made, and read
badges        who stands at the door, by a code
posts         a paper fetched at a counter or a service post
handovers     handing a paper over: who is expected, and the record of it
daybook       a day added up: sheets and money
appointments  when people come for their fingerprints
corrections   what applicants ask to be corrected: done, or declined
custody       bags: sealed, offered, taken, brought back; every move has two sides
shifts        a courier's day with bags, and its balance
bags          bags looked at: lists, and the history of one
rounds        which doors a courier goes to, and what waits for one
reviews       what a courier's phone said and the register does not agree with
incidents     what went wrong: raised; what an applicant says who received nothing
watch         incidents looked into and ended by two, with what follows for the paper
ratings       what people think of a delivery, and the figures of it
improvements  what is to be done better, by whom and by when
posters       printing posters: a place becomes a signed text, and the text a sheet
inspections   looking after posters: due, put up, looked at, taken down
footfall      how many came by posters: counted, and which area fell silent
mailroom      what an action with sealed reports has to hand, apart from the desk
readers       who may read sealed reports today, as the directory of keys says
admission     readers show that they hold their key, and get a session
directories   the directory of keys: drafted, and published once its holders signed it
cases         sealed reports: taken in, answered, shredded
deeds         the log of sealed reports: checked, published, counted
handling      sealed reports: read, answered, noted on, passed on, set aside, closed
openings      identities of sealed reports: asked for, granted, objected to, released
sealing       reports of browsers without scripts: sealed here, read by their code
notices       told of in an outbox, and sent
gateways      where notices leave: SMS gateway, mail server
due           by when something is due
upkeep        what the office does by itself, every little while
"""
