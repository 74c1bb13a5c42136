"""A customer's mail …"""

from datetime import timedelta

import pytest
from pytest_django import Settings

from commitments import clock
from commitments.models import Commitment, CommitmentEvent, CustomerLink, EventText
from commitments.services.promising import keep
from commitments.services.watching import add_watcher
from notifications.models import InboundAttachment, InboundMail, Notification
from tests.factories import NOW, agent, customer, promise
from tests.notifications.inbound.arriving import DOMAIN, LATER, arrive, one_kept, reply_to, staff_address, written
from tests.notifications.living import one, send

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

QUOTED = """It still does not work.
Can you call me?

On Wed, 18 Nov 2026 at 10:20, Ana Ruiz via Customer care
<reply.x@in.kept.example> wrote:

> Hello Maria
> We promised to send you a replacement router.
"""


def messages(made: Commitment) -> list[CommitmentEvent]:
    return list(made.events.filter(kind="customer_message").order_by("sequence"))


def said(made: Commitment) -> list[str]:
    return list(EventText.objects.filter(event__commitment=made, field="said").values_list("words", flat=True))


def test_stands_on_the_timeline_and_waits_for_an_answer() -> None:
    made = promise()
    arrive(written(to=reply_to(made), text="Where is it?"))
    made.refresh_from_db()
    assert made.customer_waiting_since == LATER
    assert said(made) == ["Where is it?"]
    assert [(event.actor, event.facts["channel"]) for event in messages(made)] == [(None, "email")]
    assert (one_kept().state, one_kept().event) == ("filed", messages(made)[0])


def test_is_found_by_the_envelopes_recipient() -> None:
    made = promise()
    arrive(written(to="Kept <kept@kept.example>"), to=reply_to(made))
    assert said(made) == ["It still does not work."]


@pytest.mark.parametrize("header", ["Cc", "Delivered-To", "X-Original-To", "X-Forwarded-To"])
def test_is_found_by_any_header_that_names_its_recipients(header: str) -> None:
    made = promise()
    arrive(
        written(to="kept@kept.example", headers=[(header, reply_to(made))])
        if header != "Cc"
        else written(to="kept@kept.example", cc=reply_to(made))
    )
    assert len(messages(made)) == 1


def test_is_found_whatever_case_its_address_was_written_in() -> None:
    made = promise()
    arrive(written(to=f"<{reply_to(made).upper()}>"))
    assert len(messages(made)) == 1


def test_counts_from_another_address_of_theirs() -> None:
    made = promise()
    arrive(written(sender="Maria <maria@work.example>", to=reply_to(made)))
    assert len(messages(made)) == 1


def test_leaves_what_it_quotes_to_its_own_row() -> None:
    made = promise()
    arrive(written(to=reply_to(made), text=QUOTED))
    assert said(made) == ["It still does not work.\nCan you call me?"]
    assert "We promised to send you" in one_kept().text


def test_names_the_files_that_came_with_it() -> None:
    made = promise()
    mail = written(to=reply_to(made), text="See the picture.")
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="../router.png")
    arrive(mail)
    assert said(made) == ["See the picture.\n\nAttached: router.png"]
    attachment = one_kept().attachments.get()
    assert (attachment.name, attachment.size, bytes(attachment.content)) == ("router.png", 4, b"\x89PNG")


def test_without_words_says_so() -> None:
    made = promise()
    arrive(written(to=reply_to(made), text="\n"))
    assert said(made) == ["(A mail without words.)"]


def test_that_comes_again_changes_nothing() -> None:
    made = promise()
    mail = written(to=reply_to(made))
    arrive(mail)
    made.refresh_from_db()
    version = made.version
    arrive(mail, to=reply_to(made))
    made.refresh_from_db()
    assert (made.version, InboundMail.objects.count()) == (version, 1)


def test_without_a_message_id_counts_once_too() -> None:
    made = promise()
    for _ in range(2):
        arrive(written(to=reply_to(made), message_id=""))
    arrive(written(to=reply_to(made), message_id="", text="Another one."))
    assert len(messages(made)) == 2


def test_to_two_promises_counts_for_each() -> None:
    first = promise()
    second = promise(customer=first.customer, owner=first.owner)
    arrive(written(to=f"{reply_to(first)}, {reply_to(second)}"))
    assert (len(messages(first)), len(messages(second))) == (1, 1)


