"""What people see; screens grouped by who looks.

app         create_app: the screens, put together
public      anyone, no cookie: check a certificate, report a fake
station     a kiosk or a desk with a camera: check a certificate, and whose card is held up
entrance    where the staff comes in and goes out
courier     the phone that works without signal: bags taken, delivered, brought back
counter     the desk: files checked, examined, approved, printed, sealed
post        a counter or a service post at which papers are fetched
custody     bags at the office: given out, taken back, couriers' shifts
watch       what duty officers and commanders look into: incidents, figures, improvements
reading     who reads sealed reports: handlers, custodians; no account, no cookie
office      who keeps the office running: administrators, auditors
guards      the doors of the staff's screens: session, role, same origin
leaves      what stands on slips of paper
readers     whether a card on a picture is the expected person's
people      roles, offices and deeds in words
assets      the built scripts, styles and icons, and how they are served
errors      what went wrong, as a page or as JSON
fields      what people type into forms
headers     what every answer carries: security headers, compression
languages   Indonesian first, English by a link
wording     verdicts and findings in words, for pages and scripts
"""
