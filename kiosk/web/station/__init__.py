"""A kiosk or a desk with a camera: check a certificate, and whose card is held up.

office      what these screens need of the office
door        which machines may use them, and that only their own pages ask
screen      the page, and the check of what somebody typed without scripts
scans       cards held up to the page's camera: begin, look, type, end
wording     the screens' words, and refusals in words
"""
