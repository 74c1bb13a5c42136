"""On the pages, the mails of a promise …"""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from commitments.domain.clocks import WordMeaning
from commitments.models import CustomerLink, Watcher
from commitments.services.word import give_word
from notifications.models import DeliveryEvent, MailOutage, Notification
from notifications.services.planning import plan
from notifications.web.frames import for_colleagues
from tests.factories import NOW, agent, customer, promise, supervisor, team
from tests.notifications.living import live, one, send

pytestmark = pytest.mark.django_db

AS_A_PIECE = {"HTTP_HX_REQUEST": "true"}


def signed_in(client: Client, who: object) -> Client:
    client.force_login(who)  # type: ignore[arg-type]
    return client


def get(client: Client, address: str, **headers: str) -> str:
    response = client.get(address, **headers)
    assert response.status_code == 200, response
    return str(response.content.decode())


def test_are_listed_with_how_they_ended(client: Client) -> None:
    made = promise()
    send(NOW)
    shown = get(signed_in(client, made.owner), f"/promises/{made.reference}/mails/", **AS_A_PIECE)
    assert "Our promise: send you a replacement router" in shown
    assert "To the customer" in shown
    assert "<html" not in shown


def test_are_a_page_of_their_own_without_htmx(client: Client) -> None:
    made = promise()
    send(NOW)
    assert "<html" in get(signed_in(client, made.owner), f"/promises/{made.reference}/mails/")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"state": "planned", "hold": "waking_hours"}, "waits for the customer’s waking hours"),
        ({"state": "held", "hold": "stop_switch"}, "automatic customer mail is stopped"),
        ({"state": "held", "hold": "catch_up"}, "waits for a supervisor’s go after an outage"),
        ({"state": "planned", "failures": 2, "last_error": "451 Greylisted"}, "tried 2 times"),
        (
            {"state": "superseded", "not_sent_because": "overtaken", "finished_at": NOW},
            "a person’s word took its place",
        ),
        ({"state": "failed", "last_error": "550 No such user", "finished_at": NOW}, "550 No such user"),
        ({"state": "unknown", "finished_at": NOW}, "nobody can tell whether it went"),
        ({"state": "sending", "lease_until": NOW}, "on its way"),
    ],
)
def test_say_where_they_stand(client: Client, fields: dict[str, object], words: str) -> None:
    made = promise()
    plan(now=NOW)
    Notification.objects.update(**fields)
    shown = get(signed_in(client, made.owner), f"/promises/{made.reference}/mails/", **AS_A_PIECE)
    assert words in shown
    assert words in get(client, f"/promises/{made.reference}/mails/{one('promised').id}/")


def test_can_be_read_as_they_went(client: Client) -> None:
    made = promise()
    give_word(
        actor=made.owner,
        reference=made.reference,
        now=NOW,
        meaning=WordMeaning.NEWS,
        message="<b>It</b> is here.",
        by_mail=True,
    )
    send(NOW)
    mail = one("update")
    shown = get(signed_in(client, made.owner), f"/promises/{made.reference}/mails/{mail.id}/")
    assert "&lt;b&gt;It&lt;/b&gt; is here." in shown
    assert 'sandbox="' in shown
    framed = client.get(f"/promises/{made.reference}/mails/{mail.id}/html/")
    assert framed.content.decode() == for_colleagues(mail.html, reference=made.reference)
    assert framed["Content-Security-Policy"].startswith("sandbox ")


def test_show_our_own_logos_and_no_other_picture(client: Client) -> None:
    made = promise()
    send(NOW)
    framed = signed_in(client, made.owner).get(f"/promises/{made.reference}/mails/{one('promised').id}/html/")
    assert "; img-src data: http://testserver/pictures/; " in framed["Content-Security-Policy"]


def test_that_wait_are_shown_as_they_would_go_now(client: Client) -> None:
    made = promise()
    plan(now=NOW)
    mail = one("promised")
    shown = get(signed_in(client, made.owner), f"/promises/{made.reference}/mails/{mail.id}/")
    assert "this is how it would read now" in shown
    assert "Our promise: send you a replacement router" in shown
    assert "send you a replacement router" in get(client, f"/promises/{made.reference}/mails/{mail.id}/html/")
    assert not CustomerLink.objects.exists()
    assert one("promised").text == ""


def test_say_what_came_back_and_whether_their_link_works(client: Client) -> None:
    made = promise()
    send(NOW)
    mail = one("promised")
    DeliveryEvent.objects.create(
        notification=mail, result="bounced", occurred_at=NOW, recorded_at=NOW, detail="550 No such user"
    )
    address = f"/promises/{made.reference}/mails/{mail.id}/"
    shown = get(signed_in(client, made.owner), address)
    assert "550 No such user" in shown
    assert "works until" in shown
    CustomerLink.objects.update(revoked_at=NOW)
    assert "revoked" in get(client, address)


