"""`python tests/e2e/on_local_slack.py LOCAL_SLACK HOME MODE`: Teller on another people's Slack emulator; prints what it saw.

Run inside a network namespace of its own (`unshare -rn`), because that emulator listens on all interfaces. MODE is socket or
events (signed HTTP).
"""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SLACK, EARS = 3000, 4000
CONTROL = f"http://127.0.0.1:{SLACK}/_control"
EMMA, BOT, CHANNEL = "U0EMMA0001", "U0TELLER00", "C0RISK0001"
START, PATIENCE = 90.0, 60.0
Json = dict[str, Any]


def config(mode: str) -> Json:
    app = {
        "appId": "A0TELLER00",
        "botUserId": BOT,
        "botName": "teller",
        "botToken": "xoxb-emulator-teller",
        "appToken": "xapp-emulator-teller",
        "signingSecret": "another-signing-secret",
        "mode": mode,
        "requestUrl": f"http://127.0.0.1:{EARS}/slack/events",
    }
    emma = {"id": EMMA, "name": "emma", "real_name": "Emma Lindqvist", "email": "emma@alder-wharf.example"}
    return {"apps": [app], "users": [emma], "channels": [{"id": CHANNEL, "name": "risk", "members": [EMMA, BOT]}]}


@contextmanager
def running(command: list[str], log: Path, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as out:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("TELLER_", "SLACK_"))}
        process = subprocess.Popen(command, cwd=ROOT, env={**kept, **environment}, stdout=out, stderr=out)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


def until(check: Callable[[], Any], what: str, seconds: float) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            found = check()
        except OSError:
            found = None
        if found:
            return found
        time.sleep(0.1)
    raise SystemExit(f"{what} did not come within {seconds:.0f} s")


def get(path: str) -> Any:
    with urllib.request.urlopen(f"{CONTROL}{path}", timeout=5) as reply:
        return json.load(reply)


def post(path: str, **body: Any) -> Any:
    data = json.dumps(body).encode()
    request = urllib.request.Request(f"{CONTROL}{path}", data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as reply:
        return json.load(reply)


def messages() -> list[Json]:
    found = get(f"/messages/{CHANNEL}")
    return list(found["messages"] if isinstance(found, dict) else found)


def listening(port: int) -> bool:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2) as reply:
        return bool(reply.status == 200)


def walk(seen: Json) -> None:
    """Ask, read, vote down, comment, ask privately, look at Home: the scenario of `test_slack_types`, in short."""
    post("/message", channel=CHANNEL, user=EMMA, text=f"<@{BOT}> What is the total loan balance by industry?")
    rated = until(lambda: [m for m in messages() if "feedback_buttons" in json.dumps(m)], "the answer", PATIENCE)[0]
    seen["answer"] = [block["type"] for block in rated["blocks"]]
    thumbs = next(e for b in rated["blocks"] for e in b.get("elements", []) if e.get("type") == "feedback_buttons")
    down = {"type": "feedback_buttons", "action_id": thumbs["action_id"], "value": thumbs["negative_button"]["value"]}
    block = next(b for b in rated["blocks"] if thumbs in b.get("elements", []))
    post("/interact", channel=CHANNEL, messageTs=rated["ts"], user=EMMA, action={**down, "block_id": block["block_id"]})
    seen["modal"] = bool(until(lambda: "views.open" in json.dumps(get("/log")), "the comment form", PATIENCE))
    post("/command", channel=CHANNEL, user=EMMA, command="/ask", text="How many customers do we have?")
    until(lambda: [m for m in messages() if "How many customers" in json.dumps(m)], "the answer to /ask", PATIENCE)
    post("/open-home", user=EMMA)
    seen["home"] = bool(until(lambda: "views.publish" in json.dumps(get("/log")), "Home", PATIENCE))
    post("/message", channel=CHANNEL, user=EMMA, text=f"<@{BOT}> xyzzy plugh")
    seen["asked back"] = bool(
        until(lambda: [m for m in messages() if "did not understand" in json.dumps(m)], "a sentence", PATIENCE)
    )


def main(program: str, home: str, mode: str) -> None:
    folder = Path(home)
    (folder / "slack.json").write_text(json.dumps(config(mode)))
    slack = [program, "--config", str(folder / "slack.json"), "--port", str(SLACK), "--base-host", "127.0.0.1"]
    teller = {
        "TELLER_HOME": home,
        "TELLER_EMULATOR": "true",
        "SLACK_API_URL": f"http://127.0.0.1:{SLACK}/api/",
        "SLACK_BOT_TOKEN": "xoxb-emulator-teller",
        "SLACK_APP_TOKEN": "xapp-emulator-teller",
        "TELLER_HTTP_PORT": str(EARS),
    }
    if mode == "events":
        teller["SLACK_SIGNING_SECRET"] = "another-signing-secret"
    seen: Json = {}
    with running(slack, folder / "slack.log"):
        until(lambda: get("/state"), "the other Slack", START)
        with running([sys.executable, "-m", "app", "bot"], folder / "bot.log", **teller):
            until(lambda: listening(EARS), "Teller", START)
            walk(seen)
    sys.stdout.write(json.dumps(seen))


if __name__ == "__main__":
    main(*sys.argv[1:])
