"""A promise's timeline as a story."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commitments.domain.clocks import WordMeaning
from commitments.domain.timeline import EventKind
from commitments.models import Commitment, CommitmentEvent, Word
from commitments.models.identifiers import time_ordered_id
from commitments.services.correcting import Right, correct, void
from commitments.services.word import give_word
from commitments.web.sentences import Line, Mark
from commitments.web.story import PAGE, Asked, Fold, StoryPage, View, tell
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.sqlite
A_MAIL = "0b7f0d6e-5f0a-4a2e-9c67-0d7a1f3f5a11"


@pytest.fixture
def promise(ana: Any) -> Commitment:
    """Make a promise to a customer in Tokyo."""
    return factories.promise(owner=ana, customer=factories.customer(time_zone="Asia/Tokyo"))


def note(promise: Commitment, kind: EventKind, *, at: datetime, **facts: Any) -> CommitmentEvent:
    """Put an event on the timeline."""
    return CommitmentEvent.objects.create(
        id=time_ordered_id(now=at), commitment=promise, kind=kind.value, occurred_at=at, recorded_at=at, facts=facts
    )


def later(*, minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


def by_mail(promise: Commitment, *, minutes: int) -> CommitmentEvent:
    """Give word by mail, and let it go."""
    at = later(minutes=minutes)
    give_word(
        actor=promise.owner,
        reference=promise.reference,
        now=at,
        meaning=WordMeaning.NEWS,
        message="The courier has it.",
        by_mail=True,
    )
    event = promise.events.get(kind="word_given", occurred_at=at)
    Word.objects.filter(event=event).update(state=Word.State.GONE, gone_at=at)
    note(promise, EventKind.MAIL_SENT, at=at, mail="update", event=str(event.pk), to="customer", notification=A_MAIL)
    return event


def story_of(promise: Commitment, **asked: Any) -> StoryPage:
    return tell(commitment=promise, asked=Asked(**asked), now=later(minutes=60))


def told(promise: Commitment, **asked: Any) -> list[Line | Fold]:
    return [line for day in story_of(promise, **asked).days for line in day.told]


def lines(promise: Commitment, **asked: Any) -> list[Line]:
    return [line for line in told(promise, **asked) if isinstance(line, Line)]


def test_begins_with_the_latest_or_with_the_beginning(promise: Commitment) -> None:
    note(promise, EventKind.BECAME_OVERDUE, at=later(minutes=5))
    assert [line.at for line in lines(promise)] == [later(minutes=5), NOW]
    assert [line.at for line in lines(promise, is_oldest_first=True)] == [NOW, later(minutes=5)]


def test_tells_by_the_day_of_the_teams_calendar(promise: Commitment) -> None:
    note(promise, EventKind.BECAME_OVERDUE, at=datetime.fromisoformat("2026-11-19T23:59:00+00:00"))
    note(promise, EventKind.BECAME_SILENT, at=datetime.fromisoformat("2026-11-20T00:01:00+00:00"))
    days = tell(commitment=promise, asked=Asked(), now=datetime.fromisoformat("2026-11-20T09:00:00+00:00")).days
    assert [day.words for day in days] == [
        "Today, Friday 20 November",
        "Yesterday, Thursday 19 November",
        "Wednesday 18 November",
    ]


def test_puts_a_mail_that_went_to_what_it_was_about(promise: Commitment) -> None:
    by_mail(promise, minutes=5)
    (given, made) = lines(promise)
    assert given.text == "The courier has it."
    assert given.marks == (Mark.MAILED,)
    assert given.mail == A_MAIL
    assert made.marks == (Mark.TOLD,)


def test_lets_a_mail_stand_alone_that_went_much_later(promise: Commitment) -> None:
    made = promise.events.get(kind="made")
    note(promise, EventKind.MAIL_SENT, at=later(minutes=300), mail="promised", event=str(made.pk), to="customer")
    assert next(line.words for line in lines(promise)) == "The receipt went to the customer"


def test_strikes_a_mail_that_came_back(promise: Commitment) -> None:
    event = by_mail(promise, minutes=5)
    facts = {"mail": "update", "event": str(event.pk), "to": "customer", "notification": A_MAIL, "reason": "bounced"}
    note(promise, EventKind.MAIL_FAILED, at=later(minutes=9), **facts)
    sent = next(line for line in lines(promise) if line.words == "The update went to the customer")
    assert sent.is_struck
    assert not sent.reached
    assert not any(line.words == sent.words for line in lines(promise, view=View.SEEN))


def test_strikes_a_word_that_is_void(promise: Commitment) -> None:
    event = by_mail(promise, minutes=5)
    Word.objects.filter(event=event).update(state=Word.State.VOID, void_reason="bounced")
    assert lines(promise)[0].is_struck
    assert "does not count (bounced)" in lines(promise)[0].note


def test_shows_only_what_the_customer_saw_and_said(promise: Commitment) -> None:
    note(promise, EventKind.REMINDER_DUE, at=later(minutes=1))
    note(promise, EventKind.CUSTOMER_MESSAGE, at=later(minutes=2), channel="phone")
    note(promise, EventKind.BECAME_OVERDUE, at=later(minutes=3))
    by_mail(promise, minutes=5)
    found = lines(promise, view=View.SEEN)
    assert [line.marks for line in found] == [(Mark.MAILED,), (Mark.THEIRS,), (Mark.TOLD,)]


def test_shows_every_entry_where_that_is_asked(promise: Commitment) -> None:
    by_mail(promise, minutes=5)
    note(promise, EventKind.REMINDER_DUE, at=later(minutes=6))
    note(promise, EventKind.REMINDER_DUE, at=later(minutes=7))
    assert len(lines(promise, view=View.EVERY)) == promise.events.count()


def test_folds_a_run_about_our_own_people_and_counts_what_says_the_same(promise: Commitment) -> None:
    for minutes in (1, 2, 3):
        note(promise, EventKind.OVERDUE_STEP, at=later(minutes=minutes), recipients=[promise.owner_id])
    note(promise, EventKind.WORD_ASKED, at=later(minutes=4), next_word_due_at=NOW.isoformat())
    note(promise, EventKind.BECAME_OVERDUE, at=later(minutes=5))
    note(promise, EventKind.REMINDER_DUE, at=later(minutes=6), due_at=NOW.isoformat())
    assert [type(one) for one in told(promise)] == [Line, Line, Fold, Line]
    fold = told(promise)[2]
    assert isinstance(fold, Fold)
    assert (fold.count, fold.first_at, fold.last_at) == (4, later(minutes=1), later(minutes=4))
    assert [(line.count, line.at, line.until) for line in fold.lines] == [
        (1, later(minutes=4), None),
        (3, later(minutes=1), later(minutes=3)),
    ]


def test_shows_what_was_promised_before_a_correction(promise: Commitment) -> None:
    correct(
        actor=promise.owner,
        reference=promise.reference,
        now=later(minutes=2),
        right=Right(promise="send you a new router"),
        reason="Misheard.",
        told=True,
    )
    line = lines(promise)[0]
    assert line.was == "send you a replacement router"
    assert line.text == "send you a new router\n\nMisheard."


def test_strikes_a_promise_that_was_never_made(promise: Commitment) -> None:
    void(actor=promise.owner, reference=promise.reference, now=later(minutes=2), reason="Not said.", told=True)
    assert lines(promise)[-1].is_struck


def test_turns_pages_and_keeps_how_it_is_read(promise: Commitment) -> None:
    for minutes in range(1, PAGE + 5):
        note(promise, EventKind.BECAME_UNANSWERED, at=later(minutes=minutes), since=NOW.isoformat())
    first = story_of(promise, view=View.EVERY, is_oldest_first=True)
    assert (first.pages, first.before, first.after) == (2, "", "?show=every&order=oldest&page=2")
    last = story_of(promise, view=View.EVERY, page=99)
    assert (last.asked.page, last.before, last.after) == (2, "?show=every", "")
    assert last.turned == "?show=every&order=oldest"


@pytest.mark.parametrize("query", ["show=nonsense", "page=0", "page=x", "page=²", "page=99999999999", "order="])
def test_takes_an_address_that_asks_for_nonsense(client: Client, promise: Commitment, query: str) -> None:
    assert client.get(f"/promises/{promise.reference}/?{query}").status_code == 200


def test_says_the_customers_time_where_it_differs(client: Client, promise: Commitment) -> None:
    page = client.get(f"/promises/{promise.reference}/").content.decode()
    assert ">10:20</time> · <span" in page
    assert "19:20 in Tokyo" in page


def test_says_no_second_time_where_both_clocks_agree(client: Client, ana: Any) -> None:
    promise = factories.promise(owner=ana, customer=factories.customer(time_zone="Europe/London"))
    assert "in London</span>" not in client.get(f"/promises/{promise.reference}/").content.decode()


def test_takes_as_many_queries_and_a_page_of_markup_for_300_events_as_for_3(
    client: Client, promise: Commitment, sofia: Any
) -> None:
    def look() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as captured:
            page = client.get(f"/promises/{promise.reference}/?show=every").content
        return len(captured), len(page)

    facts = {"recipients": [promise.owner_id, sofia.pk], "channel": "phone", "since": NOW.isoformat()}
    kinds = (EventKind.BECAME_UNANSWERED, EventKind.OVERDUE_STEP, EventKind.CUSTOMER_MESSAGE)
    for minutes in range(1, 4):
        note(promise, kinds[minutes % 3], at=later(minutes=minutes), **facts)
    few, _ = look()
    for minutes in range(4, 300):
        note(promise, kinds[minutes % 3], at=later(minutes=minutes), **facts)
    many, weight = look()
    assert many == few
    assert weight < 100_000
