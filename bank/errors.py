"""Why the bank did not answer. Each docstring is a sentence a banker may read."""


class BankError(Exception):
    """The bank's database could not answer."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())


class Refused(BankError):
    """That is not allowed here: I only read, and only the tables I was given."""


class TookTooLong(BankError):
    """The bank's database took too long, so I stopped the query. Try a shorter period or fewer groups."""


class Unreachable(BankError):
    """I cannot reach the bank's database at the moment. Please try again in a few minutes."""


class QueryFailed(BankError):
    """The bank's database could not run the query."""


class Misfit(BankError):
    """The catalogue does not fit the bank's database."""
