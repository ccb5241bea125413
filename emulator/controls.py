"""Things the page offers to do to the app: each a command that whoever started the emulator has named."""

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emulator.errors import SlackError

Json = dict[str, Any]
PATIENCE = 60.0  # seconds for a command to end
START = 20.0  # seconds for a lasting one to be on
GOODBYE = 5.0


@dataclass(frozen=True, slots=True)
class Control:
    """A button: its `name`, what it does (`hint`), and the command. `lasting`: it runs until it is pressed again,

    and prints a line as soon as it is on.
    """

    name: str
    hint: str
    command: tuple[str, ...]
    lasting: bool = False


def read_controls(file: Path) -> tuple[Control, ...]:
    """From a JSON list of objects with the fields of `Control`."""
    return tuple(Control(**{**one, "command": tuple(one["command"])}) for one in json.loads(file.read_text("utf-8")))


class Controls:
    """What can be pressed, and which of the lasting ones are on."""

    def __init__(self, controls: tuple[Control, ...]) -> None:
        self._controls = {control.name: control for control in controls}
        self._on: dict[str, asyncio.subprocess.Process] = {}

    def to_json(self) -> list[Json]:
        return [
            {"name": one.name, "hint": one.hint, "lasting": one.lasting, "on": one.name in self._on}
            for one in self._controls.values()
        ]

    async def press(self, name: str) -> Json:
        """Runs it to its end; or turns it on, or off. Whether it went well, and its last words."""
        control = self._controls.get(name)
        if control is None:
            raise SlackError("no_such_control")
        if name in self._on:
            await self._end(name)
            return {"done": True, "said": ""}
        process = await asyncio.create_subprocess_exec(
            *control.command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        self._on[name] = process
        if control.lasting:
            return await self._begin(name, process)
        return await self._wait(name, process)

    async def shut(self) -> None:
        for name in tuple(self._on):
            await self._end(name)

    async def _begin(self, name: str, process: asyncio.subprocess.Process) -> Json:
        first = b""
        with suppress(TimeoutError):
            first = await asyncio.wait_for(_line(process), START)
        if first:
            return {"done": True, "said": ""}
        await self._end(name)
        return {"done": False, "said": "It ended at once."}

    async def _wait(self, name: str, process: asyncio.subprocess.Process) -> Json:
        try:
            said, _ = await asyncio.wait_for(process.communicate(), PATIENCE)
        except TimeoutError:
            await self._end(name)
            return {"done": False, "said": f"It took more than {PATIENCE:.0f} s."}
        self._on.pop(name, None)
        words = said.decode(errors="replace").strip().splitlines()
        return {"done": process.returncode == 0, "said": words[-1] if words else ""}

    async def _end(self, name: str) -> None:
        process = self._on.pop(name)
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), GOODBYE)
        except TimeoutError:
            process.kill()


async def _line(process: asyncio.subprocess.Process) -> bytes:
    return await process.stdout.readline() if process.stdout else b""
