"""Bags at the office: given out to couriers, taken back, looked at.

wording   stages, deeds, windows and reasons in words
typed     numbers of bags as they are typed or scanned
bags      lists of bags, and one bag with its history
giving    what waits for a courier, offered to one; a courier's round on paper
returns   bags taken back, one by one
shifts    couriers' open shifts, and how they balance
own       a courier's own bags and shift, in any browser
reviews   what a courier's phone said and the register does not agree with
"""
