"""Mail that no person wrote …"""

from datetime import timedelta

import pytest
from pytest_django import Settings

from commitments.domain.clocks import WordMeaning
from commitments.models import CommitmentEvent
from commitments.services.word import give_word
from notifications.delivery import build
from notifications.domain.letter import Envelope, Rendered
from notifications.models import InboundMail, Notification
from tests.factories import NOW, customer, promise
from tests.notifications.inbound.arriving import LATER, arrive, reply_to, staff_address, written
from tests.notifications.inbound.machines import AUTO_REPLIES, BOUNCES, LISTS, MACHINES, variations
from tests.notifications.living import live, one

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

SORT_OF = {
    **dict.fromkeys(AUTO_REPLIES, "auto_reply"),
    **dict.fromkeys(BOUNCES, "bounce"),
    **dict.fromkeys(LISTS, "mailing_list"),
}


def test_comes_in_thirty_formats_at_least() -> None:
    assert len(MACHINES) >= 30


@pytest.mark.parametrize("name", MACHINES)
def test_touches_no_clock_and_is_not_answered_however_it_comes(name: str) -> None:
    made = promise()
    live(LATER)
    before = type(made).objects.values().get(pk=made.pk)
    events = CommitmentEvent.objects.count()
    sent = Notification.objects.count()
    for raw, to, sender in variations(MACHINES[name], to=reply_to(made)):
        InboundMail.objects.all().delete()
        (kept,) = arrive(raw, to=to, sender=sender)
        assert (kept.state, kept.commitment) == ("parked", made)
        # With the null sender of the envelope, whatever it is, a machine sent it.
        assert kept.because in ({SORT_OF[name], "bounce", "auto_reply"} if sender in {"", "<>"} else {SORT_OF[name]})
    live(LATER)
    assert type(made).objects.values().get(pk=made.pk) == before
    assert (CommitmentEvent.objects.count(), Notification.objects.count()) == (events, sent)


@pytest.mark.parametrize("name", ["gmail_vacation", "postfix"])
def test_is_parked_at_an_address_for_colleagues_too(name: str) -> None:
    made = promise()
    arrive(MACHINES[name].replace("{to}", staff_address(made)).encode())
    assert InboundMail.objects.get().because == SORT_OF[name]


@pytest.mark.parametrize(
    "subject",
    ["Out of office today, so please call me", "Re: the router is out of order", "Automatic reply about my router?"],
)
def test_is_not_told_by_a_subject_alone(subject: str) -> None:
    made = promise(notify_customer=False)
    (kept,) = arrive(written(to=reply_to(made), subject=subject))
    assert kept.state == "filed"


@pytest.mark.parametrize(
    "header",
    [
        ("Auto-Submitted", "no"),
        ("X-Autoreply", "no"),
        ("Precedence", "normal"),
        ("X-Auto-Response-Suppress", "None"),
        ("X-Priority", "1"),
    ],
)
def test_is_not_told_by_a_header_that_denies_it(header: tuple[str, str]) -> None:
    made = promise()
    (kept,) = arrive(written(to=reply_to(made), headers=[header]))
    assert kept.state == "filed"


class TestTwoCopiesOfKept:
    """… but another Kept that has our reply address as its customer's"""

    def answer(self, to: str, number: int, *, by_machine: bool, with_own_header: bool) -> bytes:
        """Write a mail as the other copy does."""
        envelope = Envelope(
            to_name="Customer care",
            to_address=to,
            from_name="Other care",
            message_id=f"<{number:032x}@in.other.example>",
            thread="<thread-customer-1@in.other.example>",
            is_automatic=by_machine,
            reply_to="reply.abcdefghijklmnopqrstuvwxyz234567@in.other.example",
        )
        mail = build(Rendered(subject="We missed our promise", text="We are sorry.", html=""), envelope).message()
        if not with_own_header:
            del mail["X-Kept"]
        return bytes(mail.as_bytes())

    @pytest.mark.parametrize("by_machine", [True, False])
    @pytest.mark.parametrize("with_own_header", [True, False])
    def test_stops_at_three_mails(
        self, settings: Settings, mailoutbox: list[object], by_machine: bool, with_own_header: bool
    ) -> None:
        made = promise(customer=customer(name="Other care", email="reply.x@in.other.example"))
        give_word(
            actor=made.owner, reference=made.reference, now=NOW, meaning=WordMeaning.NEWS, message="Here.", by_mail=True
        )
        live(NOW)
        written_by_other = answered = 0
        for minutes in range(1, 10):
            # To every mail of ours the other copy has one of its own to say, and says it at once.
            while answered < len(mailoutbox):
                answered, written_by_other = answered + 1, written_by_other + 1
                settings.DEFAULT_FROM_EMAIL = "Other <kept@other.example>"
                raw = self.answer(
                    reply_to(made), written_by_other, by_machine=by_machine, with_own_header=with_own_header
                )
                settings.DEFAULT_FROM_EMAIL = "Kept <kept@kept.example>"
                arrive(raw)
            live(NOW + timedelta(minutes=minutes))
        assert len([mail for mail in Notification.objects.filter(to_customer=True) if mail.sent_at]) <= 3
        assert one("update").state == "sent"

    def test_says_that_it_is_ours_on_every_mail(self) -> None:
        made = promise()
        (kept,) = arrive(self.answer(reply_to(made), 1, by_machine=False, with_own_header=True))
        assert kept.because == "our_own"
