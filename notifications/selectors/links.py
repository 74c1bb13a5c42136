"""Which mails to customers have no link to carry yet, or one that ends soon."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Case, Exists, F, OuterRef, When

from commitments.models import CustomerLink
from notifications.models import Notification


def lacking(ids: Sequence[uuid.UUID], *, good_until: datetime) -> set[tuple[int, int]]:
    """Give promise and customer of those mails that no link works for until `good_until`, in one statement.

    A mail goes to the promise's customer as it is now, a copy to whom it was planned for or has become.
    """
    good = CustomerLink.objects.unrevoked().filter(
        commitment=OuterRef("commitment"), customer=OuterRef("reader"), expires_at__gte=good_until
    )
    mails = Notification.objects.filter(id__in=ids, to_customer=True).annotate(
        reader=Case(
            When(is_copy=False, then=F("commitment__customer")),
            When(customer__merged_into__isnull=False, then=F("customer__merged_into")),
            default=F("customer"),
        )
    )
    return set(mails.exclude(Exists(good)).values_list("commitment_id", "reader"))
