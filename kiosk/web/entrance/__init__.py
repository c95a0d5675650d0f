"""Where the staff comes in and goes out.

sign_in    sign in with a passkey, or with login, password and code; sign out
enrol      set a password and bind an app, with a code that counts once
account    one's own account: roles, passkeys, password
"""
