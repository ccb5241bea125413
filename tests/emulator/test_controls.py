"""Buttons of the page that run a command somebody named."""

import sys
from pathlib import Path

import pytest

from emulator.controls import Control, Controls
from emulator.errors import SlackError


def control(name: str, code: str, lasting: bool = False) -> Control:
    return Control(name, "", (sys.executable, "-c", code), lasting)


async def test_a_command_runs_to_its_end_and_its_last_words_are_shown():
    controls = Controls((control("good", "print('one'); print('two')"), control("bad", "raise SystemExit('no bank')")))
    assert await controls.press("good") == {"done": True, "said": "two"}
    assert await controls.press("bad") == {"done": False, "said": "no bank"}
    assert [one["on"] for one in controls.to_json()] == [False, False]


async def test_a_lasting_one_is_on_until_it_is_pressed_again(tmp_path: Path):
    mark = tmp_path / "on"
    code = f"import pathlib, signal; pathlib.Path({str(mark)!r}).touch(); print('on', flush=True); signal.pause()"
    controls = Controls((control("break", code, lasting=True),))
    await controls.press("break")
    assert mark.exists()
    assert controls.to_json()[0]["on"]
    await controls.press("break")
    assert not controls.to_json()[0]["on"]


async def test_only_what_was_named_can_be_run():
    with pytest.raises(SlackError, match="no_such_control"):
        await Controls(()).press("rm")
