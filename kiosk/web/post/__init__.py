"""A counter or a service post at which people fetch their papers.

visits      somebody comes for a paper: slip or code, card, signature
cards       the card held up to this machine's camera
receipts    the receipt, bags' labels, and the receipt printer
wording     what the screens say of what was wrong
"""
