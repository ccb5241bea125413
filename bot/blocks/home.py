"""The Home tab: what a person asked and set, what the bank's words are, how Teller fares; more for who looks after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import slackblocks as kit

from bot.blocks.answer import duration
from bot.blocks.ids import ASK, REVIEW, SEARCH, SETTINGS, TRY
from bot.blocks.message import Rendered, clip, render, say, small
from tracking.preferences import Preferences
from tracking.records import Entry, Statistics, Vote
from tracking.reviews import Waiting

MOST_BLOCKS = 100
EXAMPLES, MINE, FOUND, REVIEWED = 5, 8, 10, 8
APPROACHES = {"auto": "Teller chooses", "pattern": "Pattern Match", "ai": "AI-Powered", "agents": "AutoGen Multi-Agent"}
ENDED = {
    "answered": "answered",
    "clarify": "waits for you to choose",
    "not_understood": "not understood",
    "refused": "refused",
    "failed": "failed",
}


@dataclass(frozen=True, slots=True)
class Homepage:
    """All that one person's Home shows. `waiting` and `health` are None for who does not look after Teller."""

    bank: str
    examples: Sequence[str]
    mine: Sequence[tuple[Entry, Vote | None]]
    orders: Sequence[kit.Block]  # the person's subscriptions and alerts
    week: Statistics
    sought: str
    known: Sequence[tuple[str, str]]
    counts: str
    rights: Sequence[str]
    preferences: Preferences
    readings: Sequence[str]
    waiting: Sequence[Waiting] | None = None
    waiting_number: int = 0
    health: Sequence[str] | None = None


def home(page: Homepage) -> dict[str, Any]:
    """A Home view of at most 100 blocks."""
    first = [
        kit.HeaderBlock(kit.PlainText(clip(f"Ask about {page.bank}", 150)), block_id="title"),
        *_asking(page.examples),
    ]
    ordered = [_title("My subscriptions and alerts", "orders"), *page.orders]
    below = [
        *_review(page),
        *_mine(page.mine),
        *ordered,
        *_week(page.week),
        *_known(page),
        *_rights(page),
        *_settings(page),
    ]
    blocks = [*render(first), *render_all(below)]
    return {"type": "home", "blocks": blocks[:MOST_BLOCKS]}


def render_all(blocks: Sequence[kit.Block]) -> list[Rendered]:
    """In parts of fifty: `render` checks against what a message may hold."""
    return [one for start in range(0, len(blocks), 50) for one in render(blocks[start : start + 50])]


def _asking(examples: Sequence[str]) -> list[kit.Block]:
    buttons: list[kit.Element] = [kit.Button("Ask a question", action_id=ASK, style="primary", value="home")]
    tries = [kit.Button(clip(one, 75), action_id=f"{TRY}_{place}") for place, one in enumerate(examples[:EXAMPLES])]
    return [kit.ActionsBlock([*buttons, *tries], block_id="asking")]


def _mine(mine: Sequence[tuple[Entry, Vote | None]]) -> list[kit.Block]:
    if not mine:
        return [_title("My questions", "mine"), small("none", "What you ask stands here, with your votes.")]
    return [_title("My questions", "mine"), _list("questions", [_line(entry, vote) for entry, vote in mine[:MINE]])]


def _line(entry: Entry, vote: Vote | None) -> str:
    thumb = "" if vote is None else " 👍" if vote.up else " 👎"
    ended = ENDED.get(entry.result.outcome, "") if entry.result else "being worked on"
    comment = f" “{clip(vote.comment, 80)}”" if vote and vote.comment else ""
    return f"{entry.asked.asked_at:%d %b} · {clip(entry.asked.text, 200)} · {ended}{thumb}{comment}"


