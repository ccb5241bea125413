"""What the demo breaks is really broken, and whole again afterwards."""

import sqlite3
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from app.trouble import flagged, line, locked


def test_a_locked_bank_cannot_be_read_until_it_is_let_go(tmp_path: Path):
    bank = tmp_path / "bank.db"
    with sqlite3.connect(bank) as made:
        made.execute("CREATE TABLE loan (id INTEGER)")
    made.close()
    reader = sqlite3.connect(f"{bank.as_uri()}?mode=ro", uri=True, timeout=0)
    with locked(bank), pytest.raises(sqlite3.OperationalError, match="locked"):
        reader.execute("SELECT * FROM loan")
    assert reader.execute("SELECT * FROM loan").fetchall() == []
    reader.close()


async def test_the_line_to_the_model_passes_requests_on_while_the_flag_is_not_there(tmp_path: Path):
    async def model(request: web.Request) -> web.Response:
        return web.json_response({"key": request.headers["Authorization"], "said": await request.json()})

    behind = web.Application()
    behind.router.add_post("/deep/v1/chat/completions", model)
    async with (
        served(behind) as address,
        served(line(f"{address}/deep/v1", tmp_path / "broken")) as front,
        aiohttp.ClientSession(headers={"Authorization": "Bearer k"}) as session,
    ):
        url = f"{front}/v1/chat/completions"
        async with session.post(url, json={"model": "m"}) as reply:
            assert await reply.json() == {"key": "Bearer k", "said": {"model": "m"}}
        with flagged(tmp_path / "broken"):
            async with session.post(url, json={}) as reply:
                assert reply.status == 503
        async with session.post(url, json={}) as reply:
            assert reply.status == 200


class served:  # noqa: N801 - reads as a verb
    """An application on a free port, for the length of a block."""

    def __init__(self, app: web.Application) -> None:
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)

    async def __aenter__(self) -> str:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()
