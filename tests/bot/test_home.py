"""Home: what a person asked, what is known, their rights and settings; and for who looks after Teller, what was voted down."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bank.policy import Policy
from emulator.human import Human, words
from tests.bot.conftest import Office
from tests.bot.test_under_answers import done, saying
from tests.bot.test_whole_way import answer_of, eventually
from tracking.preferences import Preferences, Settled
from tracking.records import Vote
from tracking.reviews import Reviews

ANNA, BEN, FARID = "U0ANNA0001", "U0BEN00001", "U0FARID001"
LENDING, TREASURY = "C0LENDING1", "C0TREASURY"
POLICY = {
    "roles": {
        "banker": {
            "says": "Banker",
            "questions_a_day": 50,
            "tables": {"customer": {"rows": "branch = 'Leeds'", "says": "Leeds"}},
        },
        "keeper": {"looks_after": True, "tables": {"*": {}}},
    },
    "people": [{"user": FARID, "role": "keeper"}],
    "everybody_else": "banker",
}


@pytest.fixture
def policy() -> Policy:
    return Policy.model_validate(POLICY)


async def home_of(person: Human, text: str) -> dict[str, Any]:
    """The person's Home once it says `text`."""
    await person.opens_home()
    return await person.until(lambda sight: sight.home if sight.home and text in words(sight.home) else None)


async def asked(teller: Office, person: Human, question: str = "How many customers?") -> tuple[str, dict[str, Any]]:
    thread = await person.says(LENDING, f"@Teller {question}")
    await eventually(lambda: done(teller, f"{LENDING}:{thread}"))
    (answer,) = (await person.looks()).thread(LENDING, thread)
    return f"{LENDING}:{thread}", answer


async def test_home_shows_my_questions_with_my_votes_and_how_teller_fares(teller: Office) -> None:
    anna = await teller.person(ANNA)
    question_id, _ = await asked(teller, anna)
    await asked(teller, anna, "How many flurbs?")
    teller.ledger.vote(Vote(question_id, ANNA, False, datetime.now(UTC), "wrong_number", "I count six."))
    said = words(await home_of(anna, "My questions"))
    assert "How many customers? · answered 👎 “I count six.”" in said
    assert "How many flurbs? · not understood" in said
    for figure in ("Total queries: 2, by 1 person", "Success rate: 50% (1 of 2)", "Satisfaction: 0% 👍 (0 of 1 vote)"):
        assert figure in said
    assert "Worked out by Pattern Match: 2 of 2" in said
    assert "Average response time: " in said
    assert "Banker" in said
    assert "(banker)" not in said
    assert "customers: Leeds" in said
    assert "At most 50 questions a day" in said
    assert "To look at" not in said


async def test_the_banks_words_are_searched_in_home(teller: Office) -> None:
    anna = await teller.person(ANNA)
    home = await home_of(anna, "1 kinds of things")
    await anna.clicks_in_view(home["id"], "search", "customer")
    await anna.until(lambda sight: "customer: one customer" in words(sight.home or {}))
    await anna.clicks_in_view(home["id"], "search", "flurb")
    await anna.until(lambda sight: "I know nothing of “flurb”." in words(sight.home or {}))


async def test_settings_are_kept_and_hold_for_the_next_question(teller: Office) -> None:
    anna = await teller.person(ANNA)
    home = await home_of(anna, "My settings")
    await anna.clicks_in_view(home["id"], "settings")
    form = await anna.until(lambda sight: sight.view)
    chosen = {"approach": "pattern", "private": "private", "locale": "de-DE", "word_0": "rated by the regulator"}
    assert (await anna.submits(form["id"], chosen))["acknowledged"]
    assert Settled(teller.ledger).of(ANNA) == Preferences("pattern", True, "de-DE")
    await anna.until(lambda sight: "high risk always means rated by the regulator" in words(sight.home or {}))
    await anna.says(LENDING, "@Teller List the customers")
    answer = (await anna.until(lambda sight: saying(sight, anna.direct, "All customers")))[0]
    assert "1.200,50" in words(answer)
    question, approach = teller.router.asked[-1]
    assert approach == "Pattern Match"
    assert question.remembered == ("high risk=rated by the regulator",)


