"""The page of arrived mail …"""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from commitments.models import Commitment
from commitments.services.promising import keep
from notifications.models import InboundMail
from tests.factories import NOW, agent, customer, promise, supervisor, user
from tests.notifications.inbound.arriving import LATER, arrive, one_kept, reply_to, written
from tests.notifications.inbound.machines import MACHINES

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

STRANGERS = {"to": "kept@kept.example", "in_reply_to": ""}


def signed_in(who: Any) -> Client:
    client = Client()
    client.force_login(who)
    return client


def page(client: Client, path: str = "") -> str:
    response = client.get(f"/inbound/{path}")
    assert response.status_code == 200
    return str(response.content.decode())


def ended() -> Commitment:
    """Have a mail arrive about a promise that has been kept."""
    made = promise(customer=customer(email="maria@example.org"))
    keep(actor=made.owner, reference=made.reference, now=NOW)
    arrive(written(to=reply_to(made), subject="Still dark", text="It is dark again."))
    return made


def file(client: Client, *, reference: str, filing: str) -> Any:
    return client.post(f"/inbound/{one_kept().pk}/file/", {"reference": reference, "filing": filing})


class TestList:
    """… lists"""

    def test_what_is_to_be_read(self) -> None:
        made = ended()
        listed = page(signed_in(made.owner))
        assert "Still dark" in listed
        assert "the promise has ended: do they need an answer?" in listed

    def test_mails_about_no_promise_for_supervisors_alone(self) -> None:
        made = promise()
        arrive(written(**STRANGERS, subject="A stranger"))
        assert "A stranger" not in page(signed_in(made.owner))
        assert "A stranger" in page(signed_in(supervisor(team=made.team)))

    def test_nothing_about_promises_that_one_does_not_see(self) -> None:
        ended()
        other = promise()
        assert "Still dark" not in page(signed_in(other.owner))
        assert signed_in(other.owner).get(f"/inbound/{one_kept().pk}/").status_code == 404

    def test_what_machines_sent_apart(self) -> None:
        made = promise()
        arrive(MACHINES["gmail_vacation"].replace("{to}", reply_to(made)).encode())
        client = signed_in(made.owner)
        assert "Away until Thursday" not in page(client)
        assert "Away until Thursday" in page(client, "?list=machines")

    def test_what_has_been_dealt_with(self) -> None:
        made = promise()
        arrive(written(to=reply_to(made), subject="Where is it?"))
        assert "Where is it?" in page(signed_in(made.owner), "?list=done")

    def test_fifty_on_a_page_with_as_many_queries_as_one(
        self, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        made = ended()
        client = signed_in(made.owner)
        row = one_kept()
        with CaptureQueriesContext(connection) as for_one:
            page(client)
        for number in range(60):
            row.pk, row.key = None, f"{number}"
            row.save(force_insert=True)
        with django_assert_num_queries(len(for_one)):
            assert page(client).count("Still dark") == 50
        assert page(client, "?page=2").count("Still dark") == 11

    def test_nothing_for_somebody_of_no_team(self) -> None:
        assert signed_in(user()).get("/inbound/").status_code == 404


class TestMail:
    """… shows one mail"""

    def test_with_its_words_and_all_of_it(self) -> None:
        made = promise()
        quoted = "New words.\n\nOn Wed, 18 Nov 2026 at 10:20, Ana <a@kept.example> wrote:\n> Old words."
        arrive(written(to=reply_to(made), text=quoted))
        shown = page(signed_in(made.owner), f"{one_kept().pk}/")
        assert "New words." in shown
        assert "Old words." in shown

    def test_without_the_customers_own_links_and_addresses(self) -> None:
        made = promise()
        address = reply_to(made)
        arrive(written(to=address, text=f"See http://kept.example/p/{'a' * 32}/ and {address}"))
        shown = page(signed_in(made.owner), f"{one_kept().pk}/")
        assert "a" * 32 not in shown
        assert address not in shown

    def test_with_its_html_in_a_frame_that_runs_and_loads_nothing(self) -> None:
        made = promise()
        mail = written(to=reply_to(made))
        mail.add_alternative(
            '<p onclick="x()">Hi<script>alert(1)</script><img src="https://eve.example/1.png"></p>', subtype="html"
        )
        arrive(mail)
        response = signed_in(made.owner).get(f"/inbound/{one_kept().pk}/html/")
        assert response.content.decode() == "<p>Hi</p>"
        assert response["Content-Security-Policy"].startswith("sandbox ")
        assert "allow-scripts" not in response["Content-Security-Policy"]

    def test_with_files_that_are_only_downloaded(self) -> None:
        made = promise()
        mail = written(to=reply_to(made))
        mail.add_attachment(b"<script>alert(1)</script>", maintype="text", subtype="html", filename='a"; x="y.html')
        arrive(mail)
        kept = one_kept().attachments.get()
        response = signed_in(made.owner).get(f"/inbound/{one_kept().pk}/files/{kept.pk}/")
        assert response["Content-Type"] == "application/octet-stream"
        assert response["Content-Disposition"].startswith("attachment")
        assert "\n" not in response["Content-Disposition"]
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"].startswith("sandbox;")
        assert response.content == b"<script>alert(1)</script>"

    def test_and_no_file_to_whoever_does_not_see_its_promise(self) -> None:
        made = promise()
        mail = written(to=reply_to(made))
        mail.add_attachment(b"x", maintype="image", subtype="png", filename="a.png")
        arrive(mail)
        path = f"/inbound/{one_kept().pk}/files/{one_kept().attachments.get().pk}/"
        assert signed_in(promise().owner).get(path).status_code == 404


class TestFiling:
    """… puts a mail on a promise"""

    def test_that_needs_an_answer(self) -> None:
        made = ended()
        client = signed_in(made.owner)
        assert file(client, reference=made.reference, filing="asks").url == f"/promises/{made.reference}/"
        made.refresh_from_db()
        assert made.customer_waiting_since == LATER
        assert (one_kept().state, one_kept().decided_by) == ("filed", made.owner)
        assert made.events.get(kind="customer_message").actor is None

    def test_that_needs_none(self) -> None:
        made = ended()
        file(signed_in(made.owner), reference=made.reference, filing="tells")
        made.refresh_from_db()
        assert made.customer_waiting_since is None
        assert made.events.filter(kind="customer_message").exists()

    def test_that_is_not_solved(self) -> None:
        made = ended()
        file(signed_in(made.owner), reference=made.reference, filing="disputes")
        made.refresh_from_db()
        assert made.disputed_since == LATER

    def test_found_by_its_reference(self) -> None:
        made = promise()
        arrive(written(**STRANGERS, text="I have another address now."))
        file(signed_in(supervisor(team=made.team)), reference=made.reference.lower(), filing="asks")
        made.refresh_from_db()
        assert made.customer_waiting_since == LATER
        assert one_kept().commitment == made

    @pytest.mark.parametrize("reference", ["NOSUCH", "", "OTHER"])
    def test_unless_it_is_not_there_for_them(self, reference: str) -> None:
        made = ended()
        reference = promise().reference if reference == "OTHER" else reference
        response = file(signed_in(made.owner), reference=reference, filing="asks")
        assert response.status_code == 422
        assert one_kept().state == "parked"

    def test_unless_the_promise_is_still_open_and_they_say_it_is_not_solved(self) -> None:
        made = promise()
        arrive(written(**STRANGERS))
        response = file(signed_in(supervisor(team=made.team)), reference=made.reference, filing="disputes")
        assert response.status_code == 422
        assert "still open" in response.content.decode()

    def test_once(self) -> None:
        made = ended()
        client = signed_in(made.owner)
        file(client, reference=made.reference, filing="asks")
        response = file(client, reference=made.reference, filing="asks")
        assert "Somebody has dealt with this mail already." in client.get(response.url).content.decode()
        assert made.events.filter(kind="customer_message").count() == 1

    def test_days_later_as_of_when_it_arrived(self) -> None:
        made = promise(customer=customer(email="maria@example.org"))
        arrive(written(**STRANGERS))
        InboundMail.objects.update(received_at=NOW.replace(hour=10, minute=25))
        file(signed_in(supervisor(team=made.team)), reference=made.reference, filing="asks")
        made.refresh_from_db()
        assert made.customer_waiting_since == NOW.replace(hour=10, minute=25)


class TestDismissing:
    """… dismisses"""

    def test_what_belongs_to_no_promise(self) -> None:
        made = ended()
        client = signed_in(made.owner)
        client.post(f"/inbound/{one_kept().pk}/dismiss/")
        assert (one_kept().state, one_kept().decided_by, one_kept().decided_at) == ("dismissed", made.owner, LATER)
        assert "Still dark" not in page(client)

    def test_what_machines_sent_all_at_once(self) -> None:
        made = promise()
        for name in ("gmail_vacation", "postfix", "mailman"):
            arrive(MACHINES[name].replace("{to}", reply_to(made)).encode())
        arrive(written(sender="eve@example.net", to="kept@kept.example"))
        ids = [str(mail.pk) for mail in InboundMail.objects.all()]
        signed_in(supervisor(team=made.team)).post("/inbound/dismiss/", {"mail": [*ids, "x", "9" * 30]})
        assert list(InboundMail.objects.filter(state="parked").values_list("because", flat=True)) == ["stranger"]

    def test_nothing_that_one_does_not_see(self) -> None:
        ended()
        other = signed_in(agent(team=promise().team))
        assert other.post(f"/inbound/{one_kept().pk}/dismiss/").status_code == 404
        assert one_kept().state == "parked"


@pytest.mark.parametrize("path", ["inbound/1/file/", "inbound/1/dismiss/", "inbound/dismiss/"])
def test_does_nothing_on_get(path: str) -> None:
    made = ended()
    assert signed_in(made.owner).get(f"/{path}").status_code == 405
    assert one_kept().state == "parked"


class TestBanner:
    """… is named in the banner"""

    @pytest.mark.parametrize(("whose", "says"), [("owner", True), ("other", False)])
    def test_for_whoever_may_read_what_waits(self, whose: str, says: bool) -> None:
        made = ended()
        reader = made.owner if whose == "owner" else promise().owner
        shown = signed_in(reader).get("/mail/banner/").content.decode()
        assert ("1 arrived mail waits to be read" in shown) is says

    def test_not_for_what_machines_sent(self) -> None:
        made = promise()
        arrive(MACHINES["gmail_vacation"].replace("{to}", reply_to(made)).encode())
        assert "arrived mail" not in signed_in(made.owner).get("/mail/banner/").content.decode()


class TestPromise:
    """… and the promise's list of mails"""

    @pytest.fixture
    def mails(self) -> Callable[[Commitment], str]:
        return lambda made: str(signed_in(made.owner).get(f"/promises/{made.reference}/mails/").content.decode())

    def test_shows_what_arrived(self, mails: Callable[[Commitment], str]) -> None:
        made = ended()
        assert "Still dark" in mails(made)

    def test_names_the_address_for_colleagues(self, mails: Callable[[Commitment], str]) -> None:
        made = promise()
        assert f"{made.reference.lower()}." in mails(made)

    def test_names_none_where_no_mail_arrives(self, mails: Callable[[Commitment], str], settings: Any) -> None:
        settings.INBOUND_DOMAIN = ""
        made = promise()
        assert "in Bcc" not in mails(made)
