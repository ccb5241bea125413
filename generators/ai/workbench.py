"""What both ways that need a model work with over one bank: the model, what is known of the bank, the checks, the words."""

import asyncio
from collections.abc import Callable

from bank.catalogue import Catalogue
from bank.person import Person
from bank.values import Values
from generators.ai.examine import Examiner
from generators.ai.examples import Examples
from generators.ai.linking import Linked, Linker
from generators.ai.model import Model
from generators.ai.prompt import described
from generators.ai.telling import Teller
from generators.contract import Question
from generators.progress import doing
from generators.sql.read import Reader


def none_known(_: Person) -> Values:
    """Where nobody has read the bank's values: only the words of the catalogue are linked."""
    return Values()


class Workbench:
    """`dialect` is sqlglot's name for the bank's SQL, `values` gives those of the bank that a person may know. Made once,
    shared by every question."""

    def __init__(
        self,
        catalogue: Catalogue,
        dialect: str,
        model: Model,
        values: Callable[[Person], Values] = none_known,
        examples: Examples | None = None,
    ) -> None:
        self.catalogue = catalogue
        self.dialect = dialect
        self.model = model
        self.linker = Linker(catalogue)
        self._values = values
        self._examples = examples or Examples()
        reader = Reader(catalogue, dialect)
        self.examiner = Examiner(reader)
        self.teller = Teller(reader)

    async def link(self, question: Question) -> tuple[Linked, Values]:
        """What the question could mean, and what those could that it follows on; and the values that its asker may know."""
        values = await asyncio.to_thread(self._values, question.person)
        with doing("linking", "Looking at the tables") as linking:
            before = (text for turn in question.earlier for text in (turn.text, turn.reading))
            linked = self.linker.link(values, question.text, *question.chosen, *before)
            linking.note = ", ".join(linked.tables)
        return linked, values

    def described(self, linked: Linked, question: Question) -> str:
        """What a model is told about the bank for a question, with the examples nearest to it."""
        return described(self.catalogue, linked, self._examples.nearest(question.text))