def _week(week: Statistics) -> list[kit.Block]:
    lines = [f"Total queries: {week.questions:,}, by {week.people:,} {'person' if week.people == 1 else 'people'}"]
    if week.success.rate is not None:
        lines.append(f"Success rate: {week.success.rate:.0%} ({week.success.part:,} of {week.success.whole:,})")
    if week.average_seconds is not None:
        lines.append(f"Average response time: {duration(week.average_seconds)}")
    if week.satisfaction.rate is not None:
        share = week.satisfaction
        votes = "vote" if share.whole == 1 else "votes"
        lines.append(f"Satisfaction: {week.satisfaction.rate:.0%} 👍 ({share.part:,} of {share.whole:,} {votes})")
    lines += [
        f"Worked out by {name}: {count:,} of {week.questions:,}"
        for name, count in sorted(week.approaches.items())
        if name
    ]
    return [_title("The last seven days", "week"), _list("statistics", lines)]


def _known(page: Homepage) -> list[kit.Block]:
    field = kit.PlainTextInput(SEARCH, page.sought or None, placeholder="A word, such as exposure or past due")
    blocks = [
        _title("What I know", "known"),
        small("counts", page.counts),
        kit.InputBlock("Search the bank's words, then press Enter", field, block_id="search", dispatch_action=True),
    ]
    if page.known:
        return [*blocks, _list("found", [f"{name}: {meaning}" for name, meaning in page.known[:FOUND]])]
    return [*blocks, small("nothing", f"I know nothing of “{clip(page.sought, 60)}”.")] if page.sought else blocks


def _rights(page: Homepage) -> list[kit.Block]:
    return [_title("My role and rights", "rights"), _list("role", page.rights)]


def _settings(page: Homepage) -> list[kit.Block]:
    chosen = page.preferences
    lines = [
        f"Approach: {APPROACHES.get(chosen.approach, chosen.approach)}",
        f"Answers: {'private, in our direct messages' if chosen.private else 'where I ask'}",
        f"Figures and dates: {chosen.locale or 'as in my Slack'}",
        *(page.readings or ["Rating system: I am asked each time"]),
    ]
    button = kit.ActionsBlock([kit.Button("Change settings", action_id=SETTINGS, value="home")], block_id="change")
    return [_title("My settings", "settings"), _list("preferences", lines), button]


def _review(page: Homepage) -> list[kit.Block]:
    if page.waiting is None:
        return []
    blocks = [_title(f"To look at: {page.waiting_number:,} 👎", "review")]
    for place, one in enumerate(page.waiting[:REVIEWED]):
        value = f"{one.vote.person}:{one.vote.question_id}"
        button = kit.Button("Looked at …", action_id=f"{REVIEW}_{place}", value=value)
        blocks += [_complaint(one, place), kit.ActionsBlock([button], block_id=f"review_{place}")]
    if not page.waiting:
        blocks.append(small("clear", "Nobody waits for you."))
    return [*blocks, _title("Delivery and health", "health"), _list("healthy", page.health or ["Nothing is known."])]


def _complaint(one: Waiting, place: int) -> kit.Block:
    question = "A private question" if one.private else clip(one.question, 200)
    said = " · ".join(words for words in (one.vote.reason.replace("_", " "), one.approach) if words)
    runs: list[kit.RichText | kit.RichTextUser] = [
        kit.RichText(question, bold=True),
        kit.RichText(f"\n{said}\n" if said else "\n"),
        kit.RichTextUser(one.vote.person),
    ]
    if one.vote.comment:
        runs.append(kit.RichText(f": “{clip(one.vote.comment, 400)}”"))
    return say(f"complaint_{place}", *runs)


def _title(words: str, block_id: str) -> kit.Block:
    return kit.HeaderBlock(kit.PlainText(words), block_id=f"title_{block_id}")


def _list(block_id: str, lines: Sequence[str]) -> kit.Block:
    items = [kit.RichTextSection([kit.RichText(clip(line, 500))]) for line in lines if line]
    return kit.RichTextBlock([kit.RichTextList("bullet", items)], block_id=block_id)
