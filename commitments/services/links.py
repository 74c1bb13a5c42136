"""Links: made when a mail carries one, opened by whoever has it, revoked when the address is no longer theirs."""

import os
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from commitments.domain import tokens
from commitments.domain.tokens import Purpose
from commitments.models import Customer, CustomerLink
from commitments.models.links import CustomerLinkQuerySet, secrets

Pair = tuple[int, int]
"""The ids of a promise and of a customer."""

LASTS = timedelta(days=90)
"""How long a link opens its promise, from the last mail that carried it."""
RENEWED_AFTER = timedelta(days=1)
"""A link is written anew at most so often."""


class LinkGone(Exception):
    """The link opens nothing: unknown, for another purpose, expired or revoked; nobody is told which."""

    def __init__(self) -> None:
        super().__init__("This link no longer works.")


def renewed_until(*, now: datetime) -> datetime:
    """Give the instant up to which a link must be good that need not be renewed at `now`."""
    return now + LASTS - RENEWED_AFTER


def issue(*, pairs: Collection[Pair], now: datetime) -> Mapping[Pair, CustomerLink]:
    """Give each customer's link to a promise, made where there is none, good for another `LASTS`.

    In as many statements for one as for a batch.
    """
    wanted = set(pairs)
    links = _found(wanted)
    until = renewed_until(now=now)
    lacking = {pair for pair in wanted if pair not in links or links[pair].expires_at < until}
    if not lacking:
        return links
    renew(pairs=lacking, now=now)
    return _found(wanted)


def renew(*, pairs: Collection[Pair], now: datetime) -> None:
    """See to it that each customer has a link to a promise, good for another `LASTS`; nothing is read for it."""
    if not pairs:
        return
    # Where there is one, or somebody else is making one, nothing is inserted; in one order, so that nobody waits for
    # whoever waits for them.
    CustomerLink.objects.bulk_create(
        [
            CustomerLink(
                commitment_id=commitment,
                customer_id=customer,
                number=tokens.number_from(os.urandom(tokens.NUMBER_BYTES)),
                created_at=now,
                expires_at=now + LASTS,
            )
            for commitment, customer in sorted(pairs)
        ],
        ignore_conflicts=True,
    )
    _of(pairs).filter(expires_at__lt=renewed_until(now=now)).update(expires_at=now + LASTS)


def open_link(*, token: str, purpose: Purpose, now: datetime) -> CustomerLink:
    """Give the link that a token opens, with its promise and whose it is. Raises LinkGone.

    It opens nothing any more once its customer has nothing to do with the promise: it proved to be another customer's,
    or they no longer watch it. Whoever was merged is whom they have become.
    """
    number = tokens.read_token(token, purpose=purpose, secrets=secrets())
    if number is None:
        raise LinkGone
    links = CustomerLink.objects.working(now=now).select_related(
        "commitment__customer", "commitment__team__calendar", "commitment__owner", "customer__merged_into"
    )
    link = links.filter(number=number).first()
    if link is None:
        raise LinkGone
    if link.customer.merged_into is not None:
        link.customer = link.customer.merged_into
    is_theirs = link.customer.pk == link.commitment.customer_id
    if not is_theirs and not link.commitment.watchers.filter(customer=link.customer).exists():
        raise LinkGone
    return link


def revoke(*, customer: Customer, now: datetime) -> None:
    """Let none of a customer's links open anything any more, nor those of whoever has become part of them."""
    theirs = CustomerLink.objects.unrevoked().filter(Q(customer=customer) | Q(customer__merged_into=customer))
    theirs.update(revoked_at=now)


def staff_token(reference: str) -> str:
    """Give a promise's token for colleagues; never shown to customers."""
    return tokens.write_staff_token(reference, secret=settings.SECRET_KEY)


def read_staff_token(token: str) -> str | None:
    """Give the reference that a colleague's token names, if we have made it."""
    return tokens.read_staff_token(token, secrets=secrets())


def _of(pairs: Collection[Pair]) -> CustomerLinkQuerySet:
    """Give the links of these promises and these customers, whichever goes with which."""
    return CustomerLink.objects.unrevoked().filter(
        commitment__in={commitment for commitment, _ in pairs}, customer__in={customer for _, customer in pairs}
    )


def _found(pairs: Collection[Pair]) -> dict[Pair, CustomerLink]:
    found = {(link.commitment_id, link.customer_id): link for link in _of(pairs)}
    return {pair: link for pair, link in found.items() if pair in pairs}
