"""The technician's screens. `door.py` opens them: a hidden corner held for five seconds, then a PIN."""
