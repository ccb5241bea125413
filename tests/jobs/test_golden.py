"""Golden questions in YAML: read whole, or refused with every fault."""

from pathlib import Path

import pytest

from jobs.golden import BadGolden, find, load


def written(tmp_path: Path, text: str, name: str = "golden.yaml") -> Path:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return file


def test_parts_hold_questions_and_one_sql_stands_for_several(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "bank: fern\nfloor: {precision: 98, coverage: 85}\n"
        "one: [{question: How many, sql: SELECT 1}]\n"
        "two: [{question: How many, chosen: a loan, sql: [SELECT 1, SELECT 2], expect: clarify}]\n",
    )
    golden = load(file)
    assert (golden.name, golden.bank) == ("golden.yaml", "fern")
    assert golden.floor
    assert golden.floor.coverage == 85
    assert [(case.part, case.key, case.sql) for case in golden.cases] == [
        ("one", "How many", ("SELECT 1",)),
        ("two", "How many / a loan", ("SELECT 1", "SELECT 2")),
    ]


def test_every_fault_is_said_with_its_place(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "floor: {precision: 101, coverage: 1}\n"
        "one:\n- {question: a, sql: SELECT 1, colour: red}\n- {question: b}\n"
        "- {question: e, sql: SELECT 1, expect: refused}\n- {question: c, expect: sorrow}\n- text\n"
        "two:\n- {question: d, sql: SELECT 1}\n- {question: d, sql: SELECT 2}\n"
        "three: 3\n",
    )
    with pytest.raises(BadGolden) as caught:
        load(file)
    said = str(caught.value)
    assert len(said.splitlines()) == 8
    for words in (
        "question 1: colour",
        "question 2: needs the SQL",
        "question 3: has an answer",
        "question 4: expect",
        "question 5",
        "'d'",
        "three",
    ):
        assert words in said
    assert "floor" in said


@pytest.mark.parametrize("text", ["- a list", "a: [unclosed", ""])
def test_what_is_no_golden_file_is_said(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadGolden, match=r"golden\.yaml"):
        load(written(tmp_path, text))


def test_a_folder_gives_its_files_and_an_empty_or_missing_one_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadGolden, match="no golden questions"):
        find(tmp_path)
    with pytest.raises(BadGolden, match="no file or folder"):
        find(tmp_path / "missing")
    second, first = written(tmp_path, "a: []", "b.yaml"), written(tmp_path, "a: []", "a.yaml")
    assert find(tmp_path) == [first, second]
    assert find(second) == [second]


def test_only_the_views_a_query_uses_stand_before_it_in_their_order(tmp_path: Path) -> None:
    views = "views: {whole: SELECT 1 AS n, half: SELECT n / 2 AS n FROM whole, other: SELECT 3}\n"
    golden = load(written(tmp_path, views))
    assert golden.with_views("SELECT * FROM half") == (
        "WITH whole AS (SELECT 1 AS n), half AS (SELECT n / 2 AS n FROM whole) SELECT * FROM half"
    )
    assert golden.with_views("SELECT 1") == "SELECT 1"
    assert golden.with_views("SELECT * FROM other, whole").startswith(
        "WITH whole AS (SELECT 1 AS n), other AS (SELECT 3)"
    )
    assert golden.with_views("WITH x AS (SELECT * FROM other) SELECT * FROM x").startswith(
        "WITH other AS (SELECT 3) , x AS (SELECT * FROM other)"
    )
    shared = load(written(tmp_path, "views: golden.yaml\n", "second.yaml"))
    assert shared.views == golden.views


def test_the_file_the_guide_shows_is_one(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "evaluation.md").read_text(encoding="utf-8")
    golden = load(written(tmp_path, guide.split("```yaml\n")[1].split("```")[0]))
    assert [bool(case.sql) for case in golden.cases] == [True, True, False, True]
    assert golden.with_views(golden.cases[0].sql[0]).startswith("WITH customer AS (")