async def test_who_looks_after_teller_says_what_became_of_a_vote_and_the_voter_is_told(teller: Office) -> None:
    anna, farid = await teller.person(ANNA), await teller.person(FARID)
    question_id, answer = await asked(teller, anna)
    await anna.clicks(LENDING, answer["ts"], "feedback", f"down:{question_id}")
    form = await anna.until(lambda sight: sight.view)
    await anna.submits(form["id"], {"verdict": "down", "reason": "missing_rows", "comment": "York is missing."})
    home = await home_of(farid, "York is missing.")
    assert "To look at: 1 👎" in words(home)
    assert "Questions that wait for an answer: 0" in words(home)
    await farid.clicks_in_view(home["id"], "review_0")
    form = await farid.until(lambda sight: sight.view)
    said = {"outcome": "mended", "words": "York is there now."}
    assert (await farid.submits(form["id"], said))["acknowledged"]
    told = (await anna.until(lambda sight: saying(sight, anna.direct, "has looked at it")))[0]
    assert "it was wrong and is mended" in words(told)
    assert "York is there now." in words(told)
    await farid.until(lambda sight: "To look at: 0 👎" in words(sight.home or {}))
    assert Reviews(teller.ledger).waiting(5) == []


async def test_who_does_not_look_after_teller_cannot_review(teller: Office) -> None:
    anna = await teller.person(ANNA)
    home = await home_of(anna, "My questions")
    assert "review_0" not in str(home)


async def test_the_words_of_a_private_question_are_not_shown_to_who_looks_after_teller(teller: Office) -> None:
    anna, farid = await teller.person(ANNA), await teller.person(FARID)
    ts = await anna.says(anna.direct, "How many customers?")
    await eventually(lambda: done(teller, f"{anna.direct}:{ts}"))
    (answer,) = (await anna.looks()).thread(anna.direct, ts)
    await anna.clicks(anna.direct, answer["ts"], "feedback", f"down:{anna.direct}:{ts}")
    said = words(await home_of(farid, "A private question"))
    assert "How many customers? ·" not in said


async def test_the_form_asks_where_and_of_what_time(teller: Office) -> None:
    anna = await teller.person(ANNA)
    await anna.uses("ask_teller")
    form = await anna.until(lambda sight: sight.view)
    chosen = {"question": "How many customers?", "period": "last month", "approach": "pattern", "where": "here"}
    await anna.submits(form["id"], {**chosen, "channel": LENDING})
    await eventually(lambda: len(teller.router.asked) == 1)
    question, approach = teller.router.asked[0]
    assert (question.text, approach) == ("How many customers last month?", "Pattern Match")
    await anna.until(lambda sight: saying(sight, LENDING, "asked: How many customers last month?"))


async def test_a_message_is_asked_about_in_its_own_thread(teller: Office) -> None:
    anna, ben = await teller.person(ANNA), await teller.person(BEN)
    ts = await ben.says(LENDING, "How many customers?")
    await anna.uses("ask_about", LENDING, ts)
    form = await anna.until(lambda sight: sight.view)
    chosen = {"question": "How many customers?", "period": "as_asked", "approach": "auto", "where": "here"}
    await anna.submits(form["id"], chosen)
    await answer_of(anna, LENDING, ts, "The number of customers")


async def test_who_asks_in_private_in_the_form_is_answered_in_direct_messages(teller: Office) -> None:
    anna = await teller.person(ANNA)
    home = await home_of(anna, "Ask about Fern Bank")
    await anna.clicks_in_view(home["id"], "ask_teller")
    form = await anna.until(lambda sight: sight.view)
    await anna.submits(form["id"], {"question": "How many customers?", "where": "private"})
    await anna.until(lambda sight: saying(sight, anna.direct, "The number of customers"))


async def test_teller_says_hello_once_where_it_was_added_and_to_who_opens_it(teller: Office) -> None:
    anna = await teller.person(ANNA)
    await anna.troubles(twice=3)
    await anna.invites(TREASURY)
    hello = (await anna.until(lambda sight: saying(sight, TREASURY, "Hello. I answer questions")))[0]
    await anna.clicks(TREASURY, hello["ts"], "try_0")
    await anna.until(lambda sight: saying(sight, TREASURY, "asked: How many customers?"))
    assert len(saying(await anna.looks(), TREASURY, "Hello.")) == 1
    await anna.opens_home("messages")
    await anna.opens_home("messages")
    await anna.until(lambda sight: saying(sight, anna.direct, "Just ask, in your own words."))
    await anna.opens_home()
    await home_of(anna, "My questions")
    assert len(saying(await anna.looks(), anna.direct, "Hello.")) == 1


async def test_the_agent_view_suggests_what_i_asked_before_and_what_can_be_asked(teller: Office) -> None:
    anna = await teller.person(ANNA)
    await asked(teller, anna, "List the customers")
    await anna.opens_home("messages")
    prompts = await anna.until(lambda sight: sight.state["prompts"].get(anna.direct))
    assert [one["message"] for one in prompts["prompts"]] == ["List the customers", "How many customers?"]


async def test_a_thumb_up_is_thanked(teller: Office) -> None:
    anna = await teller.person(ANNA)
    question_id, answer = await asked(teller, anna)
    await anna.clicks(LENDING, answer["ts"], "feedback", f"up:{question_id}")
    await anna.until(lambda sight: saying(sight, LENDING, "Thank you"))
