"""What an operator's command may end with: one sentence that names the thing and the remedy."""


class Failure(Exception):
    """The command cannot do it. Printed as it is; exit 1."""


class BadSettings(Failure):
    """A setting does not fit: names file, key, value and what is allowed. Exit 2."""
