"""What people do; one function each, in one transaction.

desk          what an action has to hand: settings, register, clock, the means to sign
certificates  issuing and withdrawing
verification  checking by number and check code
trust         publishing what checkers carry
"""
