"""The page of self-tests …"""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from commitments.models import Commitment, Customer, SelfTest
from commitments.services.promising import keep
from commitments.services.self_tests import reveal_self_test
from tests import factories
from tests.commitments.services.test_self_tests import leader, start, wanted
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

TYPED = {"name": "Carla Nunes", "email": "carla@example.org", "time_zone": "Europe/Lisbon", "kind": "callback"}


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commitments.clock.now", lambda: NOW + timedelta(hours=1))


@pytest.fixture
def lena() -> Any:
    return leader()


@pytest.fixture
def ana() -> Any:
    return factories.agent(team=factories.team())


def shown(client: Client, who: Any, address: str) -> str:
    client.force_login(who)
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    return str(response.content.decode())


def ended(test: SelfTest) -> Commitment:
    promise = Commitment.objects.get(customer=test.customer)
    return keep(actor=promise.owner, reference=promise.reference, now=NOW + timedelta(minutes=30))


class TestToColleagues:
    @pytest.fixture
    def boss(self, ana: Any) -> Any:
        """A supervisor who may see, and delete, everything in the administration."""
        boss = factories.supervisor(team=ana.teams.get(), is_staff=True)
        boss.user_permissions.set(Permission.objects.all())
        return boss

    @pytest.mark.parametrize("who", ["ana", "boss"])
    def test_tells_nothing_of_an_alias(self, client: Client, lena: Any, ana: Any, boss: Any, who: str) -> None:
        test = start(lena, note="Do they call back?", wanted=wanted(ana))
        promise = Commitment.objects.get()
        plain = factories.promise(owner=ana)
        reader = {"ana": ana, "boss": boss}[who]
        addresses = [
            "/",
            f"/promises/{promise.reference}/",
            f"/promises/{promise.reference}/mails/",
            f"/customers/{test.customer_id}/",
            "/search/?q=carla",
        ]
        if who == "boss":
            addresses += [
                "/board/",
                f"/customers/{test.customer_id}/merge/",
                "/admin/commitments/",
                f"/admin/commitments/customer/{test.customer_id}/change/",
                f"/admin/commitments/customer/{test.customer_id}/delete/",
                f"/admin/commitments/customer/{plain.customer_id}/delete/",
                f"/admin/commitments/commitment/{promise.pk}/change/",
            ]
        for address in addresses:
            page = shown(client, reader, address).lower()
            assert not [word for word in ("self-test", "self test", "selftest", "weber", "alias") if word in page], (
                address
            )

    def test_lets_an_alias_be_deleted_like_any_customer(self, client: Client, lena: Any, boss: Any) -> None:
        test = start(lena)
        client.force_login(boss)
        client.post(f"/admin/commitments/customer/{test.customer_id}/delete/", {"post": "yes"})
        assert not Customer.objects.filter(pk=test.customer_id).exists()
        assert "No self-test yet" in shown(client, lena, "/self-test/")

    def test_is_not_there(self, client: Client, lena: Any, ana: Any, boss: Any) -> None:
        test = start(lena)
        for who in (ana, boss):
            client.force_login(who)
            assert client.get("/self-test/").status_code == 404
            assert client.post("/self-test/", TYPED).status_code == 404
            assert client.post(f"/self-test/{test.pk}/").status_code == 404

    def test_marks_what_was_revealed(self, client: Client, lena: Any, ana: Any) -> None:
        test = start(lena, wanted=wanted(ana))
        promise = ended(test)
        reveal_self_test(actor=lena, test=test, now=NOW + timedelta(minutes=40))
        page = shown(client, ana, f"/promises/{promise.reference}/")
        assert "a self-test, revealed" in page
        assert "Lena Weber revealed that this was a self-test" in page
        assert "this was Lena Weber under another name" in shown(client, ana, f"/customers/{test.customer_id}/")


class TestToLeaders:
    def test_starts_a_test_with_a_promise(self, client: Client, lena: Any, ana: Any) -> None:
        page = shown(client, lena, "/self-test/")
        assert "No self-test yet" in page
        member = ana.memberships.get()
        promised = {"promise": "call you back", "owner": str(member.pk), "due_at": "2026-11-19T15:00"}
        assert client.post("/self-test/", TYPED | promised).status_code == 302
        promise = Commitment.objects.get()
        assert (promise.owner, promise.customer.name) == (ana, "Carla Nunes")
        page = shown(client, lena, "/self-test/")
        assert promise.reference in page
        assert "nobody else knows" in page

    def test_starts_one_with_the_customer_alone(self, client: Client, lena: Any) -> None:
        client.force_login(lena)
        assert client.post("/self-test/", TYPED).status_code == 302
        assert not Commitment.objects.exists()
        assert "call in, or write, as Carla Nunes" in shown(client, lena, "/self-test/")

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"name": ""}, "This is still empty"),
            ({"email": ""}, "Give a mail address or a number"),
            ({"promise": "call you back"}, "Choose who gets the promise."),
        ],
    )
    def test_says_what_is_missing(self, client: Client, lena: Any, changes: dict[str, str], said: str) -> None:
        client.force_login(lena)
        response = client.post("/self-test/", TYPED | changes)
        assert response.status_code == 422
        assert said in response.content.decode()
        assert not Customer.objects.exists()

    def test_asks_for_the_date_of_a_promise(self, client: Client, lena: Any, ana: Any) -> None:
        client.force_login(lena)
        typed = TYPED | {"promise": "call you back", "owner": str(ana.memberships.get().pk)}
        assert "Give a date and a time." in client.post("/self-test/", typed).content.decode()

    def test_reveals_ones_own(self, client: Client, lena: Any, ana: Any) -> None:
        test = start(lena, wanted=wanted(ana))
        client.force_login(lena)
        refused = client.post(f"/self-test/{test.pk}/")
        assert refused.status_code == 422
        assert "is still open" in refused.content.decode()
        ended(test)
        assert client.post(f"/self-test/{test.pk}/").status_code == 302
        test.refresh_from_db()
        assert test.is_revealed

    def test_shows_anothers_only_when_it_is_revealed(self, client: Client, lena: Any) -> None:
        test = start(lena, note="Do they call back?")
        other = leader(first_name="Olga")
        assert "Carla" not in shown(client, other, "/self-test/")
        assert client.post(f"/self-test/{test.pk}/").status_code == 404
        reveal_self_test(actor=lena, test=test, now=NOW)
        assert "Do they call back?" in shown(client, other, "/self-test/")

    def test_reads_no_more_for_many_than_for_one(
        self, client: Client, lena: Any, ana: Any, django_assert_max_num_queries: Any
    ) -> None:
        start(lena, wanted=wanted(ana))
        client.force_login(lena)
        with django_assert_max_num_queries(50) as few:
            client.get("/self-test/")
        for number in range(3):
            start(lena, email=f"carla{number}@example.org", wanted=wanted(ana))
        with django_assert_max_num_queries(len(few)):
            client.get("/self-test/")

    def test_is_led_to_from_where_customers_are_looked_for(self, client: Client, lena: Any, ana: Any) -> None:
        assert 'href="/self-test/"' in shown(client, lena, "/search/")
        assert 'href="/self-test/"' not in shown(client, ana, "/search/")
