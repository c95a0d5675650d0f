"""Who keeps the office running: administrators, auditors.

people     the staff: accounts and roles, for administrators
offices    the tree of offices, for administrators
badges     of couriers: made, printed, revoked
journal    who did what, for auditors
"""
