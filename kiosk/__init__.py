"""The office: issues certificates, keeps their register, serves the public page.

domain      the rules, in plain Python
storage     what is kept; the only room that speaks SQL
scanning    what the camera sees
actions     what people do; one function each, in one transaction
web         what people see; screens grouped by who looks
assembly    settings in, desk out; the only module that builds things
cli         what operators type
"""
