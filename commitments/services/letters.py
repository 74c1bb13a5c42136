"""Letters: complaints and compliments, taken down in the customer's own words."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from commitments.domain.strain import WEIGHTS, StrainSort
from commitments.models import Commitment, Customer, Letter, Strain
from commitments.services.customers import lock_customer
from commitments.services.refusals import Refused

WORDS_AT_MOST = 20_000


def take_down_letter(
    *,
    actor: Any,
    customer: Customer,
    sort: str,
    words: str,
    now: datetime,
    received_at: datetime | None = None,
    about: Commitment | None = None,
) -> Letter:
    """Take down what a customer wrote or said, word for word; received now if not said otherwise.

    A complaint strains them from then on. Raises Refused: no words, a time to come, somebody else's promise, and a
    letter that is there already (a button pressed twice strains nobody twice).
    """
    words = words.strip()
    received_at = received_at or now
    if sort not in Letter.Sort.values:
        raise Refused(gettext("Say whether it is a complaint or a compliment."), field="sort")
    if not words:
        raise Refused(gettext("Write down what the customer said, in their own words."), field="words")
    if len(words) > WORDS_AT_MOST:
        raise Refused(
            gettext("A letter has at most %(number)s characters; take it down in parts.") % {"number": WORDS_AT_MOST},
            field="words",
        )
    if received_at > now:
        raise Refused(gettext("That is in the future; say when it came."), field="received_at")
    with transaction.atomic():
        customer = lock_customer(customer.pk)
        if about is not None and about.customer_id != customer.pk:
            raise Refused(gettext("That promise was made to somebody else."), field="about")
        same = Letter.objects.filter(customer=customer, sort=sort, words=words, commitment=about)
        if same.exists():
            raise Refused(gettext("These very words are taken down already."), field="words")
        letter = Letter.objects.create(
            customer=customer,
            commitment=about,
            sort=sort,
            words=words,
            received_at=received_at,
            recorded_at=now,
            recorded_by=actor,
        )
        if letter.sort == Letter.Sort.COMPLAINT:
            Strain.objects.create(
                customer=customer,
                commitment=about,
                sort=Strain.Sort.COMPLAINT,
                at=received_at,
                weight=WEIGHTS[StrainSort.COMPLAINT],
            )
    return letter
