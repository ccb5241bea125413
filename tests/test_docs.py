"""What the documents say is true: commands exist, links lead somewhere, the rules' numbers are the code's."""

import re
import shlex
from pathlib import Path

import click
import pytest

from app.cli import main
from tracking.export import FIELDS

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted(path.relative_to(ROOT) for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
COMMAND = re.compile(r"(?:\.venv/bin/)?teller ([a-z][\w-]*)([^\n`#]*)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_command_a_document_shows_exists_with_its_options(document):
    for name, words in COMMAND.findall((ROOT / document).read_text(encoding="utf-8")):
        if name not in main.commands:
            assert not words.lstrip().startswith("-"), f"{document} shows teller {name}"
            continue
        command = main.commands[name]
        if isinstance(command, click.Group):
            command = command.commands.get((words.split() or [""])[0], command)
        options = {word for option in command.params if isinstance(option, click.Option) for word in option.opts}
        shown = {word.split("=")[0] for word in shlex.split(words.replace("'", "’")) if word.startswith("--")}
        assert shown <= options | {"--help"}, f"{document}: teller {name}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_link_inside_the_project_leads_somewhere(document):
    text = (ROOT / document).read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", text):
        assert (ROOT / document).parent.joinpath(target).exists(), target


def test_every_make_target_the_documents_show_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for document in DOCUMENTS:
        shown = set(
            re.findall(r"make ([a-z][a-z-]*)\b", (ROOT / document).read_text(encoding="utf-8").replace("and make", ""))
        )
        assert {
            name for name in shown if name in {"demo", "test", "check", "bench", "lock", "setup"} or "-" in name
        } <= targets


def test_the_procfile_starts_commands_that_exist():
    for line in (ROOT / "Procfile").read_text().splitlines():
        assert re.match(r"\w+: teller (\w+)", line).group(1) in main.commands


def test_the_columns_of_the_export_are_documented_word_for_word():
    table = (ROOT / "docs/export.md").read_text(encoding="utf-8").split("|---|---|---|\n")[1]
    assert table.splitlines() == [f"| {field.name} | {field.kind} | {field.meaning} |" for field in FIELDS]


def test_every_sentence_in_troubleshooting_is_one_that_the_code_says():
    """The first cell of each row, between its …, must stand in the code; strings broken over lines are put together."""
    rooms = ("app", "bank", "bot", "generators", "jobs", "tracking")
    code = "\n".join(path.read_text(encoding="utf-8") for room in rooms for path in (ROOT / room).rglob("*.py"))
    joined = re.sub(r'"\s*\n\s*f?"', "", code)
    table = (ROOT / "docs/troubleshooting.md").read_text(encoding="utf-8")
    sentences = re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)
    assert len(sentences) > 30
    for sentence in sentences:
        for part in sentence.split("…"):
            words = part.strip(" ().,;:")
            assert words in joined, f"nobody says {words!r}"
