"""What customers do on their page: they answer, take it back, ask for real news only, or say that it is not for them.

None of it closes a promise or moves a clock forward. Whoever has the link is taken to be its customer or watcher; an
event of theirs has no actor and names them by id. What is refused is said to a customer, in their language.
"""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Min, Q, QuerySet
from django.utils.translation import gettext

from commitments.domain import replies
from commitments.domain.answers import Answer, fitting
from commitments.domain.promise import Status
from commitments.domain.timeline import Event, EventKind
from commitments.models import Commitment, CommitmentEvent, Customer, CustomerLink, EventText, Word, clock_asks
from commitments.selectors.replies import is_taken_back
from commitments.services import links
from commitments.services.acting import holding, locked
from commitments.services.customers import lock_customer, look_again
from commitments.services.reachability import flag_address, flag_undeliverable
from commitments.services.refusals import Refused
from commitments.services.replies import customer_message, dispute
from commitments.services.word import void_words

PAGE = "page"
"""The channel by which all of it comes."""
WORDS_AT_MOST = 4_000
PRESSED_TWICE = timedelta(minutes=10)
"""Within so long the same message is the same message, sent twice."""
KINDS: Mapping[Answer, EventKind] = {
    Answer.ANOTHER_TIME: EventKind.CUSTOMER_MESSAGE,
    Answer.CALL_ME: EventKind.CUSTOMER_MESSAGE,
    Answer.MESSAGE: EventKind.CUSTOMER_MESSAGE,
    Answer.NOT_YET: EventKind.DISPUTED,
    Answer.SOLVED: EventKind.CONFIRMED,
}
"""What each answer puts on the timeline."""


@transaction.atomic
def give_answer(*, link: CustomerLink, answer: Answer, words: str, now: datetime) -> None:
    """Record what a customer answers; pressed twice it is recorded once.

    Raises Refused: a message without words, too many words, an answer that does not fit how the promise stands now.
    """
    words = words.strip()
    if answer is Answer.MESSAGE and not words:
        raise Refused(gettext("Write your message first."), field="words")
    if len(words) > WORDS_AT_MOST:
        sentence = gettext("That is too long to take in at once: at most %(count)s characters, please.")
        raise Refused(sentence % {"count": WORDS_AT_MOST}, field="words")
    commitment: Commitment = locked().get(pk=link.commitment_id)
    writer = link.customer
    fits = fitting(Status(commitment.status), is_own=commitment.customer_id == writer.pk)
    if answer not in {*fits, Answer.MESSAGE}:
        raise Refused(gettext("Something has changed meanwhile. Please look at what this page says now."))
    if _stands_already(commitment, link, answer, words, now=now):
        return
    match KINDS[answer]:
        case EventKind.CONFIRMED:
            with holding(pk=commitment.pk, now=now) as held:
                held.texts = {EventText.Field.SAID: words}
                facts = {"channel": PAGE, "customer": writer.pk, "answer": answer.value}
                held.note(Event(EventKind.CONFIRMED, now, facts))
        case EventKind.DISPUTED:
            dispute(
                actor=None,
                reference=commitment.reference,
                channel=PAGE,
                words=words,
                now=now,
                writer=writer,
                answer=answer,
            )
        case _:
            customer_message(
                actor=None,
                reference=commitment.reference,
                channel=PAGE,
                words=words,
                now=now,
                writer=writer,
                answer=answer,
            )


def _stands_already(commitment: Commitment, link: CustomerLink, answer: Answer, words: str, *, now: datetime) -> bool:
    """Tell whether the last thing that they answered was this very thing, and still stands or was pressed just now.

    Words of their own never stand: who asks the same again, days later, asks again.
    """
    last = _theirs(commitment, link).filter(kind__in=set(KINDS.values())).order_by("-sequence").first()
    if last is None or last.facts.get("answer") != answer.value or is_taken_back(last):
        return False
    said = last.texts.filter(field=EventText.Field.SAID).values_list("words", flat=True).first() or ""
    if said != words:
        return False
    # Had anybody done anything since, it would be another press.
    is_same_press = last.sequence == commitment.version and now - last.recorded_at < PRESSED_TWICE
    since = commitment.ended_at if answer is Answer.SOLVED else commitment.customer_waiting_since
    still_stands = answer is not Answer.MESSAGE and since is not None and last.occurred_at >= since
    return still_stands or is_same_press


