"""What is kept; the only room that speaks SQL.

errors         what is wrong with a database, in a sentence
database       engine, transactions, column kinds; SQLite and PostgreSQL
schema         every table of the register on one page
register       Register, Books: every store in one transaction
certificates   numbers drawn, certificates reserved, confirmed, withdrawn
batches        which batches were begun, and which are done
publications   serial numbers of what is published
offices        the tree of offices
staff          who works there, in which roles
accounts       how they sign in: passwords, passkeys, sessions, tries that failed
journal        who did what, when: only ever added to
appointments   who comes when for fingerprints
applications   applications, by code, person and queue; what is known of people is sealed
papers         photos and papers of applications
payments       what was asked and paid, and every line of the bank
prints         print jobs, pre-printed sheets, bags that wait for a second person
badges         badges of couriers
handovers      papers that reached somebody, each with its signed record
incidents      what went wrong with deliveries; what was said of it is sealed
ratings        what people think of deliveries, each under a ticket
improvements   what offices want to do better
posters        posters, and what was found of them
footfall       how many came by posters, by area and week
devices        couriers' phones, their events, what of it is to be looked at
bags           bags, and every move of them
shifts         couriers' days with bags
outbox         notices on their way
holidays       days on which offices do not work
mailroom_schema  every table of the mailroom on one page
mailroom       Archive, Shelves: sealed reports, in a database of their own
mailroom_cases     cases, and all that was sealed for them
mailroom_openings  openings of identities
files          photos and papers themselves, sealed: a folder, or a bucket
permutation    the hidden order in which places of a status list are given out
bulk           many rows at once, for batches
upgrading      bring a database to the newest schema; slow to import, for `segel database` only
migrations     Alembic, one stream for each database
"""
