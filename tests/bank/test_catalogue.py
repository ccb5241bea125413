"""The catalogue's file: its schema, its document and its loader say the same, and a fault is said with its line."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import bank.berka
import bank.sample
from bank.catalogue import (
    Catalogue,
    ColumnEntry,
    Currencies,
    Join,
    Measure,
    Reading,
    Share,
    Snapshot,
    TableEntry,
    Term,
    json_schema,
    load,
)
from bank.document import load_words, parse
from bank.errors import Misfit
from bank.fit import faults

ROOT = Path(__file__).parent.parent.parent
SCHEMA = json.loads(json_schema())
DOCUMENT = (ROOT / "docs" / "catalogue.md").read_text(encoding="utf-8")
SMALL = """bank: Small
tables:
  loan:
    noun: loan
    row: One loan.
    key: loan_id
    columns:
      loan_id: {kind: id}
      amount: {kind: amount}
"""


def said(text: str) -> str:
    with pytest.raises(Misfit) as fault:
        parse(text, "catalogue.yaml", Catalogue)
    return str(fault.value)


def test_the_schema_that_is_shipped_is_the_loaders() -> None:
    shipped = (ROOT / "bank" / "catalogue.schema.json").read_text(encoding="utf-8")
    anew = 'python -c "from bank.catalogue import json_schema; print(json_schema(), end=str())" > bank/catalogue.schema.json'
    assert shipped == json_schema(), f"Write it anew: {anew}"


@pytest.mark.parametrize("path", [bank.sample.CATALOGUE, bank.berka.CATALOGUE], ids=["sample", "berka"])
def test_the_shipped_catalogues_fit_the_schema(path: Path) -> None:
    jsonschema.validate(load_words(path), SCHEMA)


@pytest.mark.parametrize(
    "change",
    [
        {"bank": ""},
        {"clock": "tomorrow"},
        {"fiscal_year_start": 13},
        {"tabels": {}},
        {"tables": {"loan": {"noun": "loan"}}},
        {"tables": {"loan": {"noun": "loan", "row": "x", "key": "a", "columns": {"a": {"kind": "money"}}}}},
        {
            "tables": {
                "loan": {
                    "noun": "loan",
                    "row": "x",
                    "key": "a",
                    "columns": {"a": {"kind": "date", "stored": "european"}},
                }
            }
        },
        {"joins": [{"many": "loan"}]},
        {"terms": {"risky": {"readings": []}}},
    ],
)
def test_schema_and_loader_refuse_the_same(change: dict[str, Any]) -> None:
    document = {"bank": "Small", "tables": {}, **change}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, SCHEMA)
    said(json.dumps(document))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "kind: amount",
            "kind: money",
            "catalogue.yaml, line 9: tables → loan → columns → amount → kind: Input should be",
        ),
        ("key: loan_id", "kay: loan_id", "catalogue.yaml, line 6: tables → loan → kay: There is no such entry here"),
        ("    key: loan_id\n", "", "catalogue.yaml, line 3: tables → loan → key: This is missing"),
        ("key: loan_id", "key: id", "catalogue.yaml, line 3: tables → loan: names columns it does not list: id"),
        ("noun: loan", "noun: [loan", "catalogue.yaml, line 5: this is not valid YAML"),
        (
            "row: One loan.",
            "row: One loan.\n    noun: credit",
            "catalogue.yaml, line 6: noun stands here a second time.",
        ),
    ],
)
def test_a_fault_is_said_with_its_line(old: str, new: str, sentence: str) -> None:
    assert old in SMALL
    assert sentence in said(SMALL.replace(old, new))


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "word"])
def test_a_file_that_is_no_catalogue_is_said(text: str) -> None:
    assert "catalogue.yaml is empty" in said(text)


def test_every_fault_is_said_at_once() -> None:
    assert len(said(SMALL.replace("kind: id", "kind: ident").replace("kind: amount", "kind: money")).splitlines()) == 2


def test_a_file_that_is_not_text_is_said(tmp_path: Path) -> None:
    (tmp_path / "catalogue.yaml").write_bytes(b"bank: \xff\xfe")
    with pytest.raises(Misfit, match="UTF-8"):
        load(tmp_path / "catalogue.yaml")


def test_words_that_older_yaml_takes_for_truths_are_words() -> None:
    text = SMALL.replace("{kind: amount}", "{kind: category, codes: {NO: Norway, on: switched on, y: yes}}")
    assert parse(text, "x", Catalogue).tables["loan"].columns["amount"].codes == {
        "NO": "Norway",
        "on": "switched on",
        "y": "yes",
    }


@pytest.mark.parametrize(
    "model", [Catalogue, TableEntry, ColumnEntry, Snapshot, Share, Join, Measure, Reading, Term, Currencies]
)
def test_every_entry_stands_in_the_document(model: Any) -> None:
    undocumented = [name for name in model.model_fields if f"`{name}`" not in DOCUMENT and f"`{name}:" not in DOCUMENT]
    assert undocumented == []


def test_the_documents_example_loads_and_fits_itself() -> None:
    example = re.search(r"```yaml\n(.*?)```", DOCUMENT, re.DOTALL)
    assert example
    catalogue = parse(example[1], "docs/catalogue.md", Catalogue)
    assert faults(catalogue, {name: set(table.columns) for name, table in catalogue.tables.items()}) == []


def test_names_that_nothing_explains_are_said() -> None:
    text = SMALL + "measures:\n  lent: {table: loan, value: amount, date: loan.granted}\n"
    text += "currencies: {table: rate, source: a, target: b, month: c, rate: d}\n"
    catalogue = parse(text, "x", Catalogue)
    found = faults(catalogue, {"loan": {"loan_id", "amount"}})
    assert "The date of the measure lent is loan.granted, which is not listed." in found
    assert "A column of the exchange rates is rate.a, which is not listed." in found
