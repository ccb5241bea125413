"""An evaluation that asks a model: what it will cost, and how it goes on where it was interrupted."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bank.person import Person
from bot.answer import Answer
from generators.ai.generator import AIPowered
from generators.ai.model import Model
from generators.ai.prompt import tokens
from generators.contract import Question
from jobs.evaluation import Judged
from jobs.golden import Case, Golden

if TYPE_CHECKING:
    from generators.agents.team import AutoGenTeam

ASKING = ("ai", "agents", "auto")  # the approaches that ask a model
TwoWithAModel = tuple[AIPowered, "AutoGenTeam"]
_REST = 100  # tokens of a reply beside its SQL: the reading, what was assumed


async def estimate(
    files: Sequence[Golden], approaches: Sequence[str], unfinished: "Unfinished", two: TwoWithAModel
) -> list[str]:
    """A sentence for each approach that asks a model, from the prompts of the very questions that are still to be asked.

    Of what is written only the SQL of the golden file is known. Each question counts as asked once, without a repair; auto
    as if Pattern Match understood none of them.
    """
    sentences = []
    for approach in approaches:
        if approach not in ASKING:
            continue
        left = [(file, case) for file in files for case in file.cases if not unfinished.judged(approach, file, case)]
        by, times = (two[1], 2) if approach == "agents" else (two[0], 1)  # a reviewer says each query again to check it
        read = sum([await by.reads(_asked(case)) for _, case in left])
        wrote = sum(times * (_REST + tokens(file.with_views(case.sql[0]) if case.sql else "")) for file, case in left)
        sentences.append(_said(approach, len(left), two[0].model, read, wrote))
    return sentences


def _said(approach: str, questions: int, model: Model, read: int, wrote: int) -> str:
    most = "at most " if approach == "auto" else ""
    cost = model.prices.of(read, wrote)
    money = f", about {cost:,.2f} at the prices set" if cost else "; no prices are set"
    return (
        f"{approach}: {most}{questions:,} questions to {model.name}, about {read:,} tokens to read and {wrote:,} to write"
        f"{money}. Each repair comes on top."
    )


def _asked(case: Case) -> Question:
    return Question("", case.question, Person("evaluation"), datetime.now(UTC), case.chosen)


class Unfinished:
    """The cases that were judged, a line each, until the whole evaluation is done. Pattern Match costs nothing: it is
    always asked anew."""

    def __init__(self, file: Path, model: str) -> None:
        self._file = file
        self._model = model
        self._held = {self._key(line): line for line in _lines(file)}

    def judged(self, approach: str, golden: Golden, case: Case) -> Judged | None:
        """What became of a case before the interruption, by the same model and with the case as it stands now."""
        line = self._held.get(self._key(self._about(approach, golden, case)))
        if line is None:
            return None
        answer = Answer("", case.question, line["outcome"], line["said_by"], line["message"], seconds=line["seconds"])
        return Judged(case, line["verdict"], line["rightly"], answer, line["why"])

    def keep(self, approach: str, golden: Golden, one: Judged) -> None:
        if approach not in ASKING:
            return
        answer = one.answer
        line = self._about(approach, golden, one.case) | {
            "verdict": one.verdict,
            "rightly": one.rightly,
            "why": one.why,
        }
        line |= {"outcome": answer.outcome, "said_by": answer.approach, "message": answer.message}
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(line | {"seconds": answer.seconds}, ensure_ascii=False) + "\n")

    def done(self) -> None:
        self._file.unlink(missing_ok=True)

    def __len__(self) -> int:
        return len(self._held)

    def _about(self, approach: str, golden: Golden, case: Case) -> dict[str, Any]:
        return {"model": self._model, "approach": approach, "file": golden.name, "case": case.model_dump_json()}

    def _key(self, line: dict[str, Any]) -> tuple[str, ...]:
        return tuple(str(line.get(name)) for name in ("model", "approach", "file", "case"))


def _lines(file: Path) -> list[dict[str, Any]]:
    """Those that were written whole: the last may not have been."""
    lines = []
    for text in file.read_text(encoding="utf-8").splitlines() if file.exists() else []:
        try:
            lines.append(json.loads(text))
        except ValueError:
            continue
    return lines
