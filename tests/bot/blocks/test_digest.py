from bot.blocks.digest import Comparison, Digest, Line, Ranking, Remark, Usage, digest_messages
from bot.blocks.fit import MESSAGE_BLOCKS, MESSAGE_TEXT, weight
from bot.blocks.message import Message

LINES = (Line("Questions", "12", "10", "+2"), Line("Success rate", "too few (8 of 9)", "—", "—"))


def digest(**fields: object) -> Digest:
    words = {"title": "Weekly digest", "period": "Mon 5 Jan – Mon 12 Jan", "summary": "12 questions.", "lines": LINES}
    return Digest(**(words | fields))  # type: ignore[arg-type]


def kinds(message: Message) -> list[str]:
    return [block["type"] for block in message.blocks]


def test_shows_numbers_chart_and_lists_in_that_order() -> None:
    usage = (Usage("Pattern Match", 10, 8), Usage("AutoGen Multi-Agent", 2, 0))
    compared = (Comparison("Pattern Match", "10", "—", "—", "—"), Comparison("AutoGen Multi-Agent", "2", "—", "—", "—"))
    lists = (Ranking("Slowest", ("Rates? · 31.0 s",)),)
    days = (("01-05", 5), ("01-06", 7))
    full = digest(
        usage=usage, compared=compared, days=days, rankings=lists, notes=("n",), key="weekly 1", coverage="All."
    )
    message, listed = digest_messages(full)
    assert kinds(message) == [
        "header",
        "context",
        "rich_text",
        "data_table",
        "data_table",
        "data_visualization",
        "data_visualization",
        "context",
        "context_actions",
    ]
    assert kinds(listed) == ["rich_text", "rich_text", "context"]
    chart = message.blocks[5]["chart"]
    assert [series["name"] for series in chart["series"]] == ["Before", "Now"]
    assert [point["value"] for point in chart["series"][1]["data"]] == [10, 2]


def test_where_no_comment_may_be_shown_it_says_that_there_are_some() -> None:
    _, listed = digest_messages(digest(unshown=3))
    assert "3 comments are on questions that not everybody here may see" in str(listed.blocks[-1])
    assert len(digest_messages(digest())) == 1


def test_a_quiet_period_is_one_short_message() -> None:
    messages = digest_messages(digest(lines=(), summary="Nobody asked anything."))
    assert [kinds(message) for message in messages] == [["header", "context", "rich_text"]]
    assert messages[0].text == "Weekly digest, Mon 5 Jan – Mon 12 Jan. Nobody asked anything."


def test_the_text_alone_says_the_numbers() -> None:
    text = digest_messages(digest())[0].text
    assert "Questions: 12 (before: 10)" in text
    assert "Success rate: too few (8 of 9) (before: —)" in text


def test_words_of_people_notify_nobody() -> None:
    remark = Remark("<!channel> how many?", "<@U123> *look* & <https://example.com|here>", up=True)
    ranking = Ranking("Not understood", ("<!here> weather",))
    for message in digest_messages(digest(remarks=(remark,), rankings=(ranking,))):
        assert "<" not in message.text
        assert not [block for block in message.blocks if block["type"] == "section"]  # nothing Slack interprets


def test_an_empty_list_is_left_out() -> None:
    assert kinds(digest_messages(digest(rankings=(Ranking("Slowest", ()),)))[0])[-1] == "data_table"


def test_a_long_list_says_how_many_more() -> None:
    message = digest_messages(digest(rankings=(Ranking("Most asked", tuple(f"question {n}" for n in range(25))),)))[1]
    listed = message.blocks[-1]["elements"]
    assert len(listed[1]["elements"]) == 10
    assert "… and 15 more" in str(listed[2])


def test_a_comment_is_shown_in_full() -> None:
    comment = "word " * 599 + "end."
    messages = digest_messages(digest(remarks=(Remark("How many?", comment, up=False),)))
    assert comment in str(messages[1].blocks)


def test_the_longest_content_stays_within_slacks_limits() -> None:
    """Everybody wrote as much as the form takes, about questions as long as are answered."""
    long = "& " * 1_500
    full = digest(
        lines=tuple(
            Line(f"Measure {n}", "99.9 %, 9,999,999 of 9,999,999 (99–100 %)", "—", "−10.0 points") for n in range(9)
        ),
        usage=tuple(Usage(f"{n} approach with a long name", n, n) for n in range(3)),
        rankings=tuple(Ranking(f"List {n}", (long,) * 30) for n in range(6)),
        compared=tuple(
            Comparison(f"{n} approach", *("99.9 %, 9,999,999 of 9,999,999 (99–100 %)",) * 4) for n in range(4)
        ),
        days=tuple((f"{n:02}-{n:02}", 9_999_999) for n in range(31)),
        coverage="loan, " * 300,
        moods="40 comments",
        unshown=7,
        key="weekly-digest 2026-01-12T09:00:00Z",
        remarks=(Remark(long, long, up=False),) * 40,
        notes=("a note",),
    )
    messages = digest_messages(full)
    assert len(messages) == 5
    assert "… and 34 more comments" in str(messages[-1].blocks)
    for message in messages:
        assert weight(list(message.blocks)) <= MESSAGE_TEXT
        assert len(message.blocks) <= MESSAGE_BLOCKS


def test_many_short_comments_stay_within_fifty_blocks() -> None:
    messages = digest_messages(digest(remarks=(Remark("How many?", "ok", up=True),) * 200))
    assert [len(message.blocks) for message in messages[1:]] == [41, 41, 42]
    assert "… and 80 more comments" in str(messages[-1].blocks)
