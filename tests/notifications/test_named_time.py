"""A waiting automatic mail that would name a time too near …"""

from datetime import timedelta

import pytest

from commitments.models import Word
from tests.factories import NOW, customer, policy, promise, team
from tests.notifications.living import live, notice, one, send, told

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

HOLDING_AT = NOW + timedelta(days=1)
NAMED = NOW + timedelta(days=2, minutes=10)
"""10:30 on the day after the holding mail."""


def test_goes_as_it_is_while_the_time_is_an_hour_away() -> None:
    promise(notify_customer=False)
    notice(HOLDING_AT)
    send(NAMED - timedelta(hours=1))
    assert "by Friday 20 November, 10:30 (Lisbon time)" in one("holding").text
    assert Word.objects.get(sort="holding").named_at == NAMED


def test_names_a_later_one_instead() -> None:
    made = promise(notify_customer=False, due_at=NOW + timedelta(days=9))
    notice(HOLDING_AT)
    late = NAMED - timedelta(minutes=59)
    send(late)
    mail = one("holding")
    assert mail.state == "sent"
    word = Word.objects.get(sort="holding")
    assert (word.state, word.named_at) == ("gone", NAMED.replace(day=23, hour=9, minute=45))  # a business day later
    assert "by Monday 23 November, 09:45 (Lisbon time)" in mail.text
    made.refresh_from_db()
    assert made.next_word_due_at == word.named_at
    assert told(made, "named_time_moved")


def test_names_the_due_time_all_the_same_when_that_comes_first() -> None:
    its_team = team()
    policy(team=its_team, cadence="2bd")
    made = promise(team=its_team, due_at=NOW + timedelta(days=6), notify_customer=False)
    notice(made.next_word_due_at - timedelta(minutes=10))
    assert Word.objects.get(sort="holding").named_at == made.due_at
    send(made.due_at - timedelta(minutes=5))
    mail = one("holding")
    assert mail.state == "sent"
    assert "again by Tuesday 24 November, 10:20 (Lisbon time)" in mail.text
    assert not told(made, "named_time_moved")


def test_is_not_sent_when_its_word_was_void_before_it_could_go() -> None:
    made = promise(notify_customer=False)
    notice(HOLDING_AT)
    live(NAMED)
    assert (one("holding").state, one("holding").not_sent_because) == ("superseded", "too_late")
    made.refresh_from_db()
    assert made.silent_since is not None


def test_says_by_when_a_person_will_be_in_touch_after_a_miss() -> None:
    made = promise(notify_customer=False)
    notice(made.due_at)
    missed_at = made.due_at + timedelta(minutes=10)
    notice(missed_at)
    send(missed_at + timedelta(minutes=90))
    mail = one("missed")
    assert mail.state == "sent"
    word = Word.objects.get(sort="missed")
    assert word.named_at > missed_at + timedelta(minutes=150)
    assert told(made, "named_time_moved")


def test_waits_for_the_morning_and_names_a_time_that_still_holds() -> None:
    far_away = customer(time_zone="Pacific/Auckland")
    made = promise(customer=far_away, due_at=NOW + timedelta(days=9), notify_customer=False)
    notice(made.next_word_due_at - timedelta(minutes=10))
    send(one("holding").allowed_from)
    assert one("holding").state == "sent"