def test_from_a_watcher_counts_as_well() -> None:
    made = promise()
    other = customer(name="Rui Lopez", email="rui@example.org")
    add_watcher(actor=made.owner, reference=made.reference, customer=other, now=NOW)
    arrive(written(sender="rui@example.org", to=reply_to(made, other)))
    assert [event.facts["customer"] for event in messages(made)] == [other.pk]
    assert one_kept().customer == other


def test_that_comes_again_before_the_answer_is_a_chase() -> None:
    made = promise()
    arrive(written(to=reply_to(made)))
    arrive(written(to=reply_to(made), message_id="<reply-2@mail.example.org>"))
    assert [event.facts["is_chase"] for event in messages(made)] == [False, True]


def test_sends_nothing_back() -> None:
    made = promise(notify_customer=False)
    arrive(written(to=reply_to(made)))
    send(LATER)
    assert not Notification.objects.filter(to_customer=True).exists()


def test_on_an_ended_promise_waits_for_a_person_to_judge_it() -> None:
    made = promise()
    keep(actor=made.owner, reference=made.reference, now=NOW)
    arrive(written(to=reply_to(made)))
    made.refresh_from_db()
    assert (one_kept().state, one_kept().because, one_kept().commitment) == ("parked", "promise_ended", made)
    assert made.customer_waiting_since is None


def test_that_answers_all_to_a_colleagues_mail_is_the_customers() -> None:
    made = promise(customer=customer(email="maria@example.org"))
    arrive(written(to="ana@kept.example", cc=staff_address(made)))
    assert [event.facts["channel"] for event in messages(made)] == ["email"]


class TestWithoutAnAddressOfOurs:
    """… that answers a mail of ours by its Message-ID"""

    def answered(self, **fields: str) -> Commitment:
        made = promise(customer=customer(email="maria@example.org"))
        send(NOW)
        mail = one("promised")
        wanted = fields.pop("provider_id", "")
        if wanted:
            Notification.objects.update(provider_id=wanted)
        fields.setdefault("in_reply_to", mail.message_id)
        arrive(written(to="kept@kept.example", **fields))
        return made

    def test_counts_from_the_address_that_we_wrote_to(self) -> None:
        assert len(messages(self.answered())) == 1

    def test_is_found_by_what_it_refers_to(self) -> None:
        made = self.answered(in_reply_to="<else@example.org>")
        assert not messages(made)
        mail = written(
            to="kept@kept.example",
            in_reply_to="",
            message_id="<second@example.org>",
            headers=[("References", f"<x@example.org> {one('promised').message_id}")],
        )
        arrive(mail)
        assert len(messages(made)) == 1

    @pytest.mark.parametrize(
        ("provider_id", "in_reply_to"),
        [
            ("<20261118.1@mg.kept.example>", "<20261118.1@mg.kept.example>"),
            ("0100-000000", "<0100-000000@email.amazonses.com>"),
            ("b7bc2f4a-e38e", "<b7bc2f4a-e38e@mtasv.net>"),
        ],
    )
    def test_is_found_by_the_providers_own_id(self, provider_id: str, in_reply_to: str) -> None:
        assert len(messages(self.answered(provider_id=provider_id, in_reply_to=in_reply_to))) == 1

    def test_from_anybody_else_is_a_strangers(self) -> None:
        made = self.answered(sender="eve@example.net")
        assert not messages(made)
        assert (one_kept().because, one_kept().commitment) == ("stranger", made)

    def test_is_a_strangers_once_the_customer_has_another_address(self) -> None:
        made = promise(customer=customer(email="old@example.org"))
        send(NOW)
        type(made.customer).objects.update(email="new@example.org")
        arrive(written(sender="old@example.org", to="kept@kept.example", in_reply_to=one("promised").message_id))
        assert one_kept().because == "stranger"

    def test_is_a_strangers_when_its_sender_is_forged(self) -> None:
        made = promise(customer=customer(email="maria@example.org"))
        send(NOW)
        forged = [("Authentication-Results", "mx.example; spf=fail smtp.mailfrom=eve.example; dmarc=fail")]
        arrive(written(to="kept@kept.example", in_reply_to=one("promised").message_id, headers=forged))
        assert (one_kept().because, messages(made)) == ("stranger", [])


