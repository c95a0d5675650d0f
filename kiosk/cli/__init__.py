"""What operators type.

main        `segel`, and where its commands are
opening     an installation, opened for a command
sites       `segel init`
issuing     `segel issue`, `segel withdraw`
expecting   `segel expect`: whom a card reader is to recognize
batches     `segel issue --batch`: lines in, certificates and reports out
workers     the processes that share a batch
verifying   `segel verify`
scanning    `segel scan`: QR codes from files and cameras
cards       `segel read-card`
keys        `segel keys`
trust       `segel trust`
staff       `segel offices`, `segel staff`
journal     `segel journal`
payments    `segel payments`: the bank's file
holidays    `segel holidays`
posters     `segel poster`, `segel check-poster`: posters that lead to a report
directory   `segel directory`: whose keys may read sealed reports
recovery    `segel recovery`: a reader's key on paper sheets, and back
reports     `segel reports`: their log, and what is counted of them
notices     `segel notices`
database    `segel database`
serving     `segel serve`
demo        `segel demo`
demo_applications  the invented applications of a demonstration
demo_people the invented offices and staff of a demonstration
demo_readers  the invented readers of sealed reports, and who signs for them
demo_reports  the invented reports of a demonstration, and a poster
saying      how commands speak, and what they say of mistakes
"""
