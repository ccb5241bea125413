"""Settings: every fault at once, no typo passes, and .env.example tells the truth."""

import logging
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from pydantic_core import PydanticUndefined

from app import logs, settings, wiring_jobs
from app.settings import BadSettings, Settings

ROOT = Path(__file__).parents[2]


def test_env_example_names_every_setting_with_its_default_and_meaning():
    expected = "".join(
        f"# {field.description}.\n# {settings.variable(name)}={shown(field.default)}\n\n"
        for name, field in Settings.model_fields.items()
    )
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert text.split("\n\n", 1)[1] == expected.rstrip("\n") + "\n"


def shown(default: object) -> str:
    assert default is not PydanticUndefined
    if isinstance(default, SecretStr):
        return default.get_secret_value()
    if isinstance(default, bool):
        return str(default).lower()
    if hasattr(default, "isoformat"):
        return default.strftime("%H:%M")
    return ",".join(default) if isinstance(default, tuple) else str(default)


def test_all_faults_are_reported_at_once(monkeypatch):
    monkeypatch.setenv("TELLER_ROW_CAP", "many")
    monkeypatch.setenv("TELLER_TIMEZONE", "Mars/Olympus")
    monkeypatch.setenv("TELLER_TIMELIMIT", "5")
    with pytest.raises(BadSettings) as fault:
        settings.read()
    assert "TELLER_ROW_CAP" in str(fault.value)
    assert "TELLER_TIMEZONE: 'Mars/Olympus' is not a time zone" in str(fault.value)
    assert "TELLER_TIMELIMIT is not a setting; did you mean TELLER_TIME_LIMIT?" in str(fault.value)


def test_a_typo_in_the_env_file_is_a_fault_too(tmp_path):
    (tmp_path / ".env").write_text("TELLER_DATABSE=sqlite:///x.db\n")
    with pytest.raises(BadSettings, match="did you mean TELLER_DATABASE"):
        settings.read()


def test_the_environment_wins_over_the_env_file(monkeypatch, tmp_path):
    (tmp_path / ".env").write_text("TELLER_ROW_CAP=5\nTELLER_AT_ONCE=7\n")
    monkeypatch.setenv("TELLER_ROW_CAP", "6")
    assert (settings.read().row_cap, settings.read().at_once) == (6, 7)


def test_an_option_wins_over_the_environment(monkeypatch):
    monkeypatch.setenv("TELLER_DATABASE", "sqlite:///a.db")
    assert settings.read(database="sqlite:///b.db").database_url == "sqlite:///b.db"


def test_another_slack_than_slack_is_refused_unless_the_emulator_is_asked_for(monkeypatch):
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:3900/api/")
    with pytest.raises(BadSettings, match="TELLER_EMULATOR=true"):
        settings.read()
    monkeypatch.setenv("TELLER_EMULATOR", "true")
    assert settings.read().emulator


def test_the_emulator_is_only_ever_on_this_machine(monkeypatch):
    monkeypatch.setenv("TELLER_EMULATOR", "true")
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1.example.com/api/")
    with pytest.raises(BadSettings, match=r"on 127\.0\.0\.1"):
        settings.read()


def test_an_emulator_token_is_refused_outside_the_emulator(monkeypatch):
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-emulator-teller")
    with pytest.raises(BadSettings, match="never valid outside it"):
        settings.read()


def test_no_fault_repeats_a_secret(monkeypatch):
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-emulator-hush-hush")
    with pytest.raises(BadSettings) as fault:
        settings.read()
    assert "hush" not in str(fault.value)
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-hush-hush")
    assert "hush" not in repr(settings.read())


def test_a_secret_may_stand_in_a_file_of_its_own(tmp_path, monkeypatch):
    folder = tmp_path / "secrets"
    folder.mkdir()
    (folder / "SLACK_BOT_TOKEN").write_text("xoxb-from-a-file\n")
    (folder / "TELLER_MODEL_KEY").write_text("key-from-a-file")
    monkeypatch.setenv("TELLER_SECRETS", str(folder))
    read = settings.read()
    assert read.slack_bot_token.get_secret_value() == "xoxb-from-a-file"
    assert read.model_key.get_secret_value() == "key-from-a-file"
    monkeypatch.setenv("TELLER_MODEL_KEY", "key-from-the-environment")
    assert settings.read().model_key.get_secret_value() == "key-from-the-environment"


def test_a_folder_of_secrets_that_is_not_there_is_said(monkeypatch):
    monkeypatch.setenv("TELLER_SECRETS", "/nowhere/at/all")
    with pytest.raises(BadSettings, match="there is no folder /nowhere/at/all"):
        settings.read()


def test_no_secret_is_printed_or_logged(monkeypatch, capsys):
    monkeypatch.setenv("TELLER_DATABASE", "postgresql://teller:hush%20hush@127.0.0.1/bank")
    monkeypatch.setenv("TELLER_MODEL_KEY", "not-like-a-key-at-all")
    monkeypatch.setenv("TELLER_AUDIT_KEY", "hush-audit")
    read = settings.read()
    assert "hush" not in repr(read) + str(read)
    assert "not-like-a-key" not in repr(read)
    before = logging.getLogger().handlers[:], logging.getLogger().level
    try:
        logs.start("info", lambda: "", read.secret_words)
        try:
            raise ValueError("the server said: not-like-a-key-at-all, hush hush, hush-audit")
        except ValueError:
            logging.getLogger("somebody").exception("It failed with %s", "not-like-a-key-at-all")
    finally:
        logging.basicConfig(handlers=before[0], level=before[1], force=True)
    said = capsys.readouterr().err
    assert "It failed with …" in said
    assert "hush" not in said
    assert "not-like-a-key" not in said


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("agents 45", "'agents 45' is no threshold; one is agents seconds 45"),
        ("autogen seconds 45", "is no threshold"),
        ("ai speed 4", "is no threshold"),
        ("ai success most", "ends in no number"),
        ("ai success 101", "no number of percent"),
        ("ai seconds 0", "no number of seconds"),
        ("ai cases 3", "from fewer than 10 cases no alert opens"),
    ],
)
def test_thresholds_of_an_approach_are_read_at_the_start(monkeypatch, said, fault):
    monkeypatch.setenv("TELLER_ALERT_BY_APPROACH", f"pattern success 95, {said}")
    with pytest.raises(BadSettings, match=fault):
        settings.read()


def test_what_is_not_said_of_an_approach_is_as_for_all(monkeypatch):
    monkeypatch.setenv("TELLER_ALERT_SUCCESS_BELOW", "80")
    monkeypatch.setenv("TELLER_ALERT_BY_APPROACH", "agents seconds 45, agents hours 72, ai cases 20")
    thresholds = wiring_jobs.thresholds(settings.read())
    agents = thresholds.of("AutoGen Multi-Agent")
    assert (agents.success, agents.seconds, agents.window, agents.fewest) == (80, 45, timedelta(hours=72), 10)
    assert thresholds.of("AI-Powered").fewest == 20
    assert thresholds.of("Pattern Match") == thresholds
