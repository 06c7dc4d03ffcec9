"""What looks as if a kiosk's figures were helped along. Pure: a kiosk's days go in, signals come out.

`seen` says what a detector gets to see, `signals` what it says; one file each for what is looked for. Every detector
compares a kiosk with its own past, says what was seen and where, and never why: a family, a school class or a broken
socket look the same from here. All of them together are set so that an honest kiosk draws at most one a year.
"""
