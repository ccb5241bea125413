"""Set-up before anything is installed: an unfit Python and a missing network are said in a sentence."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app import bootstrap

ROOT = Path(__file__).parents[2]


def test_the_oldest_python_that_is_about_can_read_it_and_so_say_that_it_is_too_old():
    ast.parse((ROOT / "app" / "bootstrap.py").read_text(encoding="utf-8"), feature_version=(3, 6))


@pytest.mark.parametrize("version", [(3, 6), (3, 10), (3, 14)])
def test_an_unfit_python_is_named_with_what_to_do(version, monkeypatch, capsys):
    monkeypatch.setattr(sys, "version_info", (*version, 0, "final", 0))
    with pytest.raises(SystemExit) as ended:
        bootstrap.refuse_unfit_python()
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert f"{version[0]}.{version[1]}. Install one of them and name it: make demo PYTHON=python3.12" in said


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13)])
def test_the_promised_pythons_are_fit(version, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (*version, 0, "final", 0))
    bootstrap.refuse_unfit_python()


def test_the_readme_and_the_project_promise_the_same_pythons():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert 'requires-python = ">=3.11,<3.14"' in project
    assert (bootstrap.OLDEST, bootstrap.NEWEST) == ((3, 11), (3, 13))
    assert "Python 3.11, 3.12 or 3.13" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_no_network_at_the_first_set_up_is_said_and_nothing_passes_for_ready(tmp_path):
    (tmp_path / "app").mkdir()
    shutil.copy(ROOT / "app" / "bootstrap.py", tmp_path / "app")
    for file in ("requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / file, tmp_path)
    nowhere = {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "1"}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    said = subprocess.run(
        [sys.executable, "app/bootstrap.py"],
        cwd=tmp_path,
        env={**inherited, **nowhere},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert said.returncode == 1
    assert "trying again" in said.stdout
    assert "Is there a network" in said.stderr
    assert "Traceback" not in said.stderr
    assert not (tmp_path / ".venv" / "ready").exists()
