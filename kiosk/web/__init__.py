"""What people see; screens grouped by who looks.

app         create_app: the screens, put together
public      anyone, no cookie: check a certificate, report a fake
assets      the built scripts, styles and icons, and how they are served
errors      what went wrong, as a page or as JSON
headers     what every answer carries: security headers, compression
languages   Indonesian first, English by a link
"""
