"""On a promise's page: what is agreed with the customer, who else is mailed, and putting it right."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commitments.models import Commitment
from commitments.services.letters import take_down_letter
from commitments.services.watching import add_watcher
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.sqlite


@pytest.fixture
def promise(ana: Any) -> Commitment:
    return factories.promise(owner=ana)


def done(client: Client, shown: Commitment, path: str, /, **typed: str) -> str:
    """Send the form of an act, and give the page that follows."""
    typed = {f"{path}-{name}": value for name, value in typed.items()}
    response = client.post(
        f"/promises/{shown.reference}/{path}/", {f"{path}-version": str(shown.version)} | typed, follow=True
    )
    return str(response.content.decode())


def test_agree_how_often_they_hear(client: Client, promise: Commitment) -> None:
    page = done(client, promise, "cadence", amount="2", unit="bh")
    assert "every 2 working hours" in page
    promise.refresh_from_db()
    assert str(promise.agreed_cadence) == "2bh"
    assert 'value="2"' in page


def test_end_what_was_agreed(client: Client, ana: Any) -> None:
    promise = factories.promise(owner=ana)
    done(client, promise, "cadence", amount="2", unit="bh")
    promise.refresh_from_db()
    assert "ended the agreed cadence" in done(client, promise, "cadence", amount="", unit="bh")


def test_change_how_they_hear(client: Client, promise: Commitment) -> None:
    page = done(client, promise, "route", route="phone")
    assert "hears from us by phone only" in page


def test_mail_somebody_new_as_well(client: Client, promise: Commitment) -> None:
    page = done(client, promise, "watch", name="Pedro Lopez", email="pedro@example.org")
    assert "Mailed as well" in page
    assert "pedro@example.org" in page


def test_mail_somebody_who_is_known_as_well_and_stop(client: Client, promise: Commitment) -> None:
    other = factories.customer(name="Pedro Known")
    assert "Pedro Known gets the mails as well" in done(client, promise, "watch", who="Pedro Known")
    promise.refresh_from_db()
    page = done(client, promise, "unwatch", customer=str(other.pk))
    assert "They get no more mails about this" in page
    assert "Mailed as well" not in page


def test_choose_among_several_who_fit(client: Client, promise: Commitment) -> None:
    for number in range(2):
        factories.customer(name=f"Pedro {number}")
    assert "Several fit: choose one." in done(client, promise, "watch", who="Pedro")
    promise.refresh_from_db()
    assert not promise.watchers.exists()


def test_put_the_words_right_within_ten_minutes(client: Client, promise: Commitment) -> None:
    page = done(client, promise, "correct", promise="send you a new modem", due_at="2026-11-20T15:00", kind="fix")
    assert "send you a new modem" in page
    assert "corrected once" in page
    promise.refresh_from_db()
    assert promise.due_at == factories.promise(owner=promise.owner).due_at


def test_leave_a_date_alone_that_lies_in_the_hour_which_autumn_repeats(client: Client, promise: Commitment) -> None:
    second = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    Commitment.objects.update(due_at=second)
    done(client, promise, "correct", promise="send you a new modem", due_at="2027-10-31T01:30", kind="fix")
    promise.refresh_from_db()
    assert (promise.promise, promise.due_at) == ("send you a new modem", second)


def test_put_the_customer_right(client: Client, promise: Commitment) -> None:
    other = factories.customer(name="Joana Right")
    done(client, promise, "correct", promise=promise.promise, kind="fix", who="Joana Right")
    promise.refresh_from_db()
    assert promise.customer == other


def test_lose_nothing_typed_where_it_is_refused(supervisors_client: Client, promise: Commitment) -> None:
    page = done(supervisors_client, promise, "correct", promise="send you a new modem", kind="fix")
    assert "Write why; it stands on the timeline." in page
    assert "send you a new modem" in page


def test_void_what_was_logged_by_mistake(client: Client, promise: Commitment) -> None:
    page = done(client, promise, "void")
    assert "voided: logged by mistake" in page
    assert "It was logged wrongly" not in page


def test_offer_no_correction_to_a_colleague(client: Client, team: Any) -> None:
    promise = factories.promise(team=team)
    page = client.get(f"/promises/{promise.reference}/").content.decode()
    assert "It was logged wrongly" not in page


def test_offer_a_correction_to_the_maker_for_ten_minutes(client: Client, ana: Any) -> None:
    fresh, old = factories.promise(owner=ana), factories.promise(owner=ana, now=NOW - timedelta(minutes=11))
    assert "It was logged wrongly" in client.get(f"/promises/{fresh.reference}/").content.decode()
    assert "It was logged wrongly" not in client.get(f"/promises/{old.reference}/").content.decode()


def test_show_what_strains_the_customer(client: Client, promise: Commitment) -> None:
    take_down_letter(actor=promise.owner, customer=promise.customer, sort="complaint", words="Late!", now=NOW)
    assert "Strain 2" in client.get(f"/promises/{promise.reference}/").content.decode()


def test_ask_the_database_as_often_for_many_watchers_as_for_one(client: Client, ana: Any) -> None:
    def queries_for(watchers: int) -> int:
        promise = factories.promise(owner=ana)
        for _ in range(watchers):
            add_watcher(actor=ana, reference=promise.reference, customer=factories.customer(), now=NOW)
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/promises/{promise.reference}/")
        return len(queries)

    # The line of the timeline about each is read with the others.
    assert queries_for(1) == queries_for(6)
