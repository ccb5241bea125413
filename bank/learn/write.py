"""The files of a draft: catalogue.yaml that a person likes to edit, and policy.yaml that a person has to confirm."""

import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from bank.catalogue import Catalogue
from bank.document import parse
from bank.errors import Misfit
from bank.learn.keep import Record, digest, merge, replace
from bank.learn.learn import Learnt

_HEAD = """\
# Drafted by `teller learn` from the database; how it is written stands in docs/catalogue.md. Edit whatever you like:
# running `teller learn` again adds what is new in the database and keeps what you changed.
"""
_POLICY = """\
# Drafted by `teller learn`: whoever has the role sees every row of these tables, but nothing that is personal.
# How it is written stands in docs/policy.md. The bot starts once a person has read it, named in Slack who may ask
# (people, everybody_else), and taken out the next line.
draft: true
version: draft
roles:
  reader:
    says: Whoever may ask
    tables:
"""
_ONE_LINE = 140  # characters


def write(learnt: Learnt, catalogue: Path, policy: Path) -> Sequence[str]:
    """Writes both files and the record of what was written. Returns a sentence for each file.

    Raises `Misfit` where the catalogue that is there cannot be read; nothing is written then.
    """
    record = Record.beside(catalogue)
    text = _catalogue(learnt, catalogue, record)
    parse(text, catalogue.name, Catalogue)
    said = [
        f"{catalogue}: {'kept what you changed' if catalogue.exists() else 'drafted'}, {len(learnt.catalogue.tables)} tables"
    ]
    rights = policy_text(learnt)
    kept = policy.exists() and digest(policy.read_text(encoding="utf-8")) != record.policy
    replace(catalogue, text)
    if not kept:
        replace(policy, rights)
    said.append(f"{policy}: {'yours, left as it is' if kept else 'drafted, to be confirmed by a person'}")
    Record(learnt.document, record.policy if kept else digest(rights)).write(catalogue)
    return said


def policy_text(learnt: Learnt) -> str:
    """A policy that shows everything but what is personal, to nobody in Slack until a person says to whom."""
    lines = [_POLICY]
    for table in learnt.catalogue.tables:
        hidden = [
            f"{name.partition('.')[2]} ({why})"
            for name, why in learnt.personal.items()
            if name.partition(".")[0] == table
        ]
        lines.append(f"      {_key(table)}: {{}}{'  # hidden: ' + ', '.join(hidden) if hidden else ''}\n")
    lines.append('terminal: reader\npeople: []\neverybody_else: ""\n')
    return "".join(lines)


def _catalogue(learnt: Learnt, path: Path, record: Record) -> str:
    yaml = _yaml()
    if not path.exists():
        document = _commented(learnt.document)
        return _HEAD + _questions(learnt) + "\n" + _dumped(yaml, document)
    try:
        now = yaml.load(path.read_text(encoding="utf-8"))
    except YAMLError as error:
        raise Misfit(f"{path} cannot be read, so it was left as it is: {error}") from None
    if not isinstance(now, CommentedMap):
        raise Misfit(f"{path} is not a catalogue, so it was left as it is.")
    merge(now, record.catalogue, _commented(learnt.document))
    return _dumped(yaml, now)


def _questions(learnt: Learnt) -> str:
    asked = "".join(f"# - {question}\n" for question in learnt.questions)
    return f"#\n# To look at:\n{asked}" if asked else ""


def _yaml() -> YAML:
    yaml = YAML()
    yaml.width = _ONE_LINE
    yaml.preserve_quotes = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _dumped(yaml: YAML, document: CommentedMap) -> str:
    text = io.StringIO()
    yaml.dump(document, text)
    return text.getvalue()


def _commented(value: Any, path: tuple[str, ...] = ()) -> Any:
    """Plain values as ruamel writes them: columns, joins, measures and lists on one line each."""
    if isinstance(value, Mapping):
        made = CommentedMap({key: _commented(part, (*path, key)) for key, part in value.items()})
        if path and len(path) >= _WHOLE.get(path[0], 99):
            made.fa.set_flow_style()
        return made
    if isinstance(value, list | tuple):
        listed = CommentedSeq([_commented(part, (*path, "")) for part in value])
        if not any(isinstance(part, Mapping) for part in value):
            listed.fa.set_flow_style()
        return listed
    # A question mark means something in the middle of a line to YAML 1.1, which Teller reads.
    return DoubleQuotedScalarString(value) if isinstance(value, str) and "?" in value else value


_WHOLE = {"tables": 4, "joins": 2, "measures": 2, "terms": 4}
"""How deep in each part of the file a mapping is written on one line."""


def _key(name: str) -> str:
    return name if name.isidentifier() else json.dumps(name)
