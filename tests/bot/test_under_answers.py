"""What stands under an answer: questions that may follow, files, Explain, Run again, Share, Take back."""

import io
import zipfile
from dataclasses import replace
from typing import Any

import aiohttp

from bot.sharing import NO_CHANNEL
from emulator.human import Human, Sight, words
from tests.bot.conftest import HOW_MANY, Office
from tests.bot.test_whole_way import answer_of, eventually

ANNA, BEN = "U0ANNA0001", "U0BEN00001"
LENDING, GENERAL = "C0LENDING1", "C0GENERAL1"


async def listed(teller: Office, person: Human, text: str = "All customers") -> tuple[str, dict[str, Any]]:
    """The thread of a question for a list, and its answer."""
    thread = await person.says(LENDING, "@Teller List the customers")
    answer = await answer_of(person, LENDING, thread, text)
    await eventually(lambda: done(teller, f"{LENDING}:{thread}"))
    return thread, answer


def done(teller: Office, question_id: str) -> bool:
    entry = teller.ledger.entry(question_id)
    return entry is not None and entry.state == "done"


def files(sight: Sight, channel: str) -> list[dict[str, Any]]:
    return [file for message in sight.messages(channel) for file in message.get("files", [])]


async def content(teller: Office, file: dict[str, Any]) -> bytes:
    headers = {"Authorization": f"Bearer {teller.poster().client.token}"}
    async with aiohttp.ClientSession(headers=headers) as http, http.get(file["url_private_download"]) as response:
        return await response.read()


async def test_the_whole_table_is_one_button_away_as_a_workbook_with_its_definitions(teller: Office) -> None:
    anna = await teller.person(ANNA)
    thread, answer = await listed(teller, anna)
    await anna.clicks(LENDING, answer["ts"], "excel")
    (file,) = await anna.until(lambda sight: files(sight, LENDING))
    assert file["name"] == "answer.xlsx"
    book = zipfile.ZipFile(io.BytesIO(await content(teller, file)))
    written = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    assert "<f>" not in written
    assert "<hyperlinks>" not in written
    assert "=HYPERLINK(1)" in written
    for defined in ("All customers with their balance", "SELECT name, branch, balance", "Pattern Match", "customer"):
        assert defined in written
    assert (
        len((await anna.looks()).thread(LENDING, thread)) == 2 + 1
    )  # the answer, the file, and the word that it comes


async def test_explain_says_how_it_came_about_to_who_asks_alone(teller: Office) -> None:
    anna, ben = await teller.person(ANNA), await teller.person(BEN)
    thread = await anna.says(LENDING, "@Teller How many customers?")
    answer = await answer_of(anna, LENDING, thread, "The number of customers")
    await eventually(lambda: done(teller, f"{LENDING}:{thread}"))
    await ben.clicks(LENDING, answer["ts"], "more", f"explain:{LENDING}:{thread}")
    told = (await ben.until(lambda sight: saying(sight, LENDING, "How I read it")))[0]
    assert told["only_for"] == BEN
    for said in ("Every branch is counted.", "customer: one customer", "without a model", "guard, rights and query"):
        assert said in words(told)


async def test_run_again_asks_the_same_words_anew(teller: Office) -> None:
    anna, ben = await teller.person(ANNA), await teller.person(BEN)
    thread, answer = await listed(teller, anna)
    await ben.clicks(LENDING, answer["ts"], "more", f"rerun:{LENDING}:{thread}")
    await ben.until(lambda sight: len(saying(sight, LENDING, "All customers")) == 2)
    assert [question.person.id for question, _ in teller.router.asked] == [ANNA, BEN]


async def test_an_asker_takes_an_answer_back_with_its_files_and_nobody_else_can(teller: Office) -> None:
    anna, ben = await teller.person(ANNA), await teller.person(BEN)
    thread, answer = await listed(teller, anna)
    await anna.clicks(LENDING, answer["ts"], "excel")
    await anna.until(lambda sight: files(sight, LENDING))
    await ben.clicks(LENDING, answer["ts"], "more", f"retract:{LENDING}:{thread}")
    await ben.until(lambda sight: saying(sight, LENDING, "Only the person who asked can take"))
    await ben.reacts(LENDING, answer["ts"], "wastebasket")
    await anna.reacts(LENDING, answer["ts"], "wastebasket")
    await anna.until(lambda sight: saying(sight, LENDING, "took this answer back"))
    assert not saying(await anna.looks(), LENDING, "All customers with")
    assert teller.ledger.entry(f"{LENDING}:{thread}") is not None


async def test_an_answer_is_shared_in_another_channel_and_taken_back_there_too(teller: Office) -> None:
    anna = await teller.person(ANNA)
    thread, answer = await listed(teller, anna)
    await anna.clicks(LENDING, answer["ts"], "more", f"share_to:{LENDING}:{thread}")
    form = await anna.until(lambda sight: sight.view)
    await anna.submits(form["id"], {"channel": GENERAL})
    (copy,) = await anna.until(lambda sight: saying(sight, GENERAL, "All customers with"))
    assert "asked: List the customers" in words(copy)
    await anna.until(lambda sight: saying(sight, LENDING, "Shared."))
    await anna.clicks(LENDING, answer["ts"], "more", f"retract:{LENDING}:{thread}")
    await anna.until(lambda sight: not saying(sight, GENERAL, "All customers with"))


async def test_nothing_is_shared_into_somebody_elses_direct_messages(teller: Office) -> None:
    anna, ben = await teller.person(ANNA), await teller.person(BEN)
    thread, answer = await listed(teller, anna)
    await anna.clicks(LENDING, answer["ts"], "more", f"share_to:{LENDING}:{thread}")
    form = await anna.until(lambda sight: sight.view)
    await anna.submits(form["id"], {"channel": ben.direct})
    await anna.until(lambda sight: saying(sight, LENDING, NO_CHANNEL))
    assert not saying(await ben.looks(), ben.direct, "All customers with")


async def test_a_follow_up_is_asked_in_the_thread_by_who_presses_it(teller: Office) -> None:
    anna, ben = await teller.person(ANNA), await teller.person(BEN)
    teller.router.replies["How many customers?"] = replace(HOW_MANY, follow_ups=("List the customers", "and in Leeds?"))
    thread = await anna.says(LENDING, "@Teller How many customers?")
    answer = await answer_of(anna, LENDING, thread, "The number of customers")
    await eventually(lambda: done(teller, f"{LENDING}:{thread}"))
    await ben.clicks(LENDING, answer["ts"], "follow_up_1")
    said = await answer_of(ben, LENDING, thread, "customers in Leeds")
    assert "asked: and in Leeds?" in words(said)


def saying(sight: Sight, channel: str, text: str) -> list[dict[str, Any]]:
    return [message for message in sight.messages(channel) if text in words(message)]
