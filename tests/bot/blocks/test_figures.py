"""Cells as a banker reads them."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from bank.table import Cell, Column, Kind, Table
from bot.blocks.figures import figure, heading, headline, sortable
from bot.blocks.sheet import csv_bytes, harmless

WRITTEN: list[tuple[Cell, Kind, str]] = [
    (1234567.5, "amount", "1,234,567.50"),
    (Decimal("-0.005"), "amount", "-0.01"),
    (0.1 + 0.2, "amount", "0.30"),
    (12.5, "percent", "12.50 %"),
    (0.5, "percent", "0.50 %"),
    (0.0012, "percent", "0.0012 %"),
    (0, "percent", "0.00 %"),
    (100, "percent", "100.00 %"),
    (1200, "count", "1,200"),
    (0, "count", "0"),
    (3.14159, "number", "3.14"),
    (2025, "text", "2025"),
    (1000234, "id", "1000234"),
    (date(2025, 6, 30), "date", "2025-06-30"),
    (datetime(2025, 6, 30, 9, 5), "date", "2025-06-30 09:05"),
    (datetime(2025, 6, 30), "date", "2025-06-30"),
    (202506, "month", "2025-06"),
    ("2025-06", "month", "2025-06"),
    (date(2025, 6, 30), "month", "2025-06"),
    (1, "flag", "yes"),
    (False, "flag", "no"),
    (None, "amount", "–"),
    (float("nan"), "amount", "–"),
    ("  ", "name", "–"),
    ("Ada Ltd", "name", "Ada Ltd"),
]


@pytest.mark.parametrize(("cell", "kind", "written"), WRITTEN)
def test_a_cell_is_written_by_its_kind(cell: Cell, kind: Kind, written: str) -> None:
    assert figure(cell, Column("x", kind)) == written


def test_a_headline_names_its_currency_and_a_missing_figure_none() -> None:
    assert headline(5, Column("x", "amount", "CZK")) == "5.00 CZK"
    assert headline(None, Column("x", "amount", "CZK")) == "–"


def test_a_heading_is_never_empty() -> None:
    assert heading(Column(" "), 3) == "column 3"
    assert heading(Column("balance", "amount", "EUR"), 1) == "balance (EUR)"


@pytest.mark.parametrize("typed", ["=1+1", "+1", "-1+cmd", "@SUM(A1)", "\t=1", " =1"])
def test_a_text_that_a_spreadsheet_would_run_is_made_harmless(typed: str) -> None:
    assert harmless(typed) == f"'{typed}"


def test_numbers_keep_their_sign_and_their_decimals_in_the_file() -> None:
    table = Table((Column("name"), Column("balance", "amount", "EUR")), (("Ada", Decimal("-1.2345")), (None, 2.5)))
    assert csv_bytes(table).decode() == "\ufeffname,balance (EUR)\r\nAda,-1.2345\r\n,2.5\r\n"


LOCAL: list[tuple[Cell, Kind, str, str]] = [
    (1234567.5, "amount", "de-DE", "1.234.567,50"),
    (1234567.5, "amount", "en-IN", "12,34,567.50"),
    (1234567.5, "amount", "en-GB", "1,234,567.50"),
    (12.5, "percent", "it-IT", "12,50%"),
    (1200, "count", "fr-FR", "1\u202f200"),
    (0.00001234, "number", "de-DE", "1.234e-05"),
    (1000234, "id", "de-DE", "1000234"),
    (date(2025, 6, 30), "date", "en-US", "Jun 30, 2025"),
    (202506, "month", "it-IT", "giu 2025"),
    ("Q2", "month", "it-IT", "Q2"),
    (1234.5, "amount", "es-LA", "1,234.50"),
    (1234.5, "amount", "no such place", "1,234.50"),
]


def test_a_long_number_keeps_every_digit() -> None:
    long = 10**40 + 7
    assert figure(long, Column("n", "count"), "en-GB") == f"{long:,}"
    assert figure(long, Column("n", "percent"), "en-GB").replace(",", "").startswith(str(long))


@pytest.mark.parametrize(("cell", "kind", "locale", "written"), LOCAL)
def test_a_cell_is_written_as_where_its_reader_lives(cell: Cell, kind: Kind, locale: str, written: str) -> None:
    assert figure(cell, Column("x", kind), locale) == written


def test_what_is_written_in_words_still_sorts_by_its_day() -> None:
    assert sortable(202412, Column("x", "month")) < sortable(date(2025, 1, 31), Column("x", "month"))  # type: ignore[operator]
    assert sortable(date(2025, 1, 31), Column("x", "date")) == date(2025, 1, 31).toordinal()
    assert sortable("Q2", Column("x", "month")) is None
