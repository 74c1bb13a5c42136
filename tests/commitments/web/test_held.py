"""Acts from a list: forms in place, judged first, stored after their wait, and stored once."""

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from commitments.domain.clocks import WordMeaning
from commitments.models import Commitment, Team
from commitments.services.attempts import start_call
from commitments.services.promising import keep
from commitments.services.word import give_word
from tests import factories
from tests.commitments.web.acting import asked
from tests.factories import NOW

pytestmark = pytest.mark.sqlite

AN_HOUR_AGO = NOW - timedelta(hours=1)
NEWS = {"word-meaning": "news", "word-by_mail": "told", "word-message": "The part has come."}
NOTHING_NEW = {"word-meaning": "nothing_new", "word-by_mail": "told"}
DATE = {
    "date-due_at": "2026-11-23T16:30",
    "date-by_mail": "told",
    "date-what_happened": "The courier lost it.",
    "date-what_next": "We send another one.",
    "date-choices": "Fetch one in the shop.",
}
TRIED = {"attempt-result": "no_answer", "attempt-next_try_at": "2026-11-19T10:00"}


def post(client: Client, promise: Commitment, path: str = "kept", **values: Any) -> Any:
    name = {"kept": "keep"}.get(path, path)
    return client.post(f"/desk/{promise.reference}/acts/{path}/", {f"{name}-version": promise.version} | values)


def test_gives_the_promise_pages_form_of_an_act(client: Client, ana: Any) -> None:
    promise = factories.promise(owner=ana)
    response = client.get(f"/desk/{promise.reference}/acts/word/?word=will_miss")
    piece = response.content.decode()
    assert response.status_code == 200
    assert "<html" not in piece
    assert re.search(r'value="will_miss"[^>]* checked', piece)
    assert f'data-draft="{promise.reference}-word"' in piece


def test_stores_what_comes_and_says_so_with_the_new_version(client: Client, ana: Any) -> None:
    promise = factories.promise(owner=ana)
    response = post(client, promise)
    assert response.json() == {"said": f"{promise.reference}: Kept on time.", "version": 2}
    promise.refresh_from_db()
    assert promise.status == "kept"


def test_counts_from_the_press_where_it_has_waited(client: Client, ana: Any) -> None:
    promise = factories.promise(owner=ana, now=AN_HOUR_AGO)
    assert post(client, promise, waited=7).status_code == 200
    event = promise.events.get(kind="kept")
    assert event.occurred_at == NOW - timedelta(seconds=7)
    assert event.recorded_at == NOW


def test_lets_a_mails_word_count_from_the_post(client: Client, ana: Any) -> None:
    promise = factories.promise(owner=ana, now=AN_HOUR_AGO)
    post(client, promise, "word", **NEWS | {"word-by_mail": "mail"}, waited=7)
    assert promise.events.get(kind="word_given").occurred_at == NOW


def test_believes_what_was_typed_rather_than_the_press(client: Client, ana: Any) -> None:
    promise = factories.promise(owner=ana, now=NOW - timedelta(hours=3))
    told_at = NOW.replace(second=0, microsecond=0) - timedelta(hours=1)
    local = f"{told_at.astimezone(ZoneInfo(promise.team.calendar.zone)):%Y-%m-%dT%H:%M}"
    post(client, promise, "word", **NEWS | {"word-happened_at": local}, waited=7)
    assert promise.events.get(kind="word_given").occurred_at == told_at


def test_refuses_a_wait_longer_than_an_agent_may_date_back(client: Client, ana: Any) -> None:
    promise = factories.promise(owner=ana, now=NOW - timedelta(days=1))
    response = post(client, promise, waited=4 * 3600 + 60)
    assert response.status_code == 422
    assert "more than 4 hours ago" in response.content.decode()
    assert not promise.events.filter(kind="kept").exists()


@pytest.mark.parametrize("waited", ["-1", "soon", "1.5", "99999999999999999999"])
def test_refuses_a_wait_that_is_none(client: Client, ana: Any, waited: str) -> None:
    promise = factories.promise(owner=ana)
    assert post(client, promise, waited=waited).status_code == 400
    assert not promise.events.filter(kind="kept").exists()


def test_judges_without_storing(client: Client, ana: Any) -> None:
    promise = factories.promise(owner=ana)
    before = promise.events.count()
    assert post(client, promise, "word", **NEWS, check=1).status_code == 204
    promise.refresh_from_db()
    assert promise.version == 1
    assert promise.events.count() == before


def test_says_at_once_what_is_wrong_and_gives_back_what_was_typed(client: Client, ana: Any) -> None:
    promise = factories.promise(owner=ana)
    bad_news = {"word-meaning": "will_miss", "word-by_mail": "told", "word-what_happened": "The courier lost it."}
    response = post(client, promise, "word", **bad_news, check=1)
    piece = response.content.decode()
    assert response.status_code == 422
    assert "The courier lost it." in piece
    assert "field-wrong" in piece
    assert "data-bound" in piece


def test_shows_what_others_did_meanwhile_and_takes_it_the_second_time(client: Client, ana: Any, sofia: Any) -> None:
    promise = factories.promise(owner=ana, now=AN_HOUR_AGO)
    give_word(
        actor=sofia, reference=promise.reference, now=NOW, meaning=WordMeaning.NEWS, by_mail=False, message="On a van."
    )
    response = post(client, promise, "word", **NEWS, waited=5)
    piece = response.content.decode()
    assert response.status_code == 422
    assert "Somebody has changed this promise" in piece
    assert "On a van." in piece
    assert "The part has come." in piece
    assert 'name="word-version" value="2"' in piece
    promise.refresh_from_db()
    assert post(client, promise, "word", **NEWS, waited=5).status_code == 200


