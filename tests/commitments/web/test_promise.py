"""A promise's page."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commitments.domain.clocks import WordMeaning
from commitments.models import Commitment
from commitments.services.promising import keep
from commitments.services.sweeping import sweep
from commitments.services.word import give_word
from tests import factories


@pytest.fixture
def promise(ana: Any) -> Commitment:
    """Make a promise to a customer in Tokyo, due on Friday."""
    customer = factories.customer(name="Maria Lopez", time_zone="Asia/Tokyo", phone="+351210000102")
    return factories.promise(owner=ana, customer=customer, need="She is moving house.")


def page_of(client: Client, promise: Commitment, query: str = "") -> str:
    response = client.get(f"/promises/{promise.reference}/{query}")
    assert response.status_code == 200
    return response.content.decode()


def word(client: Client, promise: Commitment, **values: Any) -> Any:
    typed = {"meaning": "news", "message": "The courier has it.", "by_mail": "mail", "version": promise.version}
    typed |= values
    return client.post(f"/promises/{promise.reference}/word/", {f"word-{name}": value for name, value in typed.items()})


def kept(client: Client, promise: Commitment, **values: Any) -> Any:
    typed = {"how": "", "notify_customer": "on", "version": promise.version} | values
    return client.post(f"/promises/{promise.reference}/kept/", {f"keep-{name}": value for name, value in typed.items()})


def test_shows_the_words_the_customer_and_both_clocks_in_both_zones(client: Client, promise: Commitment) -> None:
    page = page_of(client, promise)
    assert "send you a replacement router" in page
    assert "Maria Lopez" in page
    assert "She is moving house." in page
    assert "Fri 20 Nov, 15:00 (Lisbon)" in page
    assert "Sat 21 Nov, 00:00 (Tokyo)" in page
    assert "Customer must hear by" in page
    assert "+351 21 000 0102" in page


def test_is_found_by_its_reference_in_small_letters(client: Client, promise: Commitment) -> None:
    assert client.get(f"/promises/{promise.reference.lower()}/").status_code == 200


def test_is_not_there_for_another_team(db: None, promise: Commitment) -> None:
    stranger = factories.agent(team=factories.team())
    client = Client()
    client.force_login(stranger)
    assert client.get(f"/promises/{promise.reference}/").status_code == 404
    assert word(client, promise).status_code == 404
    assert kept(client, promise).status_code == 404
    promise.refresh_from_db()
    assert promise.version == 1


def test_is_not_there_for_a_reference_that_is_none(client: Client) -> None:
    assert client.get("/promises/ZZZZZ/").status_code == 404
    assert client.get("/promises/ZZ%00ZZ/").status_code == 404


@pytest.mark.parametrize(
    ("hours", "steps"),
    [
        (53, ["Ana Ruiz is asked: are you still on it?", "The customer gets a holding mail", "Silent: from here"]),
        (6, ["Ana Ruiz is reminded of the date", "The date passes: overdue", "a mail that we missed our promise"]),
    ],
)
def test_says_what_comes_next_by_itself(client: Client, ana: Any, now: datetime, hours: int, steps: list[str]) -> None:
    page = page_of(client, factories.promise(owner=ana, due_at=now + timedelta(hours=hours)))
    ahead = page[page.index("Next, by itself") :]
    places = [ahead.index(words) for words in steps]
    assert places == sorted(places)


def test_says_when_the_team_mails_nobody(client: Client, promise: Commitment) -> None:
    promise.team.is_shadow = True
    promise.team.save()
    assert "The team is in shadow mode" in page_of(client, promise)


def test_tells_the_story_the_latest_first_with_the_deadlines_own_instant(
    client: Client, promise: Commitment, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = promise.due_at + timedelta(hours=3)
    sweep(now=later)
    monkeypatch.setattr("commitments.clock.now", lambda **_: later)
    page = page_of(client, promise)
    story = page[page.index('id="timeline-title"') :]
    assert story.index("The date passed with the promise open") < story.index("Ana Ruiz promised this on the phone")
    assert "Fri 20 Nov, 15:00 (Lisbon)" in story
    assert "noticed" in story
    assert "Fri 20 Nov, 18:00 (Lisbon)" in story


def test_gives_word_by_mail(client: Client, promise: Commitment) -> None:
    response = word(client, promise)
    assert response.status_code == 302
    assert response["Location"] == f"/promises/{promise.reference}/"
    event = promise.events.get(kind="word_given")
    assert event.facts["notify_customer"] is True
    assert event.texts.get().words == "The courier has it."
    page = page_of(client, promise)
    assert "Ana Ruiz gave the customer an update, by mail" in page
    assert "The courier has it." in page
    assert "Its mail waits to go." in page


@pytest.mark.parametrize("meaning", ["nothing_new", "news", "at_risk", "will_miss"])
def test_gives_each_meaning_of_word(client: Client, promise: Commitment, meaning: str) -> None:
    bad_news = {"what_happened": "It is late.", "what_next": "We ask again.", "choices": "You can cancel."}
    assert word(client, promise, meaning=meaning, by_mail="told", **bad_news).status_code == 302
    assert promise.events.get(kind="word_given").facts["meaning"] == meaning


def test_records_a_conversation_at_the_time_it_was_held(client: Client, promise: Commitment, ana: Any) -> None:
    Commitment.objects.filter(pk=promise.pk).update(started_at=datetime(2026, 11, 18, 7, tzinfo=UTC))
    assert word(client, promise, by_mail="told", happened_at="2026-11-18T09:05").status_code == 302
    assert promise.events.get(kind="word_given").occurred_at == datetime(2026, 11, 18, 9, 5, tzinfo=UTC)
    assert "recorded" in page_of(client, promise)


def test_shows_when_an_act_was_typed_in_where_that_differs(client: Client, promise: Commitment) -> None:
    Commitment.objects.filter(pk=promise.pk).update(started_at=datetime(2026, 11, 18, 7, tzinfo=UTC))
    word(client, promise, by_mail="told", happened_at="2026-11-18T09:05")
    assert re.search(r"09:05\b.{0,200}· recorded .{0,200}10:20\b", page_of(client, promise), re.DOTALL)


def test_shows_once_when_an_act_was_typed_in_at_the_time(client: Client, promise: Commitment) -> None:
    word(client, promise, by_mail="told")
    assert "· recorded" not in page_of(client, promise)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"message": ""}, "Write what the customer is told."),
        ({"by_mail": "told", "happened_at": "2026-11-18T11:00"}, "That is in the future; say when it happened."),
        ({"by_mail": "told", "happened_at": "2026-11-17T11:00"}, "That is before the promise was made."),
        ({"by_mail": "told", "happened_at": "2026-03-29T01:30"}, "does not exist in Europe/Lisbon"),
        ({"by_mail": "told", "happened_at": "soon"}, "Write date and time"),
        ({"meaning": "nonsense"}, "Select a valid choice."),
    ],
)
def test_shows_what_the_service_refuses_and_keeps_what_was_typed(
    client: Client, promise: Commitment, values: dict[str, str], sentence: str
) -> None:
    response = word(client, promise, **{"message": "Half a story"} | values)
    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert values.get("message", "Half a story") in page
    assert not promise.events.filter(kind="word_given").exists()


def test_asks_to_call_a_customer_who_cannot_be_mailed(client: Client, ana: Any) -> None:
    promise = factories.promise(owner=ana, customer=factories.customer(email=""))
    page = page_of(client, promise)
    assert 'name="word-by_mail" value="mail"' not in page
    assert "No mail address is known" in page
    response = word(client, promise)
    assert response.status_code == 422
    assert "This customer cannot be mailed; call them" in response.content.decode()


def test_shows_what_somebody_else_did_meanwhile_and_keeps_the_typing(
    client: Client, promise: Commitment, sofia: Any, now: datetime
) -> None:
    give_word(
        actor=sofia,
        reference=promise.reference,
        now=now,
        meaning=WordMeaning.AT_RISK,
        what_happened="Customs are slow.",
        what_next="We ask again.",
        choices="You can cancel.",
        by_mail=False,
    )
    response = word(client, promise, message="My own long message")
    page = response.content.decode()
    assert response.status_code == 422
    assert "Somebody has changed this promise since you opened it" in page
    # In the form that was sent, for the browser scrolls there.
    assert page.index('id="composer"') < page.index("since you opened it")
    assert "Sofia Lindqvist told the customer that the date may not hold, in a conversation" in page
    assert "My own long message" in page
    assert 'name="word-version" value="2"' in page
    promise.refresh_from_db()
    assert word(client, promise, message="My own long message").status_code == 302


def test_keeps_the_typing_when_the_promise_has_ended_meanwhile(
    client: Client, promise: Commitment, sofia: Any, now: datetime
) -> None:
    keep(actor=sofia, reference=promise.reference, now=now)
    page = word(client, promise, message="My own long message").content.decode()
    assert "My own long message" in page
    assert "Sofia Lindqvist kept the promise, on time" in page


def test_keeps_the_promise_with_how_and_when(client: Client, ana: Any, now: datetime) -> None:
    promise = factories.promise(owner=ana, now=now - timedelta(hours=3))
    response = kept(client, promise, how="Delivered by hand.", happened_at="2026-11-18T09:00")
    assert response.status_code == 302
    promise.refresh_from_db()
    assert promise.status == "kept"
    assert promise.ended_at == datetime(2026, 11, 18, 9, tzinfo=UTC)
    page = page_of(client, promise)
    assert "Kept on time" in page
    assert "Delivered by hand." in page
    assert "Give word" not in page


def test_takes_a_break_back_when_it_was_kept_before_its_date(client: Client, ana: Any, now: datetime) -> None:
    promise = factories.promise(owner=ana, now=now - timedelta(hours=3), due_at=now - timedelta(hours=1))
    sweep(now=now)
    assert kept(client, promise, happened_at="2026-11-18T09:00").status_code == 302
    promise.refresh_from_db()
    assert promise.times_broken == 0
    assert "it counts as not broken" in page_of(client, promise)


def test_mails_nobody_that_it_is_kept_where_that_was_said(client: Client, promise: Commitment) -> None:
    client.post(f"/promises/{promise.reference}/kept/", {"keep-version": 1})
    assert promise.events.get(kind="kept").facts["notify_customer"] is False


def test_lets_an_agent_date_back_four_hours_and_a_supervisor_further(
    client: Client, supervisors_client: Client, ana: Any, now: datetime
) -> None:
    promise = factories.promise(owner=ana, now=now - timedelta(days=1))
    response = kept(client, promise, how="By phone", happened_at="2026-11-18T05:00")
    page = response.content.decode()
    assert response.status_code == 422
    assert "That is more than 4 hours ago; ask a supervisor to record it." in page
    assert "By phone" in page
    assert '<details class="card fold" id="keep" open>' in page
    assert kept(supervisors_client, promise, happened_at="2026-11-18T05:00").status_code == 302


def test_refuses_to_keep_what_has_ended(client: Client, promise: Commitment) -> None:
    kept(client, promise)
    response = kept(client, promise, version=2, how="Again")
    assert response.status_code == 422
    assert "has already ended" in response.content.decode()


def test_answers_a_look_at_a_forms_address_with_the_page(client: Client, promise: Commitment) -> None:
    for form in ("word", "kept"):
        response = client.get(f"/promises/{promise.reference}/{form}/")
        assert response["Location"] == f"/promises/{promise.reference}/"


def test_opens_the_composer_with_the_meaning_that_a_link_asks_for(client: Client, promise: Commitment) -> None:
    page = page_of(client, promise, "?word=at_risk")
    assert re.search(r'<input type="radio" name="word-meaning" value="at_risk"[^>]* checked', page)


def test_folds_what_only_our_own_people_were_told(
    client: Client, promise: Commitment, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = promise.due_at + timedelta(days=6)
    sweep(now=later)
    monkeypatch.setattr("commitments.clock.now", lambda **_: later)
    page = page_of(client, promise)
    assert "Our own people were told or reminded" in page
    assert "Sofia" not in page  # nobody supervises here
    assert "There was nobody to tell" in page or "Ana Ruiz was told" in page


def test_takes_as_many_queries_for_a_long_story_as_for_a_short_one(
    client: Client, promise: Commitment, ana: Any, now: datetime
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page_of(client, promise)
        return len(captured)

    few = queries()
    for _ in range(5):
        give_word(
            actor=ana,
            reference=promise.reference,
            now=now,
            meaning=WordMeaning.NEWS,
            message="News.",
            by_mail=True,
        )
    # What a mail on its way says and answers.
    assert queries() <= few + 2
    many = queries()
    for _ in range(5):
        give_word(actor=ana, reference=promise.reference, now=now, meaning=WordMeaning.NEWS, message="x", by_mail=True)
    assert queries() == many


def test_marks_a_break_on_the_timeline_that_was_taken_back(client: Client, ana: Any) -> None:
    due_at = factories.NOW + timedelta(hours=2)
    promise = factories.promise(owner=ana, due_at=due_at)
    sweep(now=due_at + timedelta(minutes=20))
    at, before = due_at + timedelta(minutes=30), due_at - timedelta(minutes=5)
    keep(actor=ana, reference=promise.reference, now=at, happened_at=before)
    client.force_login(ana)
    page = page_of(client, promise)
    assert page.index("The date passed with the promise open: overdue") < page.index("Taken back later.")


def withdrawn(client: Client, promise: Commitment, **values: Any) -> Any:
    typed = {"reason": "It is not made any more.", "by_mail": "mail", "version": promise.version} | values
    return client.post(
        f"/promises/{promise.reference}/withdrawn/", {f"withdraw-{name}": value for name, value in typed.items()}
    )


def test_withdraws_the_promise_with_a_reason(client: Client, promise: Commitment) -> None:
    assert withdrawn(client, promise).status_code == 302
    page = page_of(client, promise)
    assert "Ana Ruiz withdrew the promise and told the customer why, by mail" in page
    assert "It is not made any more." in page
    assert "Withdraw the promise" not in page


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"reason": " "}, "Write why it is withdrawn"),
        ({"by_mail": "told", "happened_at": "2026-11-18T11:00"}, "That is in the future; say when it happened."),
        ({"by_mail": "told", "happened_at": "2026-03-29T01:30"}, "does not exist in Europe/Lisbon"),
    ],
)
def test_withdraws_nothing_that_the_service_refuses(
    client: Client, promise: Commitment, values: dict[str, str], sentence: str
) -> None:
    response = withdrawn(client, promise, **values)
    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert values.get("reason", "It is not made any more.") in page
    promise.refresh_from_db()
    assert promise.status == "open"


def test_withdraws_nothing_that_somebody_has_changed_and_keeps_the_typing(
    client: Client, promise: Commitment, sofia: Any, now: datetime
) -> None:
    keep(actor=sofia, reference=promise.reference, now=now)
    page = withdrawn(client, promise, reason="My own long reason").content.decode()
    assert "Sofia Lindqvist kept the promise, on time" in page
    assert "My own long reason" in page
    promise.refresh_from_db()
    assert promise.status == "kept"


def moved(client: Client, promise: Commitment, **values: Any) -> Any:
    typed = {
        "due_at": "2026-11-23T12:00",
        "what_happened": "The courier lost it.",
        "what_next": "We send another one.",
        "is_bad_news": "on",
        "choices": "You can fetch one in the shop.",
        "by_mail": "mail",
        "version": promise.version,
    } | values
    return client.post(f"/promises/{promise.reference}/date/", {f"date-{name}": value for name, value in typed.items()})


def test_moves_the_date_and_shows_what_the_customer_is_told(client: Client, promise: Commitment) -> None:
    assert moved(client, promise).status_code == 302
    page = page_of(client, promise)
    dates = "from Fri 20 Nov, 15:00 (Lisbon) to Mon 23 Nov, 12:00 (Lisbon)"
    assert f"Ana Ruiz moved the date {dates} and told the customer by mail" in page
    assert "date moved once" in page
    assert "The courier lost it." in page
    assert "You can fetch one in the shop." in page


def test_says_who_works_where_the_date_is_moved_outside_open_hours(client: Client, promise: Commitment) -> None:
    moved(client, promise, due_at="2026-11-21T12:00")
    page = page_of(client, promise)
    assert "The date is moved. Nobody works then; work begins again Mon 23 Nov, 09:00 (Lisbon)." in page


def test_says_nothing_of_who_works_within_open_hours(client: Client, promise: Commitment) -> None:
    moved(client, promise)
    assert "Nobody works then" not in page_of(client, promise)


def test_moves_the_date_to_the_end_of_a_day_that_is_given_alone(client: Client, promise: Commitment) -> None:
    assert moved(client, promise, due_at="2026-11-23").status_code == 302
    promise.refresh_from_db()
    assert promise.due_at == datetime(2026, 11, 23, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"due_at": ""}, "Give a date and a time."),
        ({"due_at": "2026-11-17T12:00"}, "That time has passed"),
        ({"due_at": "2026-11-21"}, "21 November 2026 is closed: give a time, or another day."),
        ({"due_at": "2027-03-28T01:30"}, "does not exist in Europe/Lisbon"),
        ({"due_at": "2026-11-20T15:00"}, "the date it has already"),
        ({"what_happened": ""}, "Write what happened"),
        ({"what_next": ""}, "Write what happens next"),
        ({"choices": ""}, "at least one thing"),
        ({"by_mail": "told", "happened_at": "2026-11-18T11:00"}, "That is in the future; say when it happened."),
    ],
)
def test_moves_no_date_that_the_service_refuses_and_keeps_the_typing(
    client: Client, promise: Commitment, values: dict[str, str], sentence: str
) -> None:
    response = moved(client, promise, **values)
    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert values.get("what_next", "We send another one.") in page
    assert not promise.events.filter(kind="renegotiated").exists()


def test_moves_no_date_that_somebody_has_changed_and_keeps_the_typing(
    client: Client, promise: Commitment, sofia: Any, now: datetime
) -> None:
    keep(actor=sofia, reference=promise.reference, now=now)
    page = moved(client, promise, what_happened="My own long story").content.decode()
    assert "Sofia Lindqvist kept the promise, on time" in page
    assert "My own long story" in page
