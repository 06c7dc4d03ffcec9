"""What the citizen sees. `app.py` is the door to the rest of the terminal; each screen is a .py and a .kv beside it.

Kivy is imported here and nowhere else, and only after `environment.prepare` has told it how to behave.
"""