class TestOfAStranger:
    """… of a stranger"""

    def test_is_never_matched_by_its_subject_or_sender(self) -> None:
        made = promise(customer=customer(email="maria@example.org"))
        arrive(written(to=f"kept@{DOMAIN}", subject=f"Re: [{made.reference}]", in_reply_to=""))
        assert not messages(made)
        assert (one_kept().because, one_kept().commitment) == ("promise_unknown", None)

    def test_has_its_files_named_and_not_kept(self) -> None:
        mail = written(to=f"anybody@{DOMAIN}", in_reply_to="")
        mail.add_attachment(b"x" * 100, maintype="image", subtype="png", filename="a.png")
        arrive(mail)
        file = one_kept().attachments.get()
        assert (file.name, file.size, file.content) == ("a.png", 100, None)

    def test_at_an_address_that_is_not_ours_is_kept(self) -> None:
        arrive(written(to="sales@kept.example", in_reply_to=""))
        assert one_kept().because == "stranger"

    @pytest.mark.parametrize("what", ["revoked_at", "expires_at"])
    def test_opens_nothing_with_a_link_that_no_longer_works(self, what: str) -> None:
        made = promise()
        address = reply_to(made)
        CustomerLink.objects.update(**{what: NOW})
        arrive(written(to=address))
        assert not messages(made)
        assert one_kept().because == "promise_unknown"

    def test_opens_nothing_with_a_token_for_another_purpose(self) -> None:
        made = promise()
        reply_to(made)
        page = CustomerLink.objects.get().page_url.rstrip("/").rpartition("/")[2]
        arrive(written(to=f"reply.{page}@{DOMAIN}"))
        assert one_kept().because == "promise_unknown"

    def test_opens_nothing_at_another_domain(self) -> None:
        made = promise()
        arrive(written(to=reply_to(made).replace(DOMAIN, "else.example")))
        assert one_kept().because == "stranger"


class TestOfAColleague:
    """… from a colleague's address"""

    def test_is_parked_at_the_reply_address(self) -> None:
        made = promise()
        arrive(written(sender=made.owner.email, to=reply_to(made)))
        assert (one_kept().because, messages(made)) == ("colleague", [])

    def test_counts_where_they_are_the_customer(self) -> None:
        ana = agent(team=promise().team)
        made = promise(customer=customer(name="Ana Ruiz", email=ana.email))
        arrive(written(sender=ana.email, to=reply_to(made)))
        assert len(messages(made)) == 1


class TestTooMany:
    """… when too many come in a day"""

    def arrive_often(self, made: Commitment, count: int, *, start: int = 0) -> None:
        for number in range(start, start + count):
            arrive(written(to=reply_to(made), message_id=f"<{number}@mail.example.org>"))

    def test_waits_for_a_person(self, settings: Settings) -> None:
        settings.INBOUND_DAILY_LIMIT = 3
        made = promise()
        self.arrive_often(made, 5)
        assert len(messages(made)) == 3
        assert InboundMail.objects.filter(because="too_many").count() == 2

    def test_counts_again_a_day_later(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        settings.INBOUND_DAILY_LIMIT = 1
        made = promise()
        self.arrive_often(made, 2)
        monkeypatch.setattr(clock, "now", lambda **_: LATER + timedelta(days=1))
        self.arrive_often(made, 1, start=2)
        assert len(messages(made)) == 2

    def test_is_counted_for_each_conversation(self, settings: Settings) -> None:
        settings.INBOUND_DAILY_LIMIT = 1
        first, second = promise(), promise()
        arrive(written(to=reply_to(first)))
        arrive(written(to=reply_to(second), message_id="<other@mail.example.org>"))
        assert (len(messages(first)), len(messages(second))) == (1, 1)


def test_puts_no_link_of_theirs_on_the_timeline_where_they_answer_below_what_they_quote() -> None:
    made = promise()
    address = reply_to(made)
    token = address.partition("@")[0].removeprefix("reply.")
    quoted = f"Ana Ruiz <{address}> wrote:\n\n> Answer here: https://kept.example/p/{token}/\n\n"
    arrive(written(to=address, text=f"{quoted}It still does not work.\n"))
    assert "It still does not work." in said(made)[0]
    assert "https://kept.example/p/(theirs)/" in said(made)[0]
    assert token not in said(made)[0]


def test_brings_no_files_along_any_more_where_too_many_came_in_a_day_and_were_parked(settings: Settings) -> None:
    settings.INBOUND_DAILY_LIMIT = 2
    made = promise()
    keep(actor=made.owner, reference=made.reference, now=NOW)
    for number in range(3):
        mail = written(to=reply_to(made), message_id=f"<{number}@mail.example.org>")
        mail.add_attachment(b"film", maintype="video", subtype="mp4", filename="film.mp4")
        arrive(mail)
    files = InboundAttachment.objects.order_by("id")
    assert [file.content is not None for file in files] == [True, True, False]
    assert {mail.because for mail in InboundMail.objects.all()} == {"promise_ended"}
