"""The kinds of card, as files: NAME.toml says what is where, NAME.png is the blank specimen.

The specimens are drawn from the layouts (`python -m kiosk.scanning.specimen FONT BOLD`).
"""