def test_stores_an_act_once_however_often_it_is_posted(client: Client, ana: Any) -> None:
    promise = factories.promise(owner=ana, now=AN_HOUR_AGO)
    first = post(client, promise, "word", **NEWS, waited=5)
    again = post(client, promise, "word", **NEWS, waited=9)
    assert first.json()["version"] == again.json()["version"] == 2
    assert again.json()["said"] == f"{promise.reference}: It is stored."
    assert promise.events.filter(kind="word_given").count() == 1


@pytest.mark.parametrize(
    ("path", "first", "second"),
    [
        ("word", NEWS, NEWS | {"word-message": "The courier has it."}),
        ("word", NOTHING_NEW, NEWS),
        ("word", NOTHING_NEW, NOTHING_NEW | {"word-message": "All is well."}),
        ("word", NOTHING_NEW, NOTHING_NEW | {"word-meaning": "news", "word-message": "All is well."}),
        ("date", DATE, DATE | {"date-due_at": "2026-11-24T16:30"}),
        ("date", DATE, DATE | {"date-what_next": "We fetch it."}),
        ("attempt", TRIED, TRIED | {"attempt-result": "engaged"}),
        ("attempt", TRIED, TRIED | {"attempt-next_try_at": "2026-11-19T11:00"}),
        ("kept", {}, {"keep-how": "By phone."}),
    ],
)
def test_takes_no_other_act_of_mine_for_this_one(
    client: Client, ana: Any, path: str, first: dict[str, str], second: dict[str, str]
) -> None:
    promise = factories.promise(owner=ana, now=AN_HOUR_AGO)
    assert post(client, promise, path, **first, waited=5).status_code == 200
    assert post(client, promise, path, **first, waited=9).status_code == 200
    assert post(client, promise, path, **second, waited=9).status_code == 422


def test_takes_no_other_handoff_for_this_one(client: Client, ana: Any, team: Team) -> None:
    ben, eva = (factories.agent(team=team, first_name=name) for name in ("Ben", "Eva"))
    promise = factories.promise(owner=ana, now=AN_HOUR_AGO)
    for _ in range(2):
        assert post(client, promise, "handoff", **{"handoff-to": f"user-{ben.pk}"}, waited=5).status_code == 200
    assert post(client, promise, "handoff", **{"handoff-to": f"user-{eva.pk}"}, waited=5).status_code == 422
    assert post(client, promise, "handoff", **{"handoff-to": f"team-{team.pk}"}, waited=5).status_code == 422


def test_takes_nobody_elses_act_for_this_one(client: Client, ana: Any, sofia: Any) -> None:
    promise = factories.promise(owner=ana, now=AN_HOUR_AGO)
    keep(actor=sofia, reference=promise.reference, now=NOW)
    assert post(client, promise, waited=5).status_code == 422


def test_takes_no_earlier_act_of_mine_for_this_one(client: Client, ana: Any) -> None:
    promise = factories.promise(owner=ana, now=NOW - timedelta(hours=2))
    told = {"meaning": WordMeaning.NOTHING_NEW, "by_mail": False}
    give_word(actor=ana, reference=promise.reference, now=AN_HOUR_AGO, **told)
    assert post(client, promise, "word", **NEWS, waited=5).status_code == 422


def test_calls_hangs_up_and_marks_thanks(client: Client, ana: Any, now: datetime) -> None:
    promise = factories.promise(owner=ana, now=AN_HOUR_AGO)
    assert post(client, promise, "calling", waited=5).status_code == 200
    promise.refresh_from_db()
    assert post(client, promise, "hang-up", waited=5).status_code == 200
    asked(promise, now=now, words="Thank you!")
    promise.refresh_from_db()
    message = promise.events.get(kind="customer_message")
    assert post(client, promise, "thanks", **{"thanks-message": message.pk}, waited=5).status_code == 200
    promise.refresh_from_db()
    assert promise.customer_waiting_since is None


@pytest.mark.parametrize("path", ["void", "nonsense", "keepit"])
def test_knows_only_the_acts_that_can_wait(client: Client, ana: Any, path: str) -> None:
    promise = factories.promise(owner=ana, now=AN_HOUR_AGO)
    assert client.get(f"/desk/{promise.reference}/acts/{path}/").status_code == 404


def test_does_not_know_what_is_not_mine_to_see(client: Client) -> None:
    promise = factories.promise()
    assert client.get(f"/desk/{promise.reference}/acts/word/").status_code == 404
    assert post(client, promise).status_code == 404


def test_sends_somebody_who_is_signed_out_to_sign_in(ana: Any) -> None:
    promise = factories.promise(owner=ana, now=AN_HOUR_AGO)
    assert post(Client(), promise).status_code == 302
    assert not promise.events.filter(kind="kept").exists()


def test_refuses_a_call_while_a_colleague_is_on_the_line(client: Client, ana: Any, team: Team, now: datetime) -> None:
    promise = factories.promise(owner=ana, now=AN_HOUR_AGO)
    start_call(actor=factories.agent(team=team, first_name="Ben"), reference=promise.reference, now=now)
    promise.refresh_from_db()
    response = post(client, promise, "calling", waited=5)
    assert response.status_code == 422
    assert "is calling this customer now" in response.content.decode()
