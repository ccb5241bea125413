"""What a command says when it cannot do what it was asked to."""


class Unusable(Exception):
    """What was asked for on the command line cannot be done."""
