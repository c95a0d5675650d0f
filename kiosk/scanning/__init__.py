"""What the camera sees: an identity card, from picture to reading. It keeps nothing.

errors      what may break when pictures are taken and read
layouts     the kinds of card there are: a file each, and its specimen
layout      what such a file says
specimen    draws the blank card of a layout
finding     where in a frame the card lies, and the card made upright
quality     what is wrong with a frame, as hints for whoever holds the card
paper       signs of a photocopy or of a screen: suspicions, never a verdict
lines       one line of print becomes text (RapidOCR, an optional part)
fields      the lines of a card become NIK, name and date of birth
mrz         the machine readable lines of a passport
card        one picture through all of these: a sighting
messages    what the reader and its worker say to each other
worker      the process in which pictures are decoded and read
reader      what others hold: pictures in, sightings out
sources     cameras: this machine's webcam, a browser's frames, a picture, a clip
clips       the frames of a clip, decoded in a process of their own
wording     what a person at a terminal reads of all this
uploads     an uploaded photo or paper, made a plain picture in a process of its own
"""
