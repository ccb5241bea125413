"""The page in the eyes of axe: no serious finding, in light and in dark."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.browser import chromium, demo
from tests.e2e.npm import module
from tests.e2e.seat import Seat

pytestmark = [pytest.mark.e2e, pytest.mark.page, pytest.mark.timeout(240)]
SERIOUS = ("serious", "critical")


@pytest.fixture(scope="module")
def axe() -> str:
    return module("axe-core/axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def browser(axe: str) -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def address(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with demo(tmp_path_factory.mktemp("demo")) as printed:
        yield printed


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(browser: Browser, address: str, axe: str, scheme: str):
    context = browser.new_context(viewport={"width": 1300, "height": 860}, color_scheme=scheme, bypass_csp=True)
    seat = Seat(context.new_page(), address)
    found = {}
    seat.page.goto(address)
    expect(seat.page.locator(".chip").first).to_be_visible()
    found["first screen"] = findings(seat, axe)
    seat.sits_down("Emma", "risk")
    answer = seat.asks("What is the loan balance by month in 2026?")
    expect(answer.locator("figure.chart")).to_be_visible()
    answer.hover()
    found["answer"] = findings(seat, axe)
    seat.page.locator(".scenes summary").click()
    found["behind the scenes"] = findings(seat, axe)
    seat.page.keyboard.press("Escape")
    answer.get_by_role("button", name="Comment").click()
    expect(seat.modal).to_be_visible()
    found["modal"] = findings(seat, axe)
    seat.page.keyboard.press("Escape")
    answer.hover()
    answer.get_by_role("button", name="Show the payload").click()
    found["payload"] = findings(seat, axe)
    seat.goes("Teller")
    seat.page.get_by_role("tab", name="Home").click()
    expect(seat.page.locator(".home .block").first).to_be_visible()
    found["home"] = findings(seat, axe)
    context.close()
    assert {place: faults for place, faults in found.items() if faults} == {}


def findings(seat: Seat, axe: str) -> list[str]:
    seat.page.evaluate(f"window.axe === undefined && (() => {{ {axe} }})()")
    seen = seat.page.evaluate("() => axe.run({resultTypes: ['violations']})")
    return [
        f"{fault['impact']} {fault['id']}: {node['html'][:120]} {node['failureSummary'][:300]}"
        for fault in seen["violations"]
        if fault["impact"] in SERIOUS
        for node in fault["nodes"][:3]
    ]
