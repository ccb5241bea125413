"""Trouble on request: what the Web API does wrong when somebody asked for it."""

import asyncio
from dataclasses import dataclass

from aiohttp import web


@dataclass(slots=True)
class Fault:
    """The next `times` calls of `method` ("*" = any) wait `delay` seconds, then fail with `status` or `error`."""

    method: str = "*"
    status: int = 200
    error: str = ""
    retry_after: int = 1
    delay: float = 0.0
    times: int = 1


class Faults:
    """The faults that wait for their call, each used up in the order they were asked for."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def plan(self, fault: Fault) -> None:
        self._waiting.append(fault)

    def clear(self) -> None:
        self._waiting.clear()

    async def befall(self, method: str) -> web.Response | None:
        """The faulty response to this call, or None when it may go through."""
        fault = next((fault for fault in self._waiting if fault.method in ("*", method)), None)
        if fault is None:
            return None
        fault.times -= 1
        if fault.times <= 0:
            self._waiting.remove(fault)
        await asyncio.sleep(fault.delay)
        return _response(fault)


def _response(fault: Fault) -> web.Response | None:
    if fault.status == 429:
        headers = {"Retry-After": str(fault.retry_after)}
        return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
    if fault.status >= 500:
        return web.Response(status=fault.status, text="upstream connect error")
    if fault.error:
        return web.json_response({"ok": False, "error": fault.error})
    return None
