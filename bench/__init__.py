"""What the project costs, measured: each file asks one question, `python -m bench` asks them all.

- figures: a figure, what it must reach, and how to measure several things by turns
- __main__: every question, one table, build/bench.json
- office: a site with invented people, to be measured
- peer: the same work as a newcomer would write it
- filling: a register as it would look after years
- issue_certificate: what a certificate costs, beside two raw signatures
- check_certificate: what a check costs, beside the raw verifications in it
- cold_start: what one command costs, from nothing
- grown_register: whether the millionth certificate costs what the thousandth did
- two_processes: whether two processes issue twice as much as one
- syncing_couriers: whether two hundred couriers at once lose or double an event
"""
