"""An evaluation that asks a model: what it will cost, and how it goes on where it was interrupted."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.answer import Answer
from generators.ai.model import Prices
from jobs.evaluation import Judged
from jobs.golden import Case, Golden

# Tokens of one question, read and written: by AI-Powered over the sample bank, and by a team's four calls.
_TOKENS = {"ai": (3_000, 250), "agents": (16_000, 1_200), "auto": (3_000, 250)}


def estimate(files: Sequence[Golden], approaches: Sequence[str], prices: Prices, model: str) -> list[str]:
    """A sentence for each approach that asks a model; what is known of its cost before it has run."""
    questions = sum(len(file.cases) for file in files)
    sentences = []
    for approach in approaches:
        if approach in _TOKENS:
            read, wrote = (questions * tokens for tokens in _TOKENS[approach])
            cost = prices.of(read, wrote)
            money = f", about {cost:,.2f} at the prices set" if cost else "; no prices are set"
            sentences.append(f"{approach}: {questions:,} questions to {model}, about {read + wrote:,} tokens{money}.")
    return sentences


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
        if approach not in _TOKENS:
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
