"""What is said about a model's query: the reading, made from its SQL where that can be; assumptions; what looked odd."""

from collections.abc import Sequence

from bank.values import Values
from generators.ai.columns import columns_of
from generators.ai.examine import Found
from generators.ai.figures import grounded
from generators.contract import Question, Statement
from generators.sql.read import Reader
from generators.sql.words import in_words

OWN_WORDS = "In the model's words: "


class Teller:
    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def statement(
        self, question: Question, sql: str, reading: str, assumptions: Sequence[str], found: Found, values: Values
    ) -> Statement:
        """`reading` and `assumptions` are the model's; a sentence of these with a figure from nowhere is left out."""
        sources = (question.text, *(turn.text for turn in question.earlier), *question.chosen, sql)
        made, as_of = in_words(self._reader, sql, values)
        own = grounded(reading, *sources) or f"read as asked, “{question.text}”"
        notes = [note for said in assumptions if (note := grounded(said, *sources))]
        return Statement(
            sql=sql,
            reading=made or f"{OWN_WORDS}{own}",
            columns=columns_of(sql, self._reader.catalogue, self._reader.dialect),
            as_of=as_of,
            notes=(*notes, *([found.doubt] if found.doubt else [])),
        )
