"""Where the staff comes in and goes out.

sign_in    sign in with login, password and code; sign out
account    one's own account: roles, passkeys, password
"""