def test_lead_colleagues_to_their_own_view_of_the_customers_page(client: Client) -> None:
    made = promise()
    send(NOW)
    mail = one("promised")
    url = CustomerLink.objects.get().page_url
    Notification.objects.update(text=f"See {url}not-for-me/ and", html=f'<a href="{url}">your page</a>')
    shown = get(signed_in(client, made.owner), f"/promises/{made.reference}/mails/{mail.id}/")
    framed = get(client, f"/promises/{made.reference}/mails/{mail.id}/html/")
    assert url not in shown + framed
    assert f"/promises/{made.reference}/customer-page/ and" in shown
    assert f'/promises/{made.reference}/customer-page/">your page' in framed


def test_are_not_for_other_teams(client: Client) -> None:
    made = promise()
    send(NOW)
    signed_in(client, agent(team=team()))
    for rest in ("", f"{one('promised').id}/", f"{one('promised').id}/html/"):
        assert client.get(f"/promises/{made.reference}/mails/{rest}").status_code == 404


def test_are_shown_under_their_own_promise_only(client: Client) -> None:
    made, other = promise(), None
    other = promise(owner=made.owner, customer=customer())
    send(NOW)
    mail = one("promised", commitment=other)
    signed_in(client, made.owner)
    assert client.get(f"/promises/{made.reference}/mails/{mail.id}/").status_code == 404
    assert client.get(f"/promises/{made.reference}/mails/{'-' * 36}/").status_code == 404


def test_are_for_people_who_are_signed_in(client: Client) -> None:
    made = promise()
    for address in (f"/promises/{made.reference}/mails/", "/mail/banner/"):
        assert client.get(address).status_code == 302


def test_have_no_banner_when_all_is_well(client: Client) -> None:
    made = promise()
    assert get(signed_in(client, made.owner), "/mail/banner/").strip() == ""


def test_have_one_banner_while_mail_cannot_leave(client: Client) -> None:
    made = promise()
    MailOutage.objects.create(since=NOW, error="535 <Bad> credentials", next_try_at=NOW)
    shown = get(signed_in(client, made.owner), "/mail/banner/")
    assert "Mail cannot leave" in shown
    assert "535 &lt;Bad&gt; credentials" in shown


def test_have_a_banner_for_each_way_of_being_held_back(client: Client, settings: Settings) -> None:
    quiet, shadow = team(automatic_mail_stopped=True), team(is_shadow=True)
    owner = agent(team=quiet)
    signed_in(client, owner)
    assert f"is stopped</strong> for {quiet}" in get(client, "/mail/banner/")
    assert str(shadow) not in get(client, "/mail/banner/")
    signed_in(client, agent(team=shadow))
    assert f"Shadow mode</strong> for {shadow}" in get(client, "/mail/banner/")
    settings.MAIL_STOP, settings.MAIL_ONLY_TO = True, ["test.example"]
    shown = get(client, "/mail/banner/")
    assert "for all teams" in shown
    assert "only test.example" in shown


def test_wait_for_a_supervisor_who_lets_them_go_or_drops_them(client: Client) -> None:
    made = promise()
    plan(now=NOW)
    chief = supervisor(team=made.team)
    for press, done in (("release", "Held mails on their way: 1."), ("drop", "Held mails dropped: 1.")):
        Notification.objects.update(state="held", hold="catch_up")
        assert "waits for a supervisor’s go" in get(signed_in(client, made.owner), "/mail/banner/")
        assert f"/mail/held/{press}/" not in get(client, "/mail/banner/")
        assert f"/mail/held/{press}/" in get(signed_in(client, chief), "/mail/banner/")
        answer = client.post(f"/mail/held/{press}/", follow=True)
        assert done in answer.content.decode()
        assert one("promised").state == "planned"
        answer = client.post(f"/mail/held/{press}/", follow=True)
        assert "Nothing is held" in answer.content.decode()
    assert client.get("/mail/held/drop/").status_code == 405


def test_show_a_bounce(client: Client) -> None:
    made = promise()
    send(NOW)
    Notification.objects.update(delivery="bounced", delivery_at=NOW + timedelta(minutes=1), voided_at=NOW)
    assert "came back" in get(signed_in(client, made.owner), f"/promises/{made.reference}/mails/", **AS_A_PIECE)


def test_say_who_got_a_copy_and_what_went_together(client: Client) -> None:
    its_team = team()
    boss = supervisor(team=its_team)
    due = NOW + timedelta(hours=2)
    made = promise(team=its_team, due_at=due, notify_customer=False)
    promise(team=its_team, owner=made.owner, due_at=due, notify_customer=False)
    carla = customer(name="Carla Dias", email="carla@example.org")
    Watcher.objects.create(commitment=made, customer=carla, added_at=NOW, added_by=boss)
    live(due)
    live(due + timedelta(minutes=10))
    shown = get(signed_in(client, boss), f"/promises/{made.reference}/mails/", **AS_A_PIECE)
    assert "To <bdi>Carla Dias</bdi>, beside the customer" in shown
    overdue = Notification.objects.get(kind="overdue", commitment=made, recipient=made.owner)
    assert "together with others, in one mail" in get(client, f"/promises/{made.reference}/mails/{overdue.id}/")
