"""The `ward` commands, a few to a file."""
