"""The forms as they are kept: fonts, words and lines, drawn once.

make_form   draws a form anew, after a change of its words or fonts
"""
