"""A colleague's own mail to a customer, with the promise's address in Bcc …"""

from typing import Any

import pytest

from commitments.models import Commitment, Customer, EventText
from commitments.services.promising import keep
from notifications.models import InboundMail
from tests.factories import NOW, agent, customer, promise, supervisor, team, user
from tests.notifications.inbound.arriving import LATER, arrive, one_kept, reply_to, staff_address, written
from tests.notifications.living import told

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

FORGED = [("Authentication-Results", "mx.example; spf=fail smtp.mailfrom=eve.example; dkim=none")]


def write(made: Commitment, *, sender: Any = None, to: str = "", **fields: Any) -> InboundMail:
    """Let a colleague write to the customer; give what is kept of it."""
    who = sender if isinstance(sender, str) else (sender or made.owner).email
    fields.setdefault("text", "The courier has your parcel.")
    arrive(written(sender=who, to=to or made.customer.email, in_reply_to="", **fields), to=staff_address(made))
    return InboundMail.objects.latest("id")


def test_is_a_persons_word() -> None:
    made = promise()
    kept = write(made)
    made.refresh_from_db()
    assert (made.last_person_word_at, kept.state, kept.colleague) == (LATER, "filed", made.owner)
    assert [(facts["direction"], facts["channel"]) for facts in told(made, "contacted")] == [("out", "email")]
    assert EventText.objects.get(event=kept.event).words == "The courier has your parcel."


def test_answers_a_customer_who_waits() -> None:
    made = promise()
    arrive(written(to=reply_to(made)))
    write(made, message_id="<answer@mail.kept.example>")
    made.refresh_from_db()
    assert made.customer_waiting_since is None


def test_counts_from_a_supervisor_too() -> None:
    made = promise()
    assert write(made, sender=supervisor(team=made.team)).state == "filed"


def test_counts_after_the_end_too() -> None:
    made = promise()
    keep(actor=made.owner, reference=made.reference, now=NOW)
    assert write(made).state == "filed"


def test_counts_with_the_customer_in_copy() -> None:
    made = promise()
    assert write(made, to="courier@example.net", cc=made.customer.email.upper()).state == "filed"


def test_is_no_word_when_the_customer_did_not_get_it() -> None:
    made = promise()
    assert write(made, to="courier@example.net").because == "not_to_customer"
    made.refresh_from_db()
    assert made.last_person_word_at == NOW


def test_is_no_word_when_mail_does_not_reach_the_customer() -> None:
    made = promise(notify_customer=False)
    Customer.objects.update(do_not_mail="bounced", do_not_mail_at=NOW)
    assert write(made).because == "not_to_customer"


@pytest.mark.parametrize("stranger", ["eve@example.net", ""])
def test_is_no_word_from_somebody_else(stranger: str) -> None:
    made = promise()
    assert write(made, sender=stranger or "nobody").because == "stranger"


def test_is_no_word_from_a_colleague_who_does_not_see_the_promise() -> None:
    made = promise()
    assert write(made, sender=agent(team=team())).because == "stranger"


def test_is_no_word_from_somebody_who_has_left() -> None:
    made = promise()
    left = agent(team=made.team, is_active=False)
    assert write(made, sender=left).because == "stranger"


def test_is_no_word_from_somebody_who_belongs_to_no_team() -> None:
    made = promise()
    assert write(made, sender=user()).because == "stranger"


def test_is_no_word_when_its_sender_is_forged() -> None:
    made = promise()
    assert write(made, headers=FORGED).because == "forged"


def test_is_no_word_of_two_senders() -> None:
    made = promise()
    assert write(made, sender=f"{made.owner.email}, eve@example.net").because == "stranger"


def test_is_forged_when_the_provider_says_so_beside_the_mail() -> None:
    made = promise()
    mail = written(sender=made.owner.email, to=made.customer.email, in_reply_to="")
    report = {"receipt": {"recipients": [staff_address(made)], "dmarcVerdict": {"status": "FAIL"}}}
    arrive(mail, report=report)
    assert one_kept().because == "forged"


def test_opens_nothing_with_another_promises_token() -> None:
    made, other = promise(), promise()
    token = staff_address(other).partition(".")[2]
    arrive(written(sender=made.owner.email, to=made.customer.email), to=f"{made.reference.lower()}.{token}")
    assert one_kept().because == "promise_unknown"


def test_is_parked_when_a_machine_of_theirs_wrote_it() -> None:
    made = promise()
    assert write(made, headers=[("Auto-Submitted", "auto-replied")]).because == "auto_reply"


def test_counts_once_when_it_went_to_both_addresses() -> None:
    made = promise(customer=customer(email="maria@example.org"))
    to = f"maria@example.org, {reply_to(made)}, {staff_address(made)}"
    arrive(written(sender=made.owner.email, to=to, in_reply_to=""))
    assert [mail.state for mail in InboundMail.objects.all()] == ["filed"]
    assert len(told(made, "contacted")) == 1
