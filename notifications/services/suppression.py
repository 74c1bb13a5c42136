"""Addresses that get no mail: noting one, and a supervisor's way of letting mail go there again.

Customers carry the same as a flag, so that pages and clocks know it; whoever writes here keeps the two in step.
"""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from commitments.models import Customer
from commitments.selectors.board import supervises_any
from commitments.services.reachability import flag_address, look_again_at, unflag_address
from commitments.services.refusals import Refused
from notifications.domain.kinds import Suppressed
from notifications.models import Suppression

REASON_AT_MOST = 300


def suppress(
    *, address: str, reason: Suppressed, now: datetime, mail: uuid.UUID | None = None, detail: str = ""
) -> bool:
    """Leave an address alone from now on, and flag everybody who is reached there; False where it was known.

    A complaint says more than a bounce, and takes its place. Promises are to be held before, not after.
    """
    folded = address.casefold()
    if not folded:
        return False
    with transaction.atomic():
        known = Suppression.objects.in_force().filter(address=folded)
        if reason is Suppressed.COMPLAINED:
            known.filter(reason=Suppressed.BOUNCED.value).update(reason=reason.value)
        is_new = not known.exists()
        if is_new:
            row = Suppression(
                address=folded,
                reason=reason.value,
                since=now,
                notification_id=mail,
                detail=" ".join(detail.split())[:500],
            )
            # Another report about the same address may be noting it at this moment.
            Suppression.objects.bulk_create([row], ignore_conflicts=True)
        flag_address(address=folded, why=Customer.DoNotMail(reason.value), now=now)
    return is_new


def lift(*, actor: Any, pk: int, because: str, now: datetime) -> Suppression:
    """Let mail go again to an address, for a reason that stays on record. Raises Refused.

    Everybody who is reached there may be mailed again; what they were not told meanwhile stays to be told.
    """
    because = " ".join(because.split())
    if not supervises_any(actor):
        raise Refused(gettext("Only a supervisor may let mail go there again."))
    if not because:
        raise Refused(gettext("Say why mail may go there again."), field="because")
    if len(because) > REASON_AT_MOST:
        raise Refused(gettext("Say it in at most %(number)s characters.") % {"number": REASON_AT_MOST}, field="because")
    with transaction.atomic():
        lifted = Suppression.objects.in_force().filter(pk=pk)
        if not lifted.update(lifted_at=now, lifted_by=actor, lifted_because=because):
            raise Refused(gettext("Somebody else has already let mail go there again."))
        row = Suppression.objects.get(pk=pk)
        unflag_address(address=row.address, now=now)
    look_again_at(address=row.address, now=now)
    return row
