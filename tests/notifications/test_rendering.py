"""Every mail …"""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest

from commitments.languages import say_instant
from notifications.domain.kinds import ABOUT_ONE, TO_COLLEAGUES, MailKind
from notifications.domain.letter import Desk, Letter, Line, News, StaffList
from notifications.rendering import render

NOW = datetime(2026, 11, 19, 11, 50, tzinfo=UTC)
DUE = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
ENDS = {MailKind.KEPT, MailKind.WITHDRAWN, MailKind.AFTERCARE}
BY_PERSON = {
    MailKind.UPDATE,
    MailKind.RENEGOTIATED,
    MailKind.HANDED_OVER,
    MailKind.REOPENED,
    MailKind.CORRECTED,
    *ENDS,
}
TO_CUSTOMERS = sorted(set(MailKind) - TO_COLLEAGUES)
MEANINGS = ("news", "nothing_new", "at_risk", "will_miss", "question")


def letter(kind: MailKind = MailKind.HOLDING, **fields: Any) -> Letter:
    """Make a letter to Maria about her router."""
    values: dict[str, Any] = {
        "kind": kind,
        "now": NOW,
        "reference": "K7Q4M",
        "promise": "send you a replacement router",
        "customer": "Maria Lopez",
        "zone": "Europe/Lisbon",
        "made_at": NOW - timedelta(days=2),
        "due_at": DUE,
        "is_open": kind not in ENDS,
        "owner": "Ana Ruiz",
        "team": "Support Lisbon",
        "team_phone": "+351 21 000 0101",
        "team_hours": "Monday to Friday, 9:00 to 18:00",
        "hear_by": NOW + timedelta(hours=2),
        "named_at": NOW + timedelta(hours=3),
        "writer": "Ana Ruiz" if kind in {*BY_PERSON, MailKind.PROMISED} else "",
        "written_at": NOW,
        "meaning": "news" if kind is MailKind.UPDATE else "",
        "message": "The courier has the parcel." if kind in BY_PERSON else "",
        "ended_at": NOW if kind in ENDS else None,
        "reader": "Sofia Lindqvist" if kind in TO_COLLEAGUES else "",
        "customer_phone": "+351910000000",
        "overdue_since": NOW - timedelta(hours=1),
        "silent_since": NOW - timedelta(hours=2),
        "customer_waiting_since": NOW - timedelta(hours=3),
        "disputed_since": NOW - timedelta(hours=3),
        "untold_since": NOW - timedelta(hours=1),
        "handed_from": "Ana Ruiz",
        "handed_to": "Rui Costa",
        "url": "https://kept.example/promises/K7Q4M/",
    }
    return Letter(**values | fields)


