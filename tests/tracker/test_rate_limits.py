"""Whoever asks too often …"""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client, RequestFactory
from limits import parse
from pytest_django import Settings

from tests.plugin.broker import Broker
from tracker import rate_limits
from tracker.rate_limits import LIMITS, Counter, Limit, client_address

OPEN_TO_EVERYBODY = [
    "/p/x/",
    "/unsubscribe/x/",
    "/pictures/0a1b2c.css",
    "/anymail/mailgun/tracking/",
    "/sign-in/",
    "/admin/login/",
]
TWICE = parse("2/minute")
PROXIED = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "6.6.6.6, 192.0.2.7, 10.0.0.2"}
Fetch = Callable[..., Any]


@pytest.fixture
def limited(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """Allow two requests a minute for each token, as if there were no Redis."""
    settings.CELERY_BROKER_URL = "redis+socket:///nowhere/at/all.sock"
    by_token = Limit(TWICE, rate_limits._by_token)
    monkeypatch.setattr(rate_limits, "LIMITS", {"p": (by_token,)})


@pytest.mark.django_db
@pytest.mark.usefixtures("limited")
class TestOnAPage:
    """… is asked to wait, and …"""

    def test_is_told_for_how_long(self) -> None:
        client = Client()
        statuses = [client.get("/p/one/").status_code for _ in range(3)]
        assert statuses == [404, 404, 429]
        assert client.get("/p/one/")["Retry-After"] == "60"

    def test_reads_it_in_their_language_and_leaves_nothing_in_caches(self) -> None:
        client = Client(headers={"Accept-Language": "de"})
        for _ in range(2):
            client.get("/p/one/")
        response = client.get("/p/one/")
        assert "Das war viel auf einmal" in response.content.decode()
        assert response["Cache-Control"] == "no-store, private"

    def test_holds_nobody_else_up(self) -> None:
        client = Client()
        for _ in range(3):
            client.get("/p/one/")
        assert client.get("/p/two/").status_code == 404

    def test_is_known_by_the_same_token_however_it_is_written(self) -> None:
        client = Client()
        assert [client.get(path).status_code for path in ("/p/one/", "/p/ONE/", "/p/One/message/")] == [404, 404, 429]

    def test_may_look_at_everything_else(self) -> None:
        client = Client()
        assert {client.get("/sign-in/").status_code for _ in range(5)} == {200}


class TestTheLimits:
    """The limits of the house …"""

    @pytest.fixture(autouse=True)
    def of_the_house(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Have them in force."""
        monkeypatch.setattr(rate_limits, "LIMITS", LIMITS)

    @pytest.mark.parametrize("path", OPEN_TO_EVERYBODY)
    def test_are_on_every_page_that_is_open_to_everybody(self, path: str) -> None:
        request = RequestFactory().post(path)
        assert rate_limits._limits_of(request)

    @pytest.mark.parametrize("path", ["/", "/promises/ABCDE/", "/people/", "/static/commitments/app.css"])
    def test_are_on_no_other(self, path: str) -> None:
        assert rate_limits._limits_of(RequestFactory().get(path)) == ()

    def test_name_no_token_and_nobody_who_signs_in(self) -> None:
        request = RequestFactory().post("/p/abcdefghij/", {"username": "Ana"})
        assert "abcdefghij" not in rate_limits._by_token(request)
        assert "ana" not in rate_limits._by_name(request).lower()

    def test_let_nobody_lock_a_colleague_out_from_elsewhere(self) -> None:
        here, there = (
            rate_limits._by_name(RequestFactory().post("/sign-in/", {"username": "ana"}, REMOTE_ADDR=address))
            for address in ("192.0.2.1", "192.0.2.2")
        )
        assert here != there


class TestCounting:
    """They are counted …"""

    def test_for_all_processes_together(self, broker: Broker) -> None:
        first, second = Counter(broker.url), Counter(broker.url)
        assert [counter.allows(TWICE, "key") for counter in (first, second, first)] == [True, True, False]

    def test_by_each_process_while_redis_is_down(self, broker: Broker) -> None:
        counter = Counter(broker.url)
        broker.stop()
        try:
            assert [counter.allows(TWICE, "key") for _ in range(3)] == [True, True, False]
        finally:
            broker.start()

    def test_together_again_once_it_is_back(self, broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(rate_limits, "LOOKS_AGAIN_AFTER", 0.0)
        counter = Counter(broker.url)
        broker.stop()
        counter.allows(TWICE, "key")
        broker.start()
        broker.flush()
        counter.allows(TWICE, "key")
        assert list(broker.client.scan_iter("kept-limits*"))


class TestTheAddress:
    """They are known by their address: …"""

    @pytest.mark.parametrize(
        ("proxies", "address"), [(0, "10.0.0.1"), (1, "10.0.0.2"), (2, "192.0.2.7"), (3, "6.6.6.6"), (4, "10.0.0.1")]
    )
    def test_the_one_that_our_own_proxies_saw(self, proxies: int, address: str) -> None:
        assert client_address(RequestFactory().get("/", **PROXIED), proxies=proxies) == address  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        ("said", "address"),
        [
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("nonsense", "unknown"),
            ("", "unknown"),
        ],
    )
    def test_a_network_where_one_household_has_many(self, said: str, address: str) -> None:
        assert client_address(RequestFactory().get("/", REMOTE_ADDR=said), proxies=0) == address


def test_is_not_read_where_they_send_more_than_any_form_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(request: Any) -> str:
        raise AssertionError(f"{request.path} was read")

    monkeypatch.setattr(rate_limits, "LIMITS", {"sign-in": (Limit(TWICE, read),)})
    response = Client().generic("POST", "/sign-in/", b"", CONTENT_LENGTH=str(11 * 1024 * 1024))
    assert response.status_code == 413
