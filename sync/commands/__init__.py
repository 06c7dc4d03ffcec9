"""The `kiosk-sync` commands, a few to a file. Each word imports what it needs when it is given: nobody waits for HTTP
who asks for `status`.
"""
