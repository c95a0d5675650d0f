"""The office: issues certificates, keeps their register, serves the public page."""
