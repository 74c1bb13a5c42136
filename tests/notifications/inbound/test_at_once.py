"""Mails that arrive at the same moment …"""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from commitments.models import Commitment
from commitments.services.promising import keep
from notifications.models import InboundMail
from notifications.services.inbound import receive
from notifications.services.reading_mail import read_mail
from tests.factories import promise
from tests.notifications.inbound.arriving import LATER, reply_to, written

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]

TIMES = 8


def at_once(*acts: Callable[[], object]) -> list[BaseException]:
    """Do several things at the same moment; give what went wrong."""
    wrong: list[BaseException] = []
    together = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        try:
            together.wait(30)
            act()
        except BaseException as error:  # noqa: BLE001 - whatever it is, the test has to see it
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return wrong


def arriving(made: Commitment, number: int = 0) -> Callable[[], object]:
    mail = read_mail(written(to=reply_to(made), message_id=f"<{number}@mail.example.org>"))
    return lambda: receive(mail=mail, now=LATER)


def messages(made: Commitment) -> int:
    return made.events.filter(kind="customer_message").count()


def test_count_once_when_they_are_the_same() -> None:
    made = promise()
    assert at_once(*[arriving(made) for _ in range(TIMES)]) == []
    assert (messages(made), InboundMail.objects.count()) == (1, 1)


def test_count_each_when_they_are_different() -> None:
    made = promise()
    assert at_once(*[arriving(made, number) for number in range(TIMES)]) == []
    assert messages(made) == TIMES
    numbers = made.events.filter(sequence__isnull=False).values_list("sequence", flat=True)
    assert len(set(numbers)) == TIMES + 1


def test_wait_for_a_person_when_the_promise_ends_meanwhile() -> None:
    for number in range(3):
        made = promise()
        arrives = arriving(made, number)

        def is_kept(made: Commitment = made) -> object:
            return keep(actor=made.owner, reference=made.reference, now=LATER)

        assert at_once(arrives, is_kept) == []
        made.refresh_from_db()
        mail = InboundMail.objects.latest("id")
        # It was filed before the end, or a person is asked; never filed where nobody looks.
        assert messages(made) == (mail.state == "filed")
        assert (mail.state == "filed") or mail.because in {"promise_ended", "refused"}
