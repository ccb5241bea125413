"""Why the bank did not answer. Each docstring is a sentence a banker may read."""


class BankError(Exception):
    """The bank's database could not answer."""

    def __init__(self, message: str = "", cause: str = "") -> None:
        """`cause` is what the driver said: for the log and for a model that mends its query, never for the banker."""
        super().__init__(message or (type(self).__doc__ or "").strip())
        self.cause = cause


class Refused(BankError):
    """That is not allowed here: I only read, and only the tables I was given."""


class TookTooLong(BankError):
    """The bank's database took too long, so I stopped the query. Try a shorter period or fewer groups."""


class Stopped(BankError):
    """The query was stopped, as you asked."""


class Unreachable(BankError):
    """I cannot reach the bank's database at the moment. Please try again in a few minutes."""


class QueryFailed(BankError):
    """The bank's database could not run the query."""


class TooMuchMemory(QueryFailed):
    """The bank's database needed too much memory for that, so it stopped. Try a shorter period or fewer groups."""


class Misfit(BankError):
    """The catalogue does not fit the bank's database."""
