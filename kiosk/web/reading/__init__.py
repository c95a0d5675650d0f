"""Who reads sealed reports. No account and no cookie: a signed directory says who they are.

pages       the pages: everything is opened in the browser
guarding    what scripts say of keys and of openings
wording     what handlers read: states, choices, steps, letters to begin with
asking      what every request brings: a session, and a body of known fields
sessions    challenges and sessions
cases       what a handler sees of cases and does with them
openings    what handlers and custodians do when an identity is asked for
shown       an opening as it stands in answers
opened      `use_reading`: all answers, put into an application
"""
