"""Why a statement is not let in: each sentence says what was wrong and what to do."""

from bank.errors import Refused


class NotReadable(Refused):
    """I could not read that query, so I did not run it. Ask for one SELECT over the tables I was given."""


class TooLarge(Refused):
    """That query is too long or too deeply nested for me. Ask for less at once."""


class NotOneQuery(Refused):
    """I run one query at a time. Ask for a single SELECT."""


class NotASelect(Refused):
    """I only read: a query must be a SELECT. Nothing in the bank can be changed from here."""


class NotAllowed(Refused):
    """A part of that query is not on the list of what I may run."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"I may not use {what} in a query. Write it with plain SELECT, JOIN, WHERE, GROUP BY and ORDER BY."
        )


class FunctionNotAllowed(Refused):
    """A function in that query is not on the list of those I may use."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"I may not use the function {name}. Use the usual aggregate, date, text and number functions."
        )


class TypeNotAllowed(Refused):
    """A type in that query is not on the list of those I may convert to."""

    def __init__(self, name: str) -> None:
        super().__init__(f"I may not convert to {name}. Convert to a number, text, date or timestamp type.")


class UnknownName(Refused):
    """A name in that query is not one I was given."""


class UnknownTable(UnknownName):
    """A table in that query is not one I was given."""

    def __init__(self, name: str) -> None:
        super().__init__(f"I have no table {name}. Use the tables of the catalogue, without a schema in front.")


class UnknownColumn(UnknownName):
    """A column in that query is not one I was given."""

    def __init__(self, name: str) -> None:
        super().__init__(f"I have no column {name} in the tables named there. Use the columns of the catalogue.")


class UnclearName(Refused):
    """A name in that query can mean two things."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The name {name} can mean two things in that query. Give each table an alias; write ALIAS.COLUMN."
        )


class NoRole(Refused):
    """I do not know what you may see of the bank, so I may not show you anything. Ask whoever looks after me for a role."""


class NoAttribute(Refused):
    """A row filter needs to know something about the person that the policy does not say."""

    def __init__(self, role: str, attribute: str) -> None:
        super().__init__(
            f"As {role} you see only a part of the bank, and the policy does not say which: it lacks your {attribute}. "
            "Ask whoever looks after me to add it."
        )


class NoCondition(Refused):
    """A row filter of the policy is not one SQL condition."""

    def __init__(self, table: str) -> None:
        super().__init__(f"The rows of {table} are not one SQL condition, such as BRANCH_ID = :branch.")


class NotYours(Refused):
    """Something in that query is there, but not for this person."""

    def __init__(self, role: str, things: list[str]) -> None:
        super().__init__(f"As {role} you may not see {', '.join(things)}, so I cannot answer that for you.")


class OverBudget(Refused):
    """The person has used up what their role allows for a day."""

    def __init__(self, what: str) -> None:
        super().__init__(f"You have used up {what} that your role has for a day. Ask me again after midnight UTC.")


class MaskedUse(Refused):
    """A masked value cannot be filtered by or computed with: the number would be wrong."""

    def __init__(self, what: str) -> None:
        super().__init__(f"You may see {what}, so I cannot filter by it or compute with it: the number would be wrong.")