class Page(HTMLParser):
    """The words of a page, and the tags that a mail must not have."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self.hidden = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        """Note a tag."""
        self.tags.append(tag)
        self.hidden += tag in {"style", "title"}

    def handle_endtag(self, tag: str) -> None:
        """Note that a hidden part is over."""
        self.hidden -= tag in {"style", "title"}

    def handle_data(self, data: str) -> None:
        """Note words."""
        if not self.hidden:
            self.words.append(data)

    @property
    def text(self) -> str:
        """All words on one line."""
        return " ".join("".join(self.words).split())


@pytest.mark.parametrize("kind", sorted(ABOUT_ONE))
def test_ends_its_subject_with_the_reference(kind: MailKind) -> None:
    assert render(letter(kind)).subject.endswith(" [K7Q4M]")
    assert "\n" not in render(letter(kind)).subject


@pytest.mark.parametrize("kind", sorted(ABOUT_ONE))
def test_says_the_same_in_text_and_in_html(kind: MailKind) -> None:
    rendered = render(letter(kind))
    page = Page(rendered.html).text
    for words in ("send you a replacement router", "Friday 20 November, 15:00 (Lisbon time)", "Ana Ruiz", "K7Q4M"):
        assert words in rendered.text
        assert words in page


@pytest.mark.parametrize("kind", TO_CUSTOMERS)
def test_gives_the_customer_a_telephone_number_and_its_hours(kind: MailKind) -> None:
    rendered = render(letter(kind))
    for form in (rendered.text, Page(rendered.html).text):
        assert "call +351 21 000 0101 (Monday to Friday, 9:00 to 18:00) and say K7Q4M." in form


@pytest.mark.parametrize("kind", TO_CUSTOMERS)
def test_leaves_out_a_telephone_number_that_is_not_there(kind: MailKind) -> None:
    rendered = render(letter(kind, team_phone="", team_hours=""))
    assert "call" not in rendered.text
    assert "call" not in Page(rendered.html).text


@pytest.mark.parametrize("kind", sorted(TO_COLLEAGUES & ABOUT_ONE))
def test_gives_a_colleague_what_was_promised_to_whom_and_the_link(kind: MailKind) -> None:
    rendered = render(letter(kind, need="She works from home", reached_best="afternoons"))
    for form in (rendered.text, Page(rendered.html).text):
        for words in ("Hello Sofia Lindqvist", "Maria Lopez", "+351910000000", "She works from home", "afternoons"):
            assert words in form
    assert "https://kept.example/promises/K7Q4M/" in rendered.text
    assert 'href="https://kept.example/promises/K7Q4M/"' in rendered.html


@pytest.mark.parametrize("kind", sorted(ABOUT_ONE))
@pytest.mark.parametrize("named", ["customer", "owner", "writer", "reader", "team", "promise", "message", "need"])
def test_lets_nobody_put_markup_into_it(kind: MailKind, named: str) -> None:
    evil = '<img src=x onerror="alert(1)"><script>alert(2)</script>{{ 7|add:7 }}</title>'
    rendered = render(letter(kind, **{named: evil}))
    tags = Page(rendered.html).tags
    assert not {"img", "script"} & set(tags)
    assert "14" not in rendered.text.replace("14:50", "")


@pytest.mark.parametrize("kind", sorted(ABOUT_ONE))
def test_loads_nothing_from_anywhere(kind: MailKind) -> None:
    rendered = render(letter(kind))
    assert set(re.findall(r"https?://[^\"'<\s]+", rendered.html)) <= {"https://kept.example/promises/K7Q4M/"}
    assert not {"img", "link", "script", "iframe", "form"} & set(Page(rendered.html).tags)


@pytest.mark.parametrize("kind", sorted(ABOUT_ONE))
def test_reads_in_the_dark_and_on_a_small_screen(kind: MailKind) -> None:
    html = render(letter(kind)).html
    assert '<meta name="color-scheme" content="light dark">' in html
    assert "prefers-color-scheme: dark" in html
    assert '<h1 style="' in html
    assert max(len(line.encode()) for line in html.splitlines()) < 998


@pytest.mark.parametrize("kind", sorted(ABOUT_ONE))
def test_survives_names_that_are_hard(kind: MailKind) -> None:
    rendered = render(
        letter(
            kind, customer="محمد بن عبد الله\u202e", reader="דוד כהן", owner="Wolfe" * 50, promise="Ring ☎\n\n\n" * 40
        )
    )
    assert "\u202e" not in rendered.text + rendered.html + rendered.subject
    assert "<bdi>" in rendered.html
    name = "דוד כהן" if kind in TO_COLLEAGUES else "محمد بن عبد الله"
    assert f"Hello \u2068{name}\u2069," in rendered.text
    assert len(rendered.subject) < 160


@pytest.mark.parametrize("kind", [MailKind.HOLDING, MailKind.MISSED])
@pytest.mark.parametrize("news", [None, News(at=NOW - timedelta(days=1), words="The courier has the parcel.")])
def test_claims_nothing_that_is_not_on_record(kind: MailKind, news: News | None) -> None:
    text = render(letter(kind, news=news, last_person_word_at=NOW - timedelta(days=1))).text.lower()
    for claim in (
        "on track",
        "working on",
        "has not changed",
        "nothing has changed",
        "important to us",
        "we have told",
    ):
        assert claim not in text


def test_says_as_of_when_a_holding_mail_speaks() -> None:
    text = render(letter()).text
    assert "As of Thursday 19 November, 11:50 (Lisbon time), our record holds no news for you." in text
    assert "You will hear from us again by Thursday 19 November, 14:50 (Lisbon time)" in text


def test_repeats_a_question_as_a_question() -> None:
    news = News(at=NOW - timedelta(days=1), words="Which address?", is_question=True)
    text = render(letter(news=news)).text
    assert "On Wednesday 18 November, 11:50 (Lisbon time) we asked you:\n\n“Which address?”" in text
    assert "confirmed news" not in text


@pytest.mark.parametrize("kind", sorted(set(TO_CUSTOMERS) - ENDS))
def test_names_the_time_by_which_the_customer_hears_while_it_is_open(kind: MailKind) -> None:
    hear_by = NOW + timedelta(hours=2)
    rendered = render(letter(kind, hear_by=hear_by, named_at=hear_by))
    named = "by Thursday 19 November, 13:50 (Lisbon time)"
    assert named in rendered.text
    assert named in Page(rendered.html).text


def test_names_no_time_in_the_receipt_beside_the_due_time_itself() -> None:
    receipt = letter(MailKind.PROMISED)
    assert "You will hear from us by Thursday 19 November, 13:50" in render(receipt).text
    assert "You will hear" not in render(replace(receipt, hear_by=DUE)).text


@pytest.mark.parametrize("meaning", MEANINGS)
def test_has_a_tone_for_each_meaning_of_an_update(meaning: str) -> None:
    rendered = render(letter(MailKind.UPDATE, meaning=meaning, overdue_since=None, untold_since=None))
    assert "The courier has the parcel." in rendered.text
    assert ("on track" in rendered.text) == (meaning == "nothing_new")
    assert ("We are sorry" in rendered.text) == (meaning == "will_miss")
    subjects = {render(letter(MailKind.UPDATE, meaning=other)).subject for other in MEANINGS}
    assert len(subjects) == len(MEANINGS)


def test_says_when_a_person_wrote_it() -> None:
    text = render(letter(MailKind.UPDATE, written_at=NOW - timedelta(hours=3))).text
    assert "Word from Ana Ruiz, Thursday 19 November, 08:50 (Lisbon time):" in text


def test_names_no_past_time_in_a_persons_mail_that_goes_late() -> None:
    assert "You will hear" not in render(letter(MailKind.UPDATE, hear_by=None)).text


def test_owns_up_when_the_promise_was_kept_late() -> None:
    assert "later than we promised" not in render(letter(MailKind.KEPT)).text
    assert (
        "later than we promised. We are sorry." in render(letter(MailKind.KEPT, ended_at=DUE + timedelta(hours=1))).text
    )


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"is_bad_news": False}, ""),
        ({"is_bad_news": True}, "We will not make it by then. We are sorry."),
        ({"is_bad_news": True, "was_due_at": NOW - timedelta(hours=1)}, "We did not do it by then. We are sorry."),
    ],
)
def test_says_sorry_with_a_new_date_where_it_is_bad_news(fields: dict[str, Any], said: str) -> None:
    values = {"was_due_at": NOW + timedelta(hours=1), "what_happened": "It is lost.", "what_next": "Another comes."}
    rendered = render(letter(MailKind.RENEGOTIATED, **values | fields))
    for form in (rendered.text, Page(rendered.html).text):
        assert said in form
        assert ("We are sorry" in form) == bool(said)
        assert "Our new promise: by Friday 20 November, 15:00 (Lisbon time)." in form
        assert "What you can choose or do" not in form


def test_says_why_a_promise_is_taken_back_and_by_whom() -> None:
    rendered = render(letter(MailKind.WITHDRAWN, message="The maker has stopped making it.", hear_by=None))
    assert rendered.subject.startswith("We have to take our promise back: ")
    for form in (rendered.text, Page(rendered.html).text):
        assert "We will not do this. We are sorry." in form
        assert "gave this reason, Thursday 19 November, 11:50 (Lisbon time):" in form
        assert "The maker has stopped making it." in form
        assert "You will hear from us" not in form
        assert "looks after this" not in form


def test_tells_a_copy_from_the_mail_itself() -> None:
    copy = render(letter(customer="Carla Dias", copied_for="Maria Lopez"))
    for form in (copy.text, Page(copy.html).text):
        assert "Hello Carla Dias," in form
        assert "This is a copy of our mail to Maria Lopez." in form
    assert "copy" not in render(letter()).text


def test_says_who_stands_in_and_names_no_other_owner() -> None:
    cover = {"stands_in": "Rui Costa", "stands_in_until": DUE, "message": ""}
    rendered = render(letter(MailKind.HANDED_OVER, **cover))
    for form in (rendered.text, Page(rendered.html).text):
        assert "Ana Ruiz is away. Rui Costa stands in until Friday 20 November, 15:00 (Lisbon time)" in form
        assert "looks after this" not in form


def test_tells_a_stranger_nothing_of_the_promise() -> None:
    rendered = render(letter(MailKind.CORRECTED, is_not_for_reader=True, customer="Carla Dias"))
    for form in (rendered.subject, rendered.text, rendered.html):
        for secret in ("router", "20 November", "13:50", "courier", "looks after this"):
            assert secret not in form


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"wrong_promise": "send you a modem"}, "send you a modem"),
        ({"was_due_at": DUE - timedelta(days=1), "corrected": frozenset({"due_at"})}, "Thursday 19 November, 15:00"),
    ],
)
def test_says_what_was_wrong(fields: dict[str, Any], said: str) -> None:
    rendered = render(letter(MailKind.CORRECTED, **fields))
    for form in (rendered.text, Page(rendered.html).text):
        assert form.index("Wrong") < form.index(said) < form.index("Right")


@pytest.mark.parametrize(
    ("attempt", "said"),
    [
        ("no_answer", " and did not reach you."),
        ("engaged", ". Your line was engaged."),
        ("voicemail", " and left a message."),
    ],
)
@pytest.mark.parametrize("kind", [MailKind.UPDATE, MailKind.RENEGOTIATED])
def test_says_how_a_call_went_and_when_the_next_try_is(kind: MailKind, attempt: str, said: str) -> None:
    fields = {"attempt": attempt, "next_try_at": NOW + timedelta(hours=1), "was_due_at": NOW, "message": ""}
    rendered = render(letter(kind, **fields))
    assert rendered.subject.startswith("We tried to call you: ")
    by = DUE if kind is MailKind.RENEGOTIATED else NOW + timedelta(hours=1)
    for form in (rendered.text, Page(rendered.html).text):
        assert f"tried to call you on Thursday 19 November, 11:50 (Lisbon time){said}" in form
        assert f"by {say_instant(by, zone='Europe/Lisbon', now=NOW)}" in form
        assert "Word from" not in form


@pytest.mark.parametrize(("passed", "said"), [(timedelta(minutes=1), 1), (timedelta(minutes=-1), 0)])
def test_says_sorry_for_a_call_that_was_tried_too_late(passed: timedelta, said: int) -> None:
    written_at = NOW - timedelta(minutes=10)
    fields = {"attempt": "no_answer", "written_at": written_at, "was_due_at": written_at - passed, "message": ""}
    rendered = render(letter(MailKind.RENEGOTIATED, **fields))
    for form in (rendered.text, Page(rendered.html).text):
        assert form.count("We did not do it by then. We are sorry.") == said


# -- Lists ----------------------------------------------------------------------------------------------------------


def line(number: int = 1, **fields: Any) -> Line:
    values: dict[str, Any] = {
        "at": DUE,
        "is_word": False,
        "reference": f"K7Q{number}M",
        "promise": "send you a replacement router",
        "customer": "Maria Lopez",
        "url": f"https://kept.example/promises/K7Q{number}M/",
        "zone": "Europe/Lisbon",
    }
    return Line(**values | fields)


def a_list(kind: MailKind = MailKind.GATHERED, **fields: Any) -> StaffList:
    values: dict[str, Any] = {"reader": "Sofia Lindqvist", "zone": "Europe/Lisbon", "url": "https://kept.example/"}
    return StaffList(**{"kind": kind, "now": NOW} | values | fields)


def test_lists_what_came_together_worst_first() -> None:
    kinds = [MailKind.REMINDER, MailKind.OVERDUE, MailKind.HANDOFF_OFFERED, MailKind.SILENT]
    items = tuple(letter(kind, reference=f"K7Q{number}M") for number, kind in enumerate(kinds, 2))
    rendered = render(a_list(items=items))
    assert rendered.subject == "4 things about your promises"
    page = Page(rendered.html).text
    order = [page.index(f"K7Q{number}M") for number in (3, 5, 4, 2)]
    assert order == sorted(order)
    assert all(item.url in rendered.text for item in items)


def test_says_a_promise_on_a_list_once() -> None:
    items = (letter(MailKind.OVERDUE, reference="K7Q1M"), letter(MailKind.OVERDUE, reference="K7Q2M"))
    rendered = render(a_list(MailKind.SHIFT_LIST, items=items, desk=Desk(overdue=(line(1),))))
    page = Page(rendered.html).text
    assert page.count("K7Q1M") == 1
    assert page.index("Overdue") < page.index("K7Q1M") < page.index("New: Overdue") < page.index("K7Q2M")


def test_cuts_a_long_list_and_says_how_much_is_left_out() -> None:
    rendered = render(a_list(MailKind.SHIFT_LIST, desk=Desk(due=tuple(line(number) for number in range(1, 31)))))
    for form in (rendered.text, Page(rendered.html).text):
        assert "And 5 more." in form
    assert rendered.subject == "Today: 30 due today"


def test_lets_nobody_put_markup_into_a_list() -> None:
    evil = "<script>alert(1)</script>{{ 7|add:7 }}"
    items = (letter(MailKind.OVERDUE, promise=evil, customer=evil, owner=evil),)
    desk = Desk(waiting=(line(promise=evil, customer=evil),))
    rendered = render(a_list(MailKind.SHIFT_LIST, reader=evil, items=items, desk=desk))
    assert "script" not in Page(rendered.html).tags
    assert "{{ 7|add:7 }}" in rendered.text


def test_fences_names_off_on_a_list() -> None:
    name = "محمد بن عبد الله"
    rendered = render(a_list(MailKind.SHIFT_LIST, desk=Desk(due=(line(customer=name),))))
    assert f"- \u2068{name}\u2069, due by" in rendered.text
    assert "\u2068" not in rendered.html


def test_says_the_year_when_it_is_another_one() -> None:
    assert "Friday 20 November 2026" in render(letter(now=NOW + timedelta(days=60))).text
