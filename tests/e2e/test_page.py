"""The page in a real browser, with all of Teller behind it, as a newcomer walks through it."""

import re
import zipfile
from collections.abc import Iterator

import pytest
from playwright.sync_api import APIResponse, Browser, Route, expect

from tests.e2e.browser import chromium, demo
from tests.e2e.seat import Seat

pytestmark = [pytest.mark.e2e, pytest.mark.page, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def address(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with demo(tmp_path_factory.mktemp("demo")) as printed:
        yield printed


@pytest.fixture
def seat(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Seat]:
    """A fresh window; what its console complained of is a fault."""
    context = browser.new_context(viewport={"width": 1300, "height": 860})
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    seat = Seat(page, address)
    yield seat
    seat.keeps_a_picture(request.node.name.removeprefix("test_"))
    context.close()
    assert not [line for line in complaints if "400 (Bad Request)" not in line]


def test_the_first_screen_says_what_to_do_and_one_press_asks(seat: Seat):
    seat.page.goto(seat.address)
    expect(seat.page.locator(".connection")).to_have_text("Teller is connected")
    chips = seat.page.locator(".welcome .chip, .log .chip")
    expect(chips.first).to_be_visible()
    chips.first.click()
    expect(seat.answer).to_be_visible()


def test_a_table_is_read_sorted_and_paged(seat: Seat):
    seat.sits_down("Emma", "risk")
    answer = seat.asks("What is the total loan balance by industry?")
    rows = answer.locator("tbody tr")
    expect(rows).to_have_count(10)
    heading = answer.locator("thead th").first
    heading.get_by_role("button").click()
    expect(heading).to_have_attribute("aria-sort", "ascending")
    names = rows.locator("th, td >> nth=0").all_inner_texts()
    shown = [row.split("\t")[0] for row in answer.locator("tbody").inner_text().splitlines() if row.strip()]
    assert shown == sorted(shown, key=str.lower), names
    answer.get_by_role("button", name="Next page").click()
    expect(answer.locator(".pager")).to_contain_text("11–14 of 14")


def test_a_trend_is_a_chart_and_the_sql_is_one_fold_away(seat: Seat):
    seat.sits_down("Emma", "risk")
    answer = seat.asks("What is the loan balance by month in 2026?")
    expect(answer.locator("figure.chart svg circle")).to_have_count(9)
    sql = answer.locator("details.box", has_text="SQL")
    expect(sql.locator("pre")).to_be_hidden()
    sql.locator("summary").click()
    expect(sql.locator("pre")).to_contain_text("SELECT")


def test_two_people_vote_one_says_why_and_changes_their_mind(seat: Seat):
    seat.sits_down("Emma", "risk")
    question = "How many active loans do we have?"
    seat.asks(question)
    up = seat.answer.locator(".thumb").first
    up.click()
    expect(up).to_have_attribute("aria-pressed", "true")

    seat.sits_down("Ben", "risk")
    seat.page.locator("#channel article", has_text=question).locator(".replies").click()
    seat.answer.locator(".thumb").last.click()
    seat.modal.get_by_role("button", name="Send").or_(seat.modal.locator("[type=submit]")).first.wait_for()
    seat.modal.locator("textarea").fill("Leeds is missing")
    seat.modal.locator("[type=submit]").click()
    expect(seat.modal).to_be_hidden()
    expect(seat.answer.locator(".thumb").last).to_have_attribute("aria-pressed", "true")
    seat.answer.locator(".thumb").first.click()
    expect(seat.answer.locator(".thumb").first).to_have_attribute("aria-pressed", "true")
    expect(seat.answer.locator(".thumb").last).to_have_attribute("aria-pressed", "false")


def test_an_unclear_question_is_asked_back_and_a_press_answers_it(seat: Seat):
    seat.sits_down("Emma", "risk")
    seat.page.keyboard.press("Escape")
    seat.says("@Teller Show total exposure by rating")
    asked_back = seat.thread.locator("article", has_text="Which rating do you mean?")
    expect(asked_back).to_be_visible()
    asked_back.get_by_role("button", name="Regulator risk rating").click()
    expect(seat.answer).to_contain_text("regulator risk rating")
    expect(seat.answer.locator("tbody tr").first).to_be_visible()


def test_a_reply_in_the_thread_follows_up(seat: Seat):
    """What can be meant in two ways is asked back, here as well."""
    seat.sits_down("Emma", "risk")
    first = seat.asks("What is the total loan balance by currency?")
    expect(first).to_contain_text("by currency")
    seat.replies("and by industry?")
    asked_back = seat.thread.locator("article", has_text="Which of these do you mean?")
    asked_back.get_by_role("button", name=re.compile("^2")).click()
    expect(seat.answer).to_contain_text("by industry")
    expect(seat.answer).to_contain_text("Retail Trade")


def test_a_follow_up_is_one_press_away(seat: Seat):
    seat.sits_down("Emma", "risk")
    answer = seat.asks("What is our total loan balance?")
    answer.locator(".button", has_text=re.compile("by industry|by currency|by month")).first.click()
    expect(seat.thread.locator("article", has=seat.page.locator(".thumbs"))).to_have_count(2)
    expect(seat.answer.locator("tbody tr").first).to_be_visible()


def test_a_question_is_subscribed_to_and_stands_in_home(seat: Seat):
    seat.sits_down("Emma", "risk")
    seat.asks("How many loans are past due?").get_by_role("button", name="Subscribe").click()
    expect(seat.modal).to_contain_text("How often?")
    seat.modal.locator("[type=submit]").click()
    expect(seat.modal).to_be_hidden()
    home = seat.opens_home()
    expect(home).to_contain_text("past due")


def test_an_alert_on_a_figure_is_set_from_its_answer(seat: Seat):
    seat.sits_down("Ben", "risk")
    seat.asks("How many active loans do we have?").get_by_role("button", name="Alert me").click()
    seat.modal.get_by_label("… this number").fill("1")
    seat.modal.locator("[type=submit]").click()
    expect(seat.modal).to_be_hidden()
    expect(seat.opens_home()).to_contain_text("number of loans")


def test_home_shows_ones_own_questions_and_rights(seat: Seat):
    seat.sits_down("Emma", "risk")
    seat.asks("What is our total loan balance?")
    home = seat.opens_home()
    expect(home).to_contain_text("What is our total loan balance?")
    home.get_by_role("textbox").fill("exposure")
    home.get_by_role("textbox").press("Enter")
    expect(home.locator(".block", has_text="exposure").last).to_be_visible()
    expect(home).not_to_contain_text("is not drawn here")


def test_a_shortcut_asks_from_anywhere(seat: Seat):
    seat.sits_down("Emma", "risk")
    seat.page.locator("#channel .composer").get_by_label("Shortcuts").click()
    seat.page.locator("#channel .composer .menu").get_by_role("button", name="Ask Teller").click()
    expect(seat.modal).to_be_visible()
    seat.modal.locator("textarea, input[type=text]").first.fill("How many customers do we have?")
    seat.modal.locator("[type=submit]").click()
    expect(seat.modal).to_be_hidden()
    seat.goes("Teller")  # without a place of its own it is answered there
    expect(seat.page.locator("#channel article", has_text="How many customers do we have?").first).to_be_visible()


def test_an_answer_that_not_everybody_may_see_is_shared_only_on_purpose(seat: Seat):
    """Anna sees her branch; Ben, in the same channel, sees the whole bank, and others see less."""
    seat.sits_down("Daniel", "general")
    seat.says("@Teller What is the total loan balance by industry?")
    expect(seat.thread).to_contain_text(re.compile("only|private|direct message", re.IGNORECASE))
    expect(seat.thread.locator("table")).to_have_count(0)
    seat.goes("Teller")
    private = seat.page.locator("#channel article", has=seat.page.locator("table")).last
    expect(private).to_be_visible()
    expect(private.get_by_role("button", name=re.compile("share", re.IGNORECASE)).first).to_be_visible()


def test_share_here_asks_again_who_reads_along(seat: Seat):
    """Where somebody may not see it, it stays private; in a channel of those who may, it is shown."""
    seat.sits_down("Daniel", "general")
    seat.says("@Teller What is the total loan balance by currency?")
    seat.goes("Teller")
    private = seat.page.locator("#channel article", has_text="by currency").last
    private.get_by_role("button", name="Share here").click()
    expect(seat.page.locator("#channel")).to_contain_text("I cannot share it there: not everybody in this channel")
    seat.goes("general")
    expect(seat.page.locator("#channel table")).to_have_count(0)
    seat.goes("Teller")
    private.locator("details.overflow summary").click()
    private.get_by_role("button", name="Share …").click()
    seat.modal.locator("select").select_option(label="#risk")
    seat.modal.locator("[type=submit]").click()
    expect(seat.modal).to_be_hidden()
    seat.goes("risk")
    expect(seat.page.locator("#channel article", has_text="by currency").last.locator("table")).to_be_visible()


def test_a_file_is_downloaded_and_says_what_is_in_it(seat: Seat):
    seat.sits_down("Emma", "risk")
    seat.asks("What is the total loan balance by industry?").get_by_role("button", name="Excel").click()
    with seat.page.expect_download() as download:
        seat.thread.locator("a.file").click()
    with zipfile.ZipFile(download.value.path()) as book:
        assert "Definitions" in book.read("xl/workbook.xml").decode()
        assert "Retail Trade" in book.read("xl/sharedStrings.xml").decode()


def test_an_alert_comes_and_somebody_takes_care_of_it(seat: Seat):
    """What nobody understands counts against the success rate."""
    seat.sits_down("Farid", "Teller")
    for number in range(20):
        seat.says(f"How many flurbs has planet {number}?")
    last = seat.page.locator("#channel article", has_text="planet 19")
    last.locator(".replies").click(timeout=60_000)  # Slack takes one message a second there
    expect(seat.thread).to_contain_text("I did not understand")
    expect(seat.thread.locator(".rule.new")).to_have_count(0)  # it came while Farid was looking
    seat.behind_the_scenes("Check for alerts now")
    seat.page.locator(".entry.unread", has_text="teller-digest").click()
    expect(seat.page.locator("#channel .rule.new")).to_be_visible()
    alert = seat.page.locator("#channel article", has_text="🔴 Success rate").first
    expect(alert).to_be_visible()
    alert.get_by_role("button", name="Acknowledge").click()
    expect(alert).to_contain_text("Farid Haddad takes care of it")


def test_one_persons_rights_are_not_everybodys(seat: Seat):
    """What Anna may see is not what the channel may see, and the page shows it to her alone."""
    question = "How many customers do we have?"
    seat.sits_down("Anna", "Teller")
    seat.says(question)
    expect(seat.answer).to_contain_text("By your rights")
    anna = seat.answer.inner_text()
    seat.sits_down("Farid", "Teller")
    seat.says(question)
    expect(seat.answer).not_to_contain_text("By your rights")
    assert figure(anna) < figure(seat.answer.inner_text())


def figure(words: str) -> int:
    """The headline: the first line that is a number and nothing else."""
    return next(int(line.replace(",", "")) for line in words.splitlines() if re.fullmatch(r"\d[\d,]*", line))


def test_a_running_question_is_stopped_and_the_bank_is_mended(seat: Seat):
    seat.sits_down("Emma", "risk")
    seat.behind_the_scenes("Break the bank's database")
    seat.page.keyboard.press("Escape")
    seat.says("@Teller What is our total exposure by country?")
    stop = seat.thread.get_by_role("button", name="Stop").first
    stop.click()
    expect(seat.thread.locator("article").last).to_contain_text(re.compile("stopped", re.IGNORECASE))
    seat.behind_the_scenes("Mend: break the bank's database")
    expect(seat.asks("What is our total exposure by country?").locator("tbody tr").first).to_be_visible()


def test_the_payload_stands_beside_its_message(seat: Seat):
    seat.sits_down("Emma", "risk")
    answer = seat.asks("How many loans are past due?")
    answer.hover()
    answer.get_by_role("button", name="Show the payload").click()
    expect(seat.page.get_by_role("region", name="Payload")).to_contain_text('"event_type": "teller_question"')
    seat.page.keyboard.press("Escape")
    expect(seat.answer).to_be_visible()


def test_the_digest_comes_when_it_is_asked_for_and_is_unread(seat: Seat):
    seat.sits_down("Emma", "risk")
    seat.behind_the_scenes("Run the weekly digest now")
    unread = seat.page.locator(".entry.unread", has_text="teller-digest")
    expect(unread).to_be_visible()
    unread.click()
    expect(seat.page.locator("#channel .rule.new")).to_have_text("New")
    expect(seat.page.locator("#channel article").last).to_contain_text("question")
    seat.goes("risk")
    seat.goes("teller-digest")
    expect(seat.page.locator("#channel .rule.new")).to_have_count(0)


def test_a_dropped_socket_loses_nothing(seat: Seat):
    seat.sits_down("Emma", "risk")
    seat.behind_the_scenes("Drop the socket")
    expect(seat.asks("How many customers do we have?")).to_be_visible()


@pytest.mark.parametrize("read", ["before the answer", "after it"])
def test_an_answer_that_comes_while_everything_is_read_anew_opens(seat: Seat, read: str):
    """Reading may take long; what somebody is typing meanwhile stays, and stays in focus."""
    page = seat.sits_down("Ben", "general").page
    held: list[tuple[Route, APIResponse | None]] = []
    page.route(
        "**/ui/state*", lambda route: held.append((route, route.fetch() if read == "before the answer" else None))
    )
    with page.expect_request("**/ui/state*"):
        seat.goes("Teller")  # the bot says what may be asked, and the page reads everything for it
    seat.says("How many branches do we have?")
    seat.waits_for_an_answer_to_come("Ben")
    page.locator("#channel textarea").press_sequentially("And how many ")
    for route, response in held:
        route.fulfill(response=response or route.fetch())
    page.unroute("**/ui/state*")
    page.evaluate("fetch('/ui/state').then((response) => response.json())")  # by then it has taken in what was held
    expect(seat.answer).to_contain_text("branches")
    page.keyboard.type("customers?")
    expect(page.locator("#channel textarea")).to_have_value("And how many customers?")


def test_everything_goes_by_keyboard_too(seat: Seat):
    page = seat.sits_down("Emma", "Teller").page
    page.keyboard.press("Control+k")
    page.keyboard.type("general")
    page.keyboard.press("Enter")
    expect(page.locator("#channel h1")).to_contain_text("general")
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("#channel h1")).to_contain_text("risk")
    page.locator("#channel .log").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#channel article").last).to_be_focused()
    page.locator("#channel textarea").focus()
    page.keyboard.type("/")
    expect(page.get_by_role("option").first).to_contain_text("/ask")
    page.keyboard.press("Tab")
    page.keyboard.type("How many customers do we have?")
    page.keyboard.press("Enter")
    expect(page.locator("#channel article").last).to_contain_text("asked: How many customers do we have?")


def test_a_narrow_window_shows_one_pane_at_a_time(seat: Seat):
    seat.page.set_viewport_size({"width": 420, "height": 800})
    seat.page.goto(seat.address)
    expect(seat.page.locator("#sidebar")).not_to_be_in_viewport()
    seat.page.get_by_role("button", name="Channels").click()
    expect(seat.page.locator("#sidebar")).to_be_in_viewport()
    assert seat.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
