"""The courier's phone: the page that works without signal, and what it asks the office for.

wording   what the page's scripts say
shell     the page itself, without anything of anybody in it
phone     registering a phone, and its pack of the day
card      a photo of a card at a door with signal: match or no match
reports   what phones report, signed: no session is asked for
phones    couriers' phones, as those who watch over them see them
"""
