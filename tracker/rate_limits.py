"""How often somebody may ask for what is open to everybody: customers' pages, signing in, what providers report.

Counted in the Redis that is there anyway, for all processes together. A Redis that does not answer stops nobody: each
process counts for itself then, and looks again a little later.
"""

import hashlib
import ipaddress
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language_from_request
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter

from commitments.languages import language_for, speaking
from commitments.web.customer_page import private

log = structlog.get_logger(__name__)

PATIENCE = 0.2
"""Seconds that Redis has to answer."""
LOOKS_AGAIN_AFTER = 30.0
"""Seconds after which a Redis that did not answer is asked again."""

ANY = frozenset({"GET", "HEAD", "POST"})
WRITES = frozenset({"POST"})


def client_address(request: HttpRequest, *, proxies: int) -> str:
    """Give the address that a request came from, past so many proxies of our own; an IPv6 network counts as one."""
    came_by = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    said = came_by[-proxies] if 0 < proxies <= len(came_by) else request.META.get("REMOTE_ADDR", "")
    try:
        address = ipaddress.ip_address(said)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def _by_address(request: HttpRequest) -> str:
    return client_address(request, proxies=settings.TRUSTED_PROXY_COUNT)


def _by_token(request: HttpRequest) -> str:
    """Name the token that an address holds, without writing it down anywhere."""
    return hashlib.sha256(request.path_info.split("/")[2].lower().encode()).hexdigest()[:32]


def _by_name(request: HttpRequest) -> str:
    """Name whom somebody tries to sign in as, from where: nobody can lock a colleague out from elsewhere."""
    name = hashlib.sha256(request.POST.get("username", "").casefold().encode()).hexdigest()[:32]
    return f"{name} {_by_address(request)}"


@dataclass(frozen=True, slots=True)
class Limit:
    """So many requests (of these methods) in so much time for each key."""

    amount: RateLimitItem
    key: Callable[[HttpRequest], str]
    methods: frozenset[str] = ANY


OF_A_LINK = (
    Limit(parse("300/minute"), _by_address),
    Limit(parse("60/minute"), _by_token),
    Limit(parse("30/10 minutes"), _by_token, WRITES),
)
OF_SIGNING_IN = (
    Limit(parse("60/minute"), _by_address, WRITES),
    Limit(parse("10/5 minutes"), _by_name, WRITES),
)
OF_A_PICTURE = (Limit(parse("600/minute"), _by_address),)
OF_A_PROVIDER = (Limit(parse("6000/minute"), _by_address),)
"""A provider that is turned away reports again later."""
LIMITS: Mapping[str, tuple[Limit, ...]] = {
    "p": OF_A_LINK,
    "unsubscribe": OF_A_LINK,
    "pictures": OF_A_PICTURE,
    "anymail": OF_A_PROVIDER,
    "sign-in": OF_SIGNING_IN,
    "admin/login": OF_SIGNING_IN,
}
"""By the beginning of the path. An office behind one address has many people, and a scanner fetches a link often."""


class Counter:
    """Counts in Redis, and in this process while Redis does not answer."""

    def __init__(self, url: str) -> None:
        shared = RedisStorage(
            # Celery's way of naming a socket, and the number of the database there, in redis-py's.
            url.replace("redis+socket://", "unix://").replace("virtual_host=", "db="),
            key_prefix="kept-limits",
            wrap_exceptions=True,
            socket_timeout=PATIENCE,
            socket_connect_timeout=PATIENCE,
        )
        self.shared = FixedWindowRateLimiter(shared)
        self.own = FixedWindowRateLimiter(MemoryStorage())
        self.ask_from = 0.0

    def allows(self, amount: RateLimitItem, *key: str) -> bool:
        """Count one more, and tell whether that is still within the limit."""
        if time.monotonic() >= self.ask_from:
            try:
                return self.shared.hit(amount, *key)
            except StorageError as error:
                self.ask_from = time.monotonic() + LOOKS_AGAIN_AFTER
                log.warning("requests_not_counted_together", error=str(error.storage_error))
        return self.own.hit(amount, *key)


class RateLimitMiddleware:
    """Turns away, for a while, whoever asks too often."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.counter = Counter(settings.CELERY_BROKER_URL)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        for limit in _limits_of(request):
            if request.method in limit.methods:
                methods = "writes" if limit.methods == WRITES else "all"
                if not self.counter.allows(limit.amount, methods, limit.key.__name__, limit.key(request)):
                    return too_many(request, seconds=limit.amount.get_expiry())
        return self.get_response(request)


def _limits_of(request: HttpRequest) -> tuple[Limit, ...]:
    path = request.path_info.lstrip("/")
    return next((limits for start, limits in LIMITS.items() if path.startswith(f"{start}/")), ())


def too_many(request: HttpRequest, *, seconds: int) -> HttpResponse:
    """Ask to wait, in the browser's language; after `seconds` at the latest it works again."""
    with speaking(language_for(customer=get_language_from_request(request))):
        response = private(render(request, "commitments/customer_page/too_many.html", status=429))
    response["Retry-After"] = str(seconds)
    return response
