"""Somebody at the emulator's page in a real browser: what they do and what they then see."""

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

PATIENCE = 15_000  # milliseconds: two cores, a browser, a bank and a model-free bot
SCREENSHOTS = Path(__file__).parent / "screenshots"


class Seat:
    """One browser page; whose seat one sits in can be changed."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)

    def sits_down(self, name: str, place: str) -> "Seat":
        """As `name` (a first name), in a channel or in Teller's conversation."""
        self.page.goto(self.address)
        self.page.locator(".entry.person", has_text=name).click()
        expect(self.page.locator(".seats.me summary")).to_contain_text(name)
        self.goes(place)
        return self

    def goes(self, place: str) -> None:
        exact = re.compile(f"^(#|🔒)?{re.escape(place)}\\d*$")
        self.page.locator(".lists .entry:not(.person)", has_text=exact).first.click()
        expect(self.page.locator("#channel h1")).to_contain_text(place)

    def says(self, text: str) -> None:
        self.page.locator("#channel textarea").fill(text)
        self.page.keyboard.press("Enter")

    def replies(self, text: str) -> None:
        self.page.locator("#thread textarea").fill(text)
        self.page.keyboard.press("Enter")

    def asks(self, question: str) -> Locator:
        """In a channel; the answer in the thread that opens, once it can be rated."""
        self.page.keyboard.press("Escape")
        before = self.page.locator("#channel article").count()
        self.says(f"@Teller {question}")
        asked = self.page.locator("#channel article").nth(before)
        expect(asked).to_contain_text(question)
        expect(self.page.locator("#thread article").first).to_contain_text(question)
        return self.answer

    def waits_for_an_answer_to_come(self, name: str) -> None:
        """Until the last word in Teller's conversation with this person can be rated, whether the page shows it or not."""
        everybody = self.page.request.get(f"{self.address}ui/state").json()["people"]
        person = next(one["id"] for one in everybody if name in one["real_name"])
        for _ in range(PATIENCE // 50):
            seen = self.page.request.get(f"{self.address}ui/state?as={person}").json()
            direct = next(channel["id"] for channel in seen["channels"] if channel["kind"] == "im")
            if "feedback_buttons" in str(seen["messages"][direct][-1]):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"Nothing was answered to {name}")

    @property
    def answer(self) -> Locator:
        """The last answer in the open thread."""
        return self.page.locator("#thread article", has=self.page.locator(".thumbs")).last

    @property
    def thread(self) -> Locator:
        return self.page.locator("#thread")

    @property
    def modal(self) -> Locator:
        return self.page.locator("#modal")

    def opens_home(self) -> Locator:
        """Teller's Home for this person, once it is there."""
        self.goes("Teller")
        self.page.get_by_role("tab", name="Home").click()
        home = self.page.locator(".home")
        expect(home.locator(".block").first).to_be_visible()
        return home

    def behind_the_scenes(self, name: str) -> None:
        """Presses one of those buttons and waits for its outcome."""
        menu = self.page.locator(".scenes")
        menu.locator("summary").click()
        menu.get_by_role("button", name=name).click()
        expect(self.page.locator("#toast.shown")).to_be_visible(timeout=60_000)
        self.page.keyboard.press("Escape")

    def keeps_a_picture(self, name: str) -> None:
        SCREENSHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png")
