"""Addresses that get no mail, as supervisors look through them."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator

from commitments.models import Commitment
from notifications.models import Suppression

ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Listed:
    """One address on the list, and the promise whose mail came back if it may be looked at."""

    row: Suppression
    reference: str


def read_suppressions(
    *, actor: Any, wanted: str, lifted: bool, page: str | None
) -> tuple[list[Listed], "Page[Suppression]"]:
    """Give one page of the addresses that are left alone, or (`lifted`) were once, newest first.

    `wanted`: a part of the address. The promises that mails were about are named where `actor` may see them.
    """
    rows = Suppression.objects.select_related("notification", "lifted_by")
    rows = rows.filter(lifted_at__isnull=False).order_by("-lifted_at", "-pk") if lifted else rows.in_force()
    if not lifted:
        rows = rows.order_by("-since", "-pk")
    if wanted:
        rows = rows.filter(address__contains=wanted.casefold())
    shown = Paginator(rows, ON_A_PAGE).get_page(page)
    about = [row.notification.commitment_id or 0 for row in shown if row.notification is not None]
    seen = dict(Commitment.objects.visible_to(actor).filter(pk__in=about).values_list("pk", "reference"))
    listed = [
        Listed(row, seen.get(row.notification.commitment_id or 0, "") if row.notification is not None else "")
        for row in shown
    ]
    return listed, shown
