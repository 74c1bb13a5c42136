"""The form that logs a promise."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from commitments.models import Commitment, Customer, Handoff, Membership, Team
from tests import factories

NEW_CUSTOMER = {
    "who": "Maria Lopez",
    "customer": "new",
    "name": "Maria Lopez",
    "email": "maria@example.org",
    "phone": "21 000 0102",
    "time_zone": "Europe/Madrid",
}
TYPED = {
    "kind": "callback",
    "promise": "call you back about the refund",
    "due_at": "2026-11-20T15:00",
    "channel": "phone",
    "notify_customer": "on",
}


def log(client: Client, **values: Any) -> Any:
    return client.post("/desk/log/", TYPED | values)


def wrong(response: Any) -> str:
    assert response.status_code == 422
    assert not Commitment.objects.exists()
    return response.content.decode()


def test_logs_a_promise_to_a_known_customer(client: Client, ana: Any, team: Team) -> None:
    customer = factories.customer()
    response = log(client, who="maria", customer=customer.pk, need="She is moving house.", case_ref="INC-7")
    assert response.status_code == 302
    promise = Commitment.objects.get()
    assert promise.customer == customer
    assert promise.owner == promise.made_by == ana
    assert promise.team == team
    assert promise.due_at == datetime(2026, 11, 20, 15, tzinfo=UTC)
    assert promise.need == "She is moving house."
    assert promise.case_ref == "INC-7"
    assert promise.events.get().facts["notify_customer"] is True


def test_says_the_reference_to_read_out(client: Client) -> None:
    log(client, customer=factories.customer().pk)
    reference = Commitment.objects.get().reference
    page = client.get("/").content.decode()
    assert f'href="/promises/{reference}/"' in page
    assert " ".join(reference) in page


def test_takes_a_new_customer_down_on_the_spot(client: Client) -> None:
    assert log(client, **NEW_CUSTOMER).status_code == 302
    customer = Customer.objects.get()
    assert customer.name == "Maria Lopez"
    assert customer.time_zone == "Europe/Madrid"
    assert Commitment.objects.get().customer == customer


def test_reads_a_number_without_country_as_one_of_the_teams_country(client: Client) -> None:
    log(client, **NEW_CUSTOMER)
    assert Customer.objects.get().phone == "+351210000102"


def test_asks_for_the_country_code_where_the_team_names_no_country(client: Client, team: Team) -> None:
    team.phone = ""
    team.save()
    page = wrong(log(client, **NEW_CUSTOMER))
    assert "Write the number with its country code" in page
    assert not Customer.objects.exists()


def test_reads_the_due_time_in_the_teams_zone(client: Client, team: Team) -> None:
    team.calendar.zone = "America/New_York"
    team.calendar.save()
    log(client, customer=factories.customer().pk)
    assert Commitment.objects.get().due_at == datetime(2026, 11, 20, 20, tzinfo=UTC)


def test_sends_no_receipt_where_the_customer_has_been_told(client: Client) -> None:
    typed = {name: value for name, value in TYPED.items() if name != "notify_customer"}
    client.post("/desk/log/", typed | {"customer": factories.customer().pk})
    assert Commitment.objects.get().events.get().facts["notify_customer"] is False


def test_refuses_a_due_time_in_the_past_on_its_field(client: Client) -> None:
    page = wrong(log(client, customer=factories.customer().pk, due_at="2026-11-18T09:00"))
    assert "That time has passed; promise a time still to come." in page
    assert 'aria-invalid="true"' in page


def test_refuses_a_local_time_that_does_not_exist(client: Client) -> None:
    page = wrong(log(client, customer=factories.customer().pk, due_at="2027-03-28T01:30"))
    assert "01:30 on 28 March 2027 does not exist in Europe/Lisbon" in page


def test_refuses_a_due_time_further_away_than_the_policy_allows(client: Client) -> None:
    page = wrong(log(client, customer=factories.customer().pk, due_at="2030-01-01T10:00"))
    assert "That is more than 365 days away; promise a nearer date." in page


@pytest.mark.parametrize("due_at", ["", "tomorrow", "2026-13-40T99:99", "2026-13-40", "0001-01-01T00:00", "0001-01-01"])
def test_refuses_what_is_no_due_time(client: Client, due_at: str) -> None:
    wrong(log(client, customer=factories.customer().pk, due_at=due_at))


def test_takes_a_date_alone_as_the_end_of_that_days_last_open_interval(client: Client) -> None:
    log(client, customer=factories.customer().pk, due_at="2026-11-20")
    assert Commitment.objects.get().due_at == datetime(2026, 11, 20, 18, tzinfo=UTC)


def test_asks_a_date_alone_back_on_a_closed_day(client: Client) -> None:
    page = wrong(log(client, customer=factories.customer().pk, due_at="2026-11-21"))
    assert "21 November 2026 is closed: give a time, or another day." in page


def test_refuses_an_empty_promise(client: Client) -> None:
    page = wrong(log(client, customer=factories.customer().pk, promise="   "))
    assert "Write what was promised; the customer reads these words." in page


def test_refuses_a_promise_that_is_too_long(client: Client) -> None:
    page = wrong(log(client, customer=factories.customer().pk, promise="x" * 5001))
    assert "A promise has at most 5000 characters." in page


@pytest.mark.parametrize("customer", ["987654321", "99999999999999999999", "-1", "x", "\u0661\u0662"])
def test_refuses_an_unknown_customer(client: Client, customer: str) -> None:
    assert "This customer is not known; choose another." in wrong(log(client, customer=customer))


def test_asks_who_the_customer_is(client: Client) -> None:
    assert "Say who the customer is" in wrong(log(client))


def test_does_not_guess_the_customer_from_what_was_typed(client: Client) -> None:
    factories.customer(name="Maria Lopez")
    page = wrong(log(client, who="Maria Lopez"))
    assert "Choose the customer from the list" in page
    assert 'name="customer"' in page


def test_stores_no_customer_when_the_promise_is_refused(client: Client) -> None:
    wrong(log(client, **NEW_CUSTOMER, due_at="2026-11-18T09:00"))
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"email": "maria at example"}, "Enter a valid email address."),
        ({"phone": "12"}, "This is no telephone number"),
        ({"time_zone": "Lisbon"}, "“Lisbon” is no time zone; write one such as Europe/Lisbon."),
        ({"name": ""}, "Give the customer’s name."),
        ({"name": "x" * 201}, "at most 200 characters"),
    ],
)
def test_refuses_what_a_customer_cannot_have(client: Client, values: dict[str, str], sentence: str) -> None:
    assert sentence in wrong(log(client, **NEW_CUSTOMER | values))


def test_keeps_everything_that_was_typed_when_something_is_wrong(client: Client) -> None:
    page = wrong(
        log(client, **NEW_CUSTOMER, due_at="2026-11-18T09:00", need="A <need>", case_ref="INC-9", kind="answer")
    )
    for typed in (
        "call you back about the refund",
        "2026-11-18T09:00",
        "maria@example.org",
        "Europe/Madrid",
        "A &lt;need&gt;",
        "INC-9",
        '<option value="answer" selected>',
    ):
        assert typed in page
    assert 'value="new" checked' in page


def test_finds_customers_without_scripts_and_keeps_what_was_typed(client: Client) -> None:
    factories.customer(name="Maria Lopez")
    response = log(client, who="mar", find="1")
    page = response.content.decode()
    assert response.status_code == 200
    assert "Maria Lopez" in page
    assert "call you back about the refund" in page
    assert "field-wrong" not in page


@pytest.mark.parametrize("words", ["mari", "LOPEZ", "maria.l@", "+351 910 000 001", "0910 000 001", "910000001"])
def test_finds_customers_by_a_part_of_name_mail_or_number(client: Client, words: str) -> None:
    factories.customer(name="Maria Lopez", email="maria.l@example.org", phone="+351910000001")
    factories.customer(name="Emily Carter", email="emily@example.org", phone="+351910000777")
    piece = client.get("/desk/customers/", {"who": words}).content.decode()
    assert "Maria Lopez" in piece
    assert "Emily Carter" not in piece


@pytest.mark.parametrize(
    ("words", "field"), [("Zoë Q", "name"), ("zoe@example.org", "email"), ("+351 910 000 999", "phone")]
)
def test_offers_a_new_customer_with_what_was_typed(client: Client, words: str, field: str) -> None:
    piece = client.get("/desk/customers/", {"who": words}).content.decode()
    assert 'value="new" checked' in piece
    assert f'name="{field}" value="{words}"' in piece


def test_says_a_due_time_in_both_zones(client: Client) -> None:
    customer = factories.customer(time_zone="Asia/Tokyo")
    piece = client.post("/desk/due/", {"due_at": "2026-11-20T15:00", "customer": customer.pk}).content.decode()
    assert "Fri 20 Nov, 15:00 (Lisbon)" in piece
    assert "Sat 21 Nov, 00:00 (Tokyo)" in piece
    assert "in 2 d 4 h" in piece


def test_says_who_works_at_a_due_time_outside_open_hours(client: Client) -> None:
    piece = client.post("/desk/due/", {"due_at": "2026-11-21T15:00"}).content.decode()
    assert "Nobody works then" in piece
    assert "Mon 23 Nov, 09:00 (Lisbon)" in piece


def test_says_who_works_once_it_is_logged_outside_open_hours(client: Client) -> None:
    log(client, customer=factories.customer().pk, due_at="2026-11-21T15:00")
    assert "Nobody works then; work begins again Mon 23 Nov, 09:00 (Lisbon)." in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("due_at", "words"), [("2027-03-28T01:30", "does not exist"), ("2026-01-01T10:00", "has passed"), ("x", "Write")]
)
def test_says_at_once_what_is_wrong_with_a_due_time(client: Client, due_at: str, words: str) -> None:
    assert words in client.post("/desk/due/", {"due_at": due_at}).content.decode()


def test_makes_a_promise_in_a_colleagues_name(client: Client, team: Team, ana: Any) -> None:
    ben = factories.agent(team=team, first_name="Ben", last_name="Okafor")
    page = log(client, customer=factories.customer().pk, owner=ben.pk)
    assert (Commitment.objects.get().owner, Handoff.objects.get().to_user) == (ana, ben)
    assert "Ben Okafor is asked to accept it; until then you answer for it." in client.get(page["Location"]).text


def test_refuses_an_owner_of_another_team(client: Client) -> None:
    stranger = factories.agent(team=factories.team())
    wrong(log(client, customer=factories.customer().pk, owner=stranger.pk))


def test_asks_which_team_where_there_are_several(client: Client, ana: Any, team: Team) -> None:
    assert 'name="team"' not in client.get("/").content.decode()
    other = factories.team(name="Repairs", zone="Asia/Tokyo")
    Membership.objects.create(user=ana, team=other)
    assert 'name="team"' in client.get("/").content.decode()
    log(client, customer=factories.customer().pk, team=other.pk)
    promise = Commitment.objects.get()
    assert promise.team == other
    assert promise.due_at == datetime(2026, 11, 20, 6, tzinfo=UTC)


def test_says_so_to_somebody_without_a_team(db: None) -> None:
    client = Client()
    client.force_login(factories.user())
    assert "You belong to no team yet" in client.get("/").content.decode()
    assert "You belong to no team" in wrong(log(client, customer=factories.customer().pk))


def test_counts_what_is_open_for_each_customer_that_it_finds(client: Client, ana: Any, now: datetime) -> None:
    customer = factories.customer(name="Maria Lopez")
    for hours in (30, 40):
        factories.promise(owner=ana, customer=customer, due_at=now + timedelta(hours=hours))
    assert "2 open" in client.get("/desk/customers/", {"who": "maria"}).content.decode()


def test_says_above_the_form_what_is_wrong_with_a_field_that_is_not_drawn(client: Client) -> None:
    answer = client.post("/desk/log/", {"customer": "new", "who": "", "name": ""})
    assert answer.status_code == 422
    head, _, _ = answer.content.decode().partition('name="who"')
    assert "Give the customer’s name." in head or "Give the customer’s name." in head


def test_takes_the_end_of_the_day_where_only_the_day_matters(client: Client) -> None:
    log(client, customer=factories.customer().pk, due_at="2026-11-20T10:00", whole_day="on")
    assert Commitment.objects.get().due_at == datetime(2026, 11, 20, 18, tzinfo=UTC)


def test_asks_a_closed_day_back_where_only_the_day_matters(client: Client) -> None:
    page = wrong(log(client, customer=factories.customer().pk, due_at="2026-11-21T10:00", whole_day="on"))
    assert "21 November 2026 is closed: give a time, or another day." in page
    assert "2026-11-21T10:00" in page
