"""Explain: how an answer came about, for whoever wants to check it."""

from collections.abc import Sequence

import slackblocks as kit

from bot.blocks.answer import duration
from bot.blocks.message import Message, clip, escape, render, say, small
from generators.contract import Approach
from tracking.records import Result, Step

HOW = {
    Approach.PATTERN.value: "Pattern Match: by fixed rules over the words of the bank's catalogue, without a model. "
    "The same words give the same SQL every time.",
    Approach.AI.value: "AI-Powered: a model wrote the SQL; the figures come from the bank alone.",
    Approach.AGENTS.value: "AutoGen Multi-Agent: several models wrote and checked the SQL; the figures come from the bank alone.",
}
STEPS = {
    "routing": "choosing the way",
    "generation": "writing the SQL",
    "door": "guard, rights and query",
    "query": "the query itself",
    "posting": "posting",
}


def explained(question: str, result: Result, notes: Sequence[str], meanings: Sequence[tuple[str, str]]) -> Message:
    """`notes` are the assumptions made, `meanings` the bank's words that occur, with how they are reckoned."""
    sections = [
        ("How I read it", result.reading.split("\n")),
        ("Assumptions", list(notes)),
        ("What the words mean", [f"{name}: {meaning}" for name, meaning in meanings]),
        ("How it was worked out", [HOW.get(result.approach, result.approach), *_rights(result)]),
        ("How long it took", [_taken(result.steps)] if result.steps else []),
    ]
    blocks: list[kit.Block] = [say("question", kit.RichText(clip(question, 300), italic=True))]
    lines = [clip(question, 300)]
    for place, (title, said) in enumerate((title, said) for title, said in sections if any(said)):
        items = [kit.RichTextSection([kit.RichText(clip(line, 500))]) for line in said if line][:12]
        heading = kit.RichTextSection([kit.RichText(title, bold=True)])
        blocks.append(kit.RichTextBlock([heading, kit.RichTextList("bullet", items)], block_id=f"section_{place}"))
        lines += [title, *(f"• {clip(line, 200)}" for line in said if line)]
    blocks.append(
        small("sql", "The SQL is folded away under the answer; the Excel file has all of this on its second sheet.")
    )
    return Message(escape(clip("\n".join(lines), 3_500)), render(blocks))


def _rights(result: Result) -> list[str]:
    return [f"The bank was read with the rights of the role {result.role}."] if result.role else []


def _taken(steps: Sequence[Step]) -> str:
    sums: dict[str, float] = {}
    for step in steps:
        sums[step.name] = sums.get(step.name, 0.0) + step.seconds
    return ", ".join(f"{STEPS.get(name, name)} {duration(seconds)}" for name, seconds in sums.items())
