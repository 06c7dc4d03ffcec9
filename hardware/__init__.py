"""Buttons, lamps and the board. The only package that knows gpiozero; it knows nothing of votes."""
