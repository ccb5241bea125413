"""The people of the fault test: they ask, vote, change their minds and comment, and press again when nothing happens."""

import asyncio
import random
from dataclasses import dataclass, field
from typing import Any

from bot.blocks.comment import about
from bot.blocks.ids import COMMENT, FEEDBACK
from emulator import ui
from emulator.cast import BOT_USER, PEOPLE
from emulator.errors import SlackError
from emulator.slack import Slack
from emulator.ui import Act
from tracking.ledger import Ledger

QUESTIONS = (
    "How many customers do we have?",
    "How many active loans do we have?",
    "What is our total loan balance?",
    "How many loans are past due?",
    "How many customers are high risk?",  # is asked back
    "What is the airspeed of a swallow?",  # is not understood
)
PRESSES = 200  # how often a person presses before giving up: every press waits for the bot to come back


@dataclass(frozen=True, slots=True)
class Said:
    """A person's last word on one answer."""

    up: bool
    reason: str = ""
    comment: str = ""


@dataclass
class People:
    """What they do and what must be remembered of it: `asked` by question id, `voted` by question id and person."""

    slack: Slack
    address: str
    ledger: Ledger
    chance: random.Random
    asked: dict[str, str] = field(default_factory=dict)
    voted: dict[tuple[str, str], Said] = field(default_factory=dict)
    votes: int = 0
    changed: int = 0
    by_emoji: set[tuple[str, str]] = field(default_factory=set)

    async def ask(self, number: int, seconds: float) -> None:
        """So many questions over so many seconds, in every channel the bot is in and in direct messages."""
        places = [
            (person.id, channel.id)
            for channel in self.slack.workspace.channels.values()
            if BOT_USER in channel.members
            for person in PEOPLE
            if person.id in channel.members
        ]
        for _ in range(number):
            person, channel = self.chance.choice(places)
            words = f"@Teller {self.chance.choice(QUESTIONS)}"
            said = await ui.say(Act(self.slack, person, {"channel": channel, "text": words}, self.address))
            self.asked[f"{said['channel']}:{said['ts']}"] = person
            await asyncio.sleep(seconds / number)

    async def vote(self, number: int, seconds: float) -> None:
        """So many votes over about so many seconds, each person pressing one thing at a time."""
        share, rest = divmod(number, len(PEOPLE))
        each = [share + (place < rest) for place in range(len(PEOPLE))]
        await asyncio.gather(
            *(self._votes_of(person.id, many, seconds) for person, many in zip(PEOPLE, each, strict=True))
        )

    async def _votes_of(self, person: str, number: int, seconds: float) -> None:
        for _ in range(number):
            question, channel, ts = await self._an_answer(person)
            key, kind = (question, person), self.chance.random()
            if key in self.by_emoji:
                said = Said(not self.voted[key].up)
                await self._react_again(channel, ts, person, said.up)
            elif kind < 0.1 and key not in self.voted:
                said = Said(self.chance.random() < 0.6)
                self.by_emoji.add(key)
                await self._react(channel, ts, person, said.up)
            elif kind < 0.25:
                said = await self._comment(question, channel, ts, person)
            else:
                said = await self._press(channel, ts, person, question)
            self.changed += key in self.voted
            self.voted[key] = said
            self.votes += 1
            await asyncio.sleep(seconds / number * self.chance.uniform(0.2, 1.2))

    async def _an_answer(self, person: str) -> tuple[str, str, str]:
        """A finished answer this person can see; one time in three, one they voted on before."""
        while True:
            mine = [question for question, voter in self.voted if voter == person]
            question = self.chance.choice(mine if mine and self.chance.random() < 0.33 else list(self.asked) or [""])
            entry = await asyncio.to_thread(self._entry, question)
            if entry is not None and entry.result is not None and entry.state == "done":
                channel = self.slack.workspace.channel(entry.message_channel)
                message = channel.messages[entry.message_ts]
                votable = any(element.get("type") == "feedback_buttons" for block in message.blocks
                              for element in block.get("elements", []))  # fmt: skip
                if person in channel.members and votable:
                    return question, channel.id, entry.message_ts
            await asyncio.sleep(0.05)

    def _entry(self, question: str) -> Any:
        """The ledger as this test reads it: it too may be out of reach while the disk is full."""
        try:
            return self.ledger.entry(question)
        except Exception:
            return None

    async def _press(self, channel: str, ts: str, person: str, question: str) -> Said:
        before = self.voted.get((question, person))
        up = self.chance.random() < 0.6 if before is None else self.chance.random() < 0.5
        value = f"{'up' if up else 'down'}:{question}"
        body = {"channel": channel, "ts": ts, "action_id": FEEDBACK, "value": value}
        for _ in range(PRESSES):
            # A thumb that is down comes up without the bot hearing of it: this person always means the press.
            self.slack.workspace.channel(channel).messages[ts].pressed.get(person, {}).pop(FEEDBACK, None)
            if (await ui.click(Act(self.slack, person, body, self.address)))["acknowledged"]:
                kept = before if before is not None and before.up == up else None
                return kept or Said(up)
        raise AssertionError(f"Nobody heard the thumb of {person} on {question}")

    async def _comment(self, question: str, channel: str, ts: str, person: str) -> Said:
        said = Said(False, "wrong_number", f"Comment {self.votes} of {person}")
        values = {"verdict": "down", "reason": said.reason, "comment": said.comment}
        for _ in range(PRESSES):
            await self._close_forms(person)
            body = {"channel": channel, "ts": ts, "action_id": COMMENT}
            await ui.click(Act(self.slack, person, body, self.address))
            form = self.slack.views.top(person)
            if form is None or about(form.given["private_metadata"])[0] != question:
                continue
            sent = Act(self.slack, person, {"view_id": form.id, "values": values}, self.address)
            if (await ui.submit(sent))["acknowledged"]:
                return said
        raise AssertionError(f"Nobody took the comment of {person} on {question}")

    async def _close_forms(self, person: str) -> None:
        """A form that opened with a thumb is in the way: nobody fills it in after pressing the other thumb."""
        while form := self.slack.views.top(person):
            await ui.close(Act(self.slack, person, {"view_id": form.id}, self.address))

    async def _react(self, channel: str, ts: str, person: str, up: bool) -> None:
        name = "thumbsup" if up else "thumbsdown"
        await ui.react(Act(self.slack, person, {"channel": channel, "ts": ts, "name": name}, self.address))

    async def _react_again(self, channel: str, ts: str, person: str, up: bool) -> None:
        name = "thumbsdown" if up else "thumbsup"
        try:
            await ui.unreact(Act(self.slack, person, {"channel": channel, "ts": ts, "name": name}, self.address))
        except SlackError:
            raise AssertionError(f"{person} had not reacted with {name}") from None
        await self._react(channel, ts, person, up)
