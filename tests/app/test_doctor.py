"""`teller doctor`: each check on its own, every fault said with its cure, and a status a script can read."""

from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console

from app.cli import main
from app.doctor import Check, alerts, env_file, examine
from app.finding import Finding
from app.settings import Settings


def said_by(*checks: Check, repair: bool = False) -> tuple[bool, str]:
    page = StringIO()
    return examine(Settings(), repair, checks, Console(file=page, width=200)), page.getvalue()


def check(name: str, *findings: Finding) -> Check:
    return Check(name, lambda settings, repair: iter(findings))


def test_every_check_is_run_and_only_a_fault_makes_it_fail():
    sound, said = said_by(check("One", Finding("good", "All well.")), check("Two", Finding("warning", "Hm.", "Do it.")))
    assert sound
    assert said.split() == ["One", "✓", "All", "well.", "Two", "!", "Hm.", "→", "Do", "it."]
    sound, said = said_by(check("One", Finding("fault", "Broken.")), check("Two", Finding("good", "Still looked.")))
    assert not sound
    assert "Still looked." in said


def test_a_check_that_breaks_is_a_fault_and_keeps_nobody_back():
    def breaks(settings: Settings, repair: bool):
        yield Finding("good", "So far.")
        raise ZeroDivisionError("by nought")

    sound, said = said_by(Check("One", breaks), check("Two", Finding("good", "Still looked.")))
    assert not sound
    assert "So far." in said
    assert "ZeroDivisionError: by nought" in said
    assert "Still looked." in said


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_an_env_file_others_can_read_is_said_and_mended_only_when_asked(here: Path):
    file = here / ".env"
    file.write_text("SLACK_BOT_TOKEN=xoxb-1\n")
    file.chmod(0o644)
    assert [finding.grade for finding in env_file(Settings(_env_file=None), False)] == ["warning"]
    assert file.stat().st_mode & 0o077
    assert [finding.grade for finding in env_file(Settings(_env_file=None), True)] == ["good"]
    assert not file.stat().st_mode & 0o077


def test_shows_the_bank_as_somebody_sees_it(here: Path):
    seen = CliRunner().invoke(main, ["doctor", "--person", "U0CHIARA01"], env={"COLUMNS": "200"}).stdout
    assert "U0CHIARA01: banker (Banker of one branch), branch 111" in seen
    assert "at most 500 rows an answer" in seen
    assert "customers of your branch" in seen
    assert "TAX_ID_NUMBER: last four" in seen
    assert "all but EXPOSURE_AT_DEFAULT" in seen


def test_shows_the_bank_as_an_address_sees_it(here: Path):
    seen = CliRunner().invoke(main, ["doctor", "--person", "ben@alder-wharf.example"], env={"COLUMNS": "200"}).stdout
    assert "ben@alder-wharf.example: analyst" in seen
    assert "ACCOUNT_TRANSACTION" in seen
    assert "nothing" in seen


def test_where_alerts_go_and_what_is_otherwise_for_an_approach_is_said():
    (nowhere,) = alerts(Settings(_env_file=None, digest_channel=""), False)
    assert (nowhere.grade, "TELLER_DIGEST_CHANNEL" in nowhere.cure) == ("warning", True)
    settings = Settings(_env_file=None, digest_channel="C1", alert_channel="C2", alert_by_approach="agents seconds 45")
    there, otherwise = alerts(settings, False)
    assert "Alerts go to C2: success below 90 %" in there.sentence
    assert "agents seconds 45" in otherwise.sentence
