"""Who reads sealed reports. No account and no cookie: a signed directory says who they are.

pages       the pages: everything is opened in the browser
"""
