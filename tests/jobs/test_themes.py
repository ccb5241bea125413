import pytest

from jobs.themes import Mood, mood, themes, themes_of
from tests.tracking.examples import NINE, asked
from tracking.records import Entry, Remark, Vote


@pytest.mark.parametrize(
    ("comment", "reason", "about"),
    [
        ("The total is wrong", "", ("Wrong figures",)),
        ("does not match the ledger", "", ("Wrong figures",)),
        ("", "wrong_number", ("Wrong figures",)),
        ("Leeds is missing", "", ("Data missing",)),
        ("nothing is missing, thanks", "", ()),
        ("not slow at all", "", ()),
        ("I meant the branch, not the region", "", ("Misunderstood",)),
        ("took too long", "too_slow", ("Slow",)),
        ("Could you add a chart? And it was slow", "", ("Slow", "Wishes")),
        ("these are the old rates", "", ("Out of date",)),
        ("thanks", "", ()),
        ("Wrongly spelt street names are confusing", "other", ("Hard to read",)),
    ],
)
def test_what_a_comment_is_about(comment: str, reason: str, about: tuple[str, ...]) -> None:
    assert themes_of(comment, reason) == about


@pytest.mark.parametrize(
    ("comment", "up", "sounds"),
    [
        ("thanks, exactly what I needed", True, "pleased"),
        ("great, but slow", True, "mixed"),
        ("not slow at all", True, "pleased"),
        ("wrong", False, "displeased"),
        ("not good", False, "displeased"),
        ("good idea, but the total is wrong", False, "mixed"),
        ("", False, "displeased"),
    ],
)
def test_how_a_comment_sounds(comment: str, up: bool, sounds: Mood) -> None:
    assert mood(comment, up) == sounds


def test_themes_are_counted_with_examples_and_what_no_rule_knows_comes_last() -> None:
    said = ("Leeds is missing", "York is missing", "hm", "hm", "hm", "slow")
    remarks = [
        Remark(Vote(f"C1:{number}", "U1", False, NINE, comment=comment), Entry(asked(number), "done"))
        for number, comment in enumerate(said)
    ]
    found = themes(remarks)
    assert [(theme.name, theme.number, len(theme.examples)) for theme in found] == [
        ("Data missing", 2, 2),
        ("Slow", 1, 1),
        ("Other", 3, 2),
    ]
