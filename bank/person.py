"""Who is asking: every look at the bank is made for somebody."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """`id` is the Slack user id, or `cli:NAME` in a terminal; `name` is what they are called.

    `email` and `groups` (Slack user group ids) are known where the policy asks for them, and so is `outside`: a guest, or
    somebody of another organisation. `locale` is how numbers and dates are written for them, as en-GB; empty where nobody
    knows.
    """

    id: str
    name: str = ""
    email: str = ""
    groups: tuple[str, ...] = ()
    locale: str = ""
    outside: bool = False
