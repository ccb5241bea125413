"""What Slack sends, as the words a person typed."""

import pytest

from bot.listeners.commands import Request, taken_apart
from bot.listeners.words import mentioned, plain

SAID = [
    ("<@U0ME> how many loans?", "how many loans?"),
    ("how many loans, <@U0ME|teller>?", "how many loans, ?"),
    ("loans of <@U1|anna> &amp; <@U2>", "loans of anna & Ben Achterberg"),
    ("loans of <@U9>", "loans of @U9"),
    ("balance &gt; 5 &lt; 6", "balance > 5 < 6"),
    ("see <https://bank.example/x|the list>", "see the list"),
    ("see <https://bank.example/x>", "see https://bank.example/x"),
    ("write to <mailto:a@b.example|a@b.example>", "write to a@b.example"),
    ("in <#C1|lending>", "in lending"),
    ("<!here> total?", "here total?"),
    ("<!subteam^S1|@risk> total?", "@risk total?"),
    ("  two\n lines ", "two lines"),
    ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
    ("", ""),
]


@pytest.mark.parametrize(("sent", "typed"), SAID)
def test_text_from_slack_becomes_plain_words(sent: str, typed: str) -> None:
    assert plain(sent, "U0ME", {"U2": "Ben Achterberg"}) == typed


def test_the_people_named_are_found_without_teller() -> None:
    assert mentioned("<@U0ME> <@U1> and <@W2|carl>", "U0ME") == ["U1", "W2"]


@pytest.mark.parametrize(
    ("typed", "request_"),
    [
        ("how many loans?", Request("how many loans?")),
        ("private how many loans?", Request("how many loans?", private=True)),
        ("AI Private how many loans?", Request("how many loans?", "ai", True)),
        ("agents how many loans?", Request("how many loans?", "agents")),
        ("pattern", Request("", "pattern")),
        ("", Request("")),
        ("pattern ai loans", Request("ai loans", "pattern")),
    ],
)
def test_the_words_before_the_question_of_a_command_are_taken_off(typed: str, request_: Request) -> None:
    assert taken_apart(typed) == request_
