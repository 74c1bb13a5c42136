"""Who acts for an owner who is away, in the place of the owner: in mails, and in who gets them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from commitments.selectors.acting_owners import acting_owners


def put_acting_owners(rows: Iterable[dict[str, Any]], *, now: datetime) -> None:
    """Put whoever acts for the owner at `now` in the owner's place, in rows read by `material.COLUMNS`."""
    listed = [row for row in rows if row["owner"] is not None]
    acting = acting_owners(owners={row["owner"] for row in listed}, now=now)
    for row in listed:
        user = acting.get(row["owner"])
        if user is not None:
            row["owner"] = user.pk
            row["owner_first"], row["owner_last"] = user.first_name, user.last_name
            row["owner_login"] = user.get_username()
