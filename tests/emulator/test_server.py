"""The program itself: its port, its end, its page, and who may talk to it."""

import asyncio
import json
import re
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from emulator.human import Human
from emulator.server import PAGE


async def started(*options: str) -> Process:
    return await asyncio.create_subprocess_exec(sys.executable, "-m", "emulator", *options, stdout=PIPE, stderr=PIPE)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_says_where_it_is_and_stops_cleanly(number: signal.Signals) -> None:
    process = await started("--port", "0", "--suggest", "How many loans?")
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), 20)).decode()
    found = re.search(r"http://127\.0\.0\.1:\d+", line)
    assert found
    async with aiohttp.ClientSession() as session, session.get(f"{found[0]}/ui/feed?as=U0ANNA0001") as feed:
        async with session.get(f"{found[0]}/ui/state") as state:
            assert (await state.json())["suggestions"] == ["How many loans?"]
        process.send_signal(number)
        _, complaints = await asyncio.wait_for(process.communicate(), 10)
        assert (await feed.read()).startswith(b":")
    assert (process.returncode, complaints) == (0, b"")


async def test_a_taken_port_is_said_in_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = await started("--port", str(taken.getsockname()[1]))
        _, complaint = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 1
    assert re.fullmatch(r"Port \d+ on 127\.0\.0\.1 is taken: .*\.\n", complaint.decode())


async def test_another_site_or_another_name_is_turned_away(address: str) -> None:
    async with aiohttp.ClientSession() as session:
        for headers, status in (
            ({}, 200),
            ({"Origin": address}, 200),
            ({"Origin": "https://evil.example"}, 403),
            ({"Host": "evil.example:3900"}, 403),
        ):
            async with session.get(f"{address}/ui/state", headers=headers) as response:
                assert response.status == status, headers


async def test_nonsense_from_the_page_is_a_refusal_and_no_crash(address: str, anna: Human) -> None:
    bodies: list[Any] = [None, [], "x", {"as": "U0NOBODY"}, {"as": anna.user}, {"as": anna.user, "channel": 7}]
    async with aiohttp.ClientSession() as session:
        for act in ("say", "click", "submit", "react", "command", "nothing"):
            for body in bodies:
                async with session.post(f"{address}/ui/{act}", data=json.dumps(body)) as response:
                    assert response.status == 400, (act, body)
        async with session.post(f"{address}/ui/say", data="{") as response:
            assert (await response.json())["error"] == "invalid_json"
        async with session.post(f"{address}/ui/faults", json={"fault": {"colour": "red"}}) as response:
            assert response.status == 400


async def test_every_part_of_the_page_is_there(address: str) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(address) as response:
            page = await response.text()
            assert "default-src 'self'" in response.headers["Content-Security-Policy"]
        wanted = set(re.findall(r'(?:href|src)="(/page/[^"]+)"', page))
        for script in PAGE.glob("*.js"):
            wanted |= {f"/page/{name}" for name in re.findall(r'from "\./([^"]+)"', script.read_text())}
        assert len(wanted) > 10
        for part in wanted:
            async with session.get(address + part) as response:
                assert response.status == 200, part


@pytest.mark.parametrize("script", sorted(PAGE.glob("*.js")), ids=lambda path: path.name)
def test_the_page_never_makes_markup_of_what_was_said(script: Path) -> None:
    assert not re.search(r"innerHTML|outerHTML\s*=[^=]|insertAdjacentHTML|document\.write|eval\(", script.read_text())
