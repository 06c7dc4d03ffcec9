"""The `ward` commands, a few to a file. Each word imports what it needs when it is given: the server, the database and
their libraries take most of a second, which nobody waits for who asks for `--help`.
"""
