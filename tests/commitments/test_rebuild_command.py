"""`manage.py rebuild`."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from commitments.models import Commitment
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def compared(*references: str) -> str:
    out = StringIO()
    call_command("rebuild", *references, stdout=out)
    return out.getvalue()


def test_finds_rows_that_are_what_their_timelines_say() -> None:
    factories.told(factories.promise(), now=NOW + timedelta(hours=1))
    factories.promise()
    assert compared() == "2 promises compared with the timeline\n"


def test_says_which_column_differs_and_fails() -> None:
    promise = factories.promise()
    Commitment.objects.filter(pk=promise.pk).update(times_broken=1)
    out = StringIO()
    with pytest.raises(CommandError, match="1 column not as"):
        call_command("rebuild", stdout=out)
    assert f"{promise.reference} times_broken: 1 is stored, the timeline says 0" in out.getvalue()


def test_compares_only_what_was_chosen() -> None:
    promise, other = factories.promise(), factories.promise()
    Commitment.objects.filter(pk=other.pk).update(times_broken=1)
    assert compared(promise.reference.lower()) == "1 promise compared with the timeline\n"


def test_knows_a_reference_that_is_none() -> None:
    with pytest.raises(CommandError, match="There is no promise ZZZZZ"):
        compared("zzzzz")