def take_back(*, link: CustomerLink, event: uuid.UUID, now: datetime) -> None:
    """Let an answer (the id of its event) count as not given; taken back twice it is once.

    Raises Refused: no such answer of theirs.
    """
    with holding(pk=link.commitment_id, now=now) as held:
        kinds = [kind.value for kind in KINDS.values()]
        found = _theirs(held.commitment, link).filter(pk=event, kind__in=kinds, facts__channel=PAGE).first()
        if found is None:
            raise Refused(gettext("There is no such answer of yours to take back."))
        if is_taken_back(found):
            return
        if found.kind != EventKind.CONFIRMED:
            held.do(replies.forget, at=now, asks=clock_asks(held.commitment, without=found.pk))
        facts = {"event": str(found.pk), "customer": link.customer.pk}
        held.note(Event(EventKind.ANSWER_TAKEN_BACK, now, facts))


def only_real_news(*, link: CustomerLink, wanted: bool, now: datetime) -> None:
    """Send a customer no holding mails any more, about any promise, or (`wanted=False`) send them again.

    Asked twice it is asked once.
    """
    with transaction.atomic():
        with holding(pk=link.commitment_id, now=now) as held:
            customer = lock_customer(link.customer.pk)
            changed = customer.real_news_only != wanted
            if changed:
                customer.real_news_only = wanted
                customer.save(update_fields=["real_news_only"])
                facts = {"customer": customer.pk, "wanted": wanted}
                held.note(Event(EventKind.REAL_NEWS_ONLY, now, facts))
        if changed:
            look_again(customer, now=now)


@transaction.atomic
def not_for_me(*, link: CustomerLink, now: datetime) -> None:
    """Note that whoever reads the mail is not whom we mean: the address gets no more, and what it was told is void.

    That holds for all that was promised to this customer: somebody calls them, and no link that went there opens
    anything any more.
    """
    customer = link.customer
    promises = _mailed_to(customer)
    # All are held in the order of their ids, as wherever many are.
    list(locked().filter(pk__in={*promises, link.commitment_id}).order_by("pk"))
    with holding(pk=link.commitment_id, now=now) as held:
        is_copy = held.commitment.customer_id != customer.pk
        held.note(Event(EventKind.NOT_FOR_ME, now, {"customer": customer.pk, "is_copy": is_copy}))
    links.revoke(customer=customer, now=now)
    if not customer.email:
        # Somebody has taken the address out at this very moment, and has no other that could be meant.
        return
    void_words(event_ids=_words_that_went(promises), reason=EventKind.NOT_FOR_ME.value.replace("_", " "), now=now)
    untold = _withdrawn_by_mail(promises)
    for pk in sorted(promises):
        flag_undeliverable(
            commitment_id=pk,
            address=customer.email,
            why=Customer.DoNotMail.NOT_FOR_ME,
            also_ended=pk in untold,
            now=now,
        )
    flag_address(address=customer.email, why=Customer.DoNotMail.NOT_FOR_ME, now=now)


def _mailed_to(customer: Customer) -> dict[int, datetime]:
    """Give the promises to a customer that mail has gone out about: since when to the address that they have now.

    A link is as old as the first mail that carried it there.
    """
    theirs = CustomerLink.objects.unrevoked().filter(commitment__customer=customer)
    theirs = theirs.filter(Q(customer=customer) | Q(customer__merged_into=customer))
    return dict(theirs.values_list("commitment").annotate(Min("created_at")))


def _words_that_went(since: Mapping[int, datetime]) -> list[uuid.UUID]:
    """Give the words (ids of their events) of promises that went by mail to the address that holds now."""
    went = Word.objects.filter(commitment__in=since, state=Word.State.GONE).exclude(sort=Word.Sort.CONVERSATION)
    found = went.values_list("event_id", "commitment_id", "gone_at")
    return [event for event, commitment, gone_at in found if gone_at is not None and gone_at >= since[commitment]]


def _withdrawn_by_mail(promises: Iterable[int]) -> set[int]:
    """Give those of the promises that were withdrawn, where the customer was told so by mail alone."""
    told = CommitmentEvent.objects.filter(kind=EventKind.WITHDRAWN, commitment__in=promises, facts__told=False)
    return set(told.values_list("commitment_id", flat=True))


def _theirs(commitment: Commitment, link: CustomerLink) -> QuerySet[CommitmentEvent]:
    """Give what whoever has this link put on the timeline, also before they were merged."""
    customer = link.customer
    ids = [customer.pk, *customer.merged_from.values_list("pk", flat=True)]
    return commitment.events.filter(facts__customer__in=ids)
