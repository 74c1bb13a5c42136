"""Random lives of a promise: everything that people can do to it and around it, through the services."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from commitments.domain.answers import Answer
from commitments.domain.business_time import Duration
from commitments.domain.clocks import WordMeaning
from commitments.domain.escalation import Trigger
from commitments.domain.timeline import EventKind
from commitments.domain.tokens import Purpose
from commitments.models import ClosedDay, Commitment, Customer, CustomerLink
from commitments.selectors.breaks import unexplained_breaks
from commitments.services import (
    absences,
    arrangements,
    attempts,
    correcting,
    customer_answers,
    dates,
    escalations,
    handoff,
    keeping,
    links,
    promising,
    replies,
    splitting,
    watching,
    word,
)
from commitments.services.explaining import explain_break
from commitments.services.merging import merge_customers
from commitments.services.policies import move_to_current
from commitments.services.retiming import CALENDAR, retime
from tests import factories
from tests.statemachine.life import AHEAD, MINUTE, Life

BACK = st.sampled_from([None, timedelta(), 10 * MINUTE, 60 * MINUTE, 210 * MINUTE, 600 * MINUTE])
MEANINGS = st.sampled_from(list(WordMeaning))
BAD_NEWS = {
    "what_happened": "The router is late.",
    "what_next": "We send it tomorrow.",
    "choices": "You can choose another one.",
}


class Lives(Life):
    """What people do to one customer's promise."""

    # -- Acts -------------------------------------------------------------------------------------------------------

    def answer_by(self, meaning: WordMeaning, ahead: timedelta) -> datetime | None:
        """Give by when a question needs its answer; nothing for what is no question."""
        return self.now + ahead if meaning is WordMeaning.QUESTION and ahead < timedelta(hours=3) else None

    @rule(meaning=MEANINGS, back=BACK, message=st.sampled_from(["There is news.", ""]), ahead=AHEAD)
    def tell(self, meaning: WordMeaning, back: timedelta | None, message: str, ahead: timedelta) -> None:
        """Give word in a conversation."""
        with self.asking():
            word.give_word(
                actor=self.agent,
                reference=self.reference,
                now=self.now,
                meaning=meaning,
                message=message,
                **BAD_NEWS,
                answer_by=self.answer_by(meaning, ahead),
                by_mail=False,
                happened_at=self.at(back),
            )

    @rule(meaning=MEANINGS, ahead=AHEAD)
    def write(self, meaning: WordMeaning, ahead: timedelta) -> None:
        """Give word by mail."""
        with self.asking():
            word.give_word(
                actor=self.agent,
                reference=self.reference,
                now=self.now,
                meaning=meaning,
                message="There is news.",
                **BAD_NEWS,
                answer_by=self.answer_by(meaning, ahead),
                by_mail=True,
            )

    @rule(ahead=AHEAD, by_mail=st.booleans(), back=BACK)
    def renegotiate(self, ahead: timedelta, by_mail: bool, back: timedelta | None) -> None:
        """Move the date."""
        with self.asking():
            dates.renegotiate(
                actor=self.agent,
                reference=self.reference,
                due_at=self.now + ahead,
                **BAD_NEWS,
                by_mail=by_mail,
                happened_at=None if by_mail else self.at(back),
                now=self.now,
            )

    @rule(back=BACK)
    def keep(self, back: timedelta | None) -> None:
        """Keep it."""
        with self.asking():
            promising.keep(actor=self.agent, reference=self.reference, now=self.now, happened_at=self.at(back))

    @rule(ahead=AHEAD, told=st.booleans(), back=BACK, is_followed=st.booleans())
    def keep_with_after_care(self, ahead: timedelta, told: bool, back: timedelta | None, is_followed: bool) -> None:
        """Keep it and promise the next thing; then look at either of the two."""
        after_care = keeping.AfterCare(
            kind=self.place.kind, promise="ask how it works", due_at=self.now + ahead, told=told
        )
        with self.asking():
            _, follows = keeping.keep_with_after_care(
                actor=self.promise.owner,
                reference=self.reference,
                now=self.now,
                after_care=after_care,
                happened_at=self.at(back),
            )
            if is_followed:
                self.reference, self.was = follows.reference, None

    @rule(which=st.integers(0, 2))
    def explain_a_break(self, which: int) -> None:
        """Say why a date was broken."""
        broken = unexplained_breaks(commitment=self.promise) or [self.promise.due_at]
        with self.asking():
            explain_break(
                actor=self.agent,
                reference=self.reference,
                due_at=broken[which % len(broken)],
                reason="It rained.",
                now=self.now,
            )

    @rule(by_mail=st.booleans(), back=BACK)
    def withdraw(self, by_mail: bool, back: timedelta | None) -> None:
        """Take it back."""
        with self.asking():
            promising.withdraw(
                actor=self.agent,
                reference=self.reference,
                reason="You have another one.",
                by_mail=by_mail,
                now=self.now,
                happened_at=None if by_mail else self.at(back),
            )

    @precondition(lambda self: self.stands.status == "kept")
    @rule(ahead=AHEAD, back=BACK, by_mail=st.booleans())
    def reopen(self, ahead: timedelta, back: timedelta | None, by_mail: bool) -> None:
        """Open it again."""
        with self.asking():
            promising.reopen(
                actor=self.agent,
                reference=self.reference,
                due_at=self.now + ahead,
                now=self.now,
                by_mail=by_mail,
                happened_at=None if by_mail else self.at(back),
            )

    @rule(back=BACK, needs_answer=st.sampled_from([None, None, True, False]))
    def hear(self, back: timedelta | None, needs_answer: bool | None) -> None:
        """Hear from the customer."""
        with self.asking():
            replies.customer_message(
                actor=self.agent,
                reference=self.reference,
                channel="phone",
                words="Where is it?",
                now=self.now,
                happened_at=self.at(back),
                needs_answer=needs_answer,
            )

    @rule(which=st.integers(0, 3))
    def thank(self, which: int) -> None:
        """Take one of the customer's messages for thanks."""
        messages = list(self.promise.events.filter(kind=EventKind.CUSTOMER_MESSAGE).order_by("sequence"))
        if messages:
            with self.asking():
                message = messages[which % len(messages)].pk
                replies.thank(actor=self.agent, reference=self.reference, message=message, now=self.now)

    @rule(which=st.integers(0, 3), settles=st.booleans())
    def split_off(self, which: int, settles: bool) -> None:
        """Make one of the customer's messages a promise of its own, which ends at once: this life is not about it."""
        messages = list(self.promise.events.filter(kind=EventKind.CUSTOMER_MESSAGE).order_by("sequence"))
        if messages:
            with self.asking():
                made = splitting.split_off(
                    actor=self.agent,
                    reference=self.reference,
                    message=messages[which % len(messages)].pk,
                    settles=settles,
                    customer=self.promise.customer,
                    kind="other",
                    promise="look into the other matter",
                    due_at=self.now + timedelta(days=2),
                    channel="phone",
                    team=self.promise.team,
                    notify_customer=False,
                    now=self.now,
                )
                promising.keep(actor=self.agent, reference=made.reference, notify_customer=False, now=self.now)

    @rule(
        answer=st.sampled_from(list(Answer)),
        words=st.sampled_from(["", "Where is it?"]),
        watches=st.sampled_from([False, False, True]),
    )
    def answer_on_the_page(self, answer: Answer, words: str, watches: bool) -> None:
        """Press an answer on the customer's page, or a watcher's."""
        link = self.opened(watches=watches)
        if link is not None:
            with self.asking():
                customer_answers.give_answer(link=link, answer=answer, words=words, now=self.now)

    @rule(which=st.integers(0, 3), watches=st.booleans())
    def take_an_answer_back(self, which: int, watches: bool) -> None:
        """Take back something that stands on the timeline, on the page."""
        kinds = [kind.value for kind in customer_answers.KINDS.values()]
        events = list(self.promise.events.filter(kind__in=kinds).order_by("sequence"))
        link = self.opened(watches=watches)
        if events and link is not None:
            with self.asking():
                customer_answers.take_back(link=link, event=events[-1 - which % len(events)].pk, now=self.now)

    @rule(wanted=st.booleans())
    def ask_for_real_news(self, wanted: bool) -> None:
        """Ask for no holding mails, or for them again."""
        link = self.opened(watches=False)
        if link is not None:
            customer_answers.only_real_news(link=link, wanted=wanted, now=self.now)

    @rule(watches=st.booleans(), sure=st.sampled_from([False, False, True]))
    def say_that_it_is_not_for_me(self, watches: bool, sure: bool) -> None:
        """Let whoever reads the mail say that it is not for them."""
        link = self.opened(watches=watches) if sure else None
        if link is not None:
            customer_answers.not_for_me(link=link, now=self.now)

    def opened(self, *, watches: bool) -> CustomerLink | None:
        """Open the link that the customer's, or a watcher's, mail would carry; nothing where it opens nothing."""
        pair = self.promise.pk, self.other.pk if watches else self.promise.customer_id
        issued = links.issue(pairs={pair}, now=self.now)[pair]
        try:
            return links.open_link(token=issued.token(Purpose.PAGE), purpose=Purpose.PAGE, now=self.now)
        except links.LinkGone:
            return None

    @precondition(lambda self: self.stands.status == "kept")
    @rule(back=BACK)
    def dispute(self, back: timedelta | None) -> None:
        """Hear that it is not solved."""
        with self.asking():
            replies.dispute(
                actor=self.agent,
                reference=self.reference,
                channel="phone",
                words="It is still broken.",
                now=self.now,
                happened_at=self.at(back),
            )

    @rule(back=BACK, direction=st.sampled_from(["in", "out"]))
    def speak(self, back: timedelta | None, direction: str) -> None:
        """Hold a conversation."""
        with self.asking():
            replies.contact(
                actor=self.agent,
                reference=self.reference,
                direction=direction,
                message="We spoke about it.",
                now=self.now,
                happened_at=self.at(back),
            )

    @rule(result=st.sampled_from(list(attempts.AttemptResult)), ahead=AHEAD, by_mail=st.booleans(), back=BACK)
    def attempt(self, result: attempts.AttemptResult, ahead: timedelta, by_mail: bool, back: timedelta | None) -> None:
        """Try to reach the customer, and not."""
        with self.asking():
            attempts.attempt(
                actor=self.agent,
                reference=self.reference,
                result=result,
                next_try_at=self.now + ahead,
                now=self.now,
                by_mail=by_mail,
                happened_at=None if by_mail else self.at(back),
            )

    @rule(ends=st.booleans())
    def call(self, ends: bool) -> None:
        """Be on the line, or no longer."""
        with self.asking():
            (attempts.end_call if ends else attempts.start_call)(
                actor=self.agent, reference=self.reference, now=self.now
            )

    @rule(meaning=st.sampled_from([WordMeaning.AT_RISK, WordMeaning.WILL_MISS]))
    def note_risk(self, meaning: WordMeaning) -> None:
        """Note bad news and tell nobody."""
        with self.asking():
            word.note_risk(actor=self.agent, reference=self.reference, meaning=meaning, now=self.now)

    @rule(trigger=st.sampled_from([None, *Trigger]))
    def acknowledge(self, trigger: Trigger | None) -> None:
        """Take note of what is wrong."""
        with self.asking():
            escalations.acknowledge(actor=self.agent, reference=self.reference, now=self.now, trigger=trigger)

    @rule(to=st.integers(0, 2))
    def offer(self, to: int) -> None:
        """Ask somebody, or anyone in another team, to take it over."""
        with self.asking():
            if to == 2:
                team = self.world.places[0].team
                handoff.offer_handoff(actor=self.agent, reference=self.reference, team=team, now=self.now)
                return
            handoff.offer_handoff(actor=self.agent, reference=self.reference, to=self.place.agents[to], now=self.now)

    @rule(who=st.integers(0, 2), told=st.booleans())
    def accept(self, who: int, told: bool) -> None:
        """Take it over."""
        with self.asking():
            handoff.accept_handoff(actor=self.somebody(who), reference=self.reference, now=self.now, told=told)

    def somebody(self, who: int) -> Any:
        """Give one of the team's agents, or one of another team."""
        return (*self.place.agents, self.world.places[0].agents[1])[who]

    @rule(who=st.integers(0, 2), declines=st.booleans())
    def answer_no(self, who: int, declines: bool) -> None:
        """Decline it, or take the offer back."""
        with self.asking():
            if declines:
                actor = self.somebody(who)
                handoff.decline_handoff(actor=actor, reference=self.reference, reason="I am busy.", now=self.now)
            else:
                handoff.take_back_handoff(actor=self.agent, reference=self.reference, now=self.now)

    @rule(who=st.integers(0, 2), told=st.booleans())
    def reassign(self, who: int, told: bool) -> None:
        """Give it to somebody else at once."""
        with self.asking():
            handoff.reassign(actor=self.agent, reference=self.reference, to=self.somebody(who), told=told, now=self.now)

    @rule(who=st.integers(0, 1), hours=st.sampled_from([1, 5, 30]), covered=st.booleans())
    def be_away(self, who: int, hours: int, covered: bool) -> None:
        """Be away, with somebody who stands in or without."""
        with self.asking():
            absences.note_absence(
                actor=self.agent,
                user=self.place.agents[who],
                from_at=self.now,
                until_at=self.now + timedelta(hours=hours),
                cover=self.place.agents[1 - who] if covered else None,
                now=self.now,
            )

    @rule(
        promise=st.sampled_from([None, "send you two routers"]),
        ahead=st.sampled_from([None, None, 50 * MINUTE, timedelta(days=1)]),
        other_customer=st.sampled_from([False, False, True]),
        makers=st.booleans(),
        told=st.booleans(),
    )
    def correct(
        self, promise: str | None, ahead: timedelta | None, other_customer: bool, makers: bool, told: bool
    ) -> None:
        """Put right what was logged wrongly."""
        with self.asking():
            correcting.correct(
                actor=self.promise.made_by if makers else self.agent,
                reference=self.reference,
                right=correcting.Right(
                    promise=promise,
                    due_at=self.now + ahead if ahead else None,
                    customer=self.other if other_customer else None,
                ),
                reason="A slip.",
                told=told,
                now=self.now,
            )

    @rule(told=st.booleans(), sure=st.sampled_from([False, False, False, True]))
    def void(self, told: bool, sure: bool) -> None:
        """Let it count no more."""
        if sure:
            with self.asking():
                correcting.void(actor=self.agent, reference=self.reference, reason="A test.", told=told, now=self.now)

    @rule(route=st.sampled_from(["mail", "phone"]))
    def change_route(self, route: str) -> None:
        """Let the customer hear from us another way."""
        with self.asking():
            arrangements.change_route(actor=self.agent, reference=self.reference, route=route, now=self.now)

    @rule(cadence=st.sampled_from([None, "30min", "3h", "1bd"]))
    def agree(self, cadence: str | None) -> None:
        """Agree how often the customer hears from us."""
        with self.asking():
            arrangements.agree_cadence(
                actor=self.agent,
                reference=self.reference,
                cadence=Duration.parse(cadence) if cadence else None,
                now=self.now,
            )

    @rule(leaves=st.booleans())
    def watch(self, leaves: bool) -> None:
        """Let somebody get the mails as well, or no longer."""
        with self.asking():
            if leaves:
                watching.remove_watcher(
                    actor=self.agent, reference=self.reference, customer=self.other.pk, now=self.now
                )
            else:
                watching.add_watcher(actor=self.agent, reference=self.reference, customer=self.other, now=self.now)

    @rule(is_duplicate=st.booleans(), sure=st.sampled_from([False, True]))
    def merge(self, is_duplicate: bool, sure: bool) -> None:
        """Find that two customers are one."""
        if sure:
            pair = [self.promise.customer, Customer.objects.get(pk=self.other.pk)]
            duplicate, into = pair if is_duplicate else reversed(pair)
            with self.asking():
                merge_customers(actor=self.agent, duplicate=duplicate, into=into, now=self.now)

    # -- What the clocks run by -------------------------------------------------------------------------------------

    @rule(days=st.integers(0, 3))
    def close_a_day(self, days: int) -> None:
        """Close the team's calendar on a day."""
        calendar = self.place.team.calendar
        on = (self.now + timedelta(days=days)).date()
        ClosedDay.objects.get_or_create(calendar=calendar, on=on, defaults={"name": "Moving house"})
        retime(commitments=Commitment.objects.all(), because=CALENDAR, now=self.now)

    @rule(
        cadence=st.sampled_from(["20min", "2h", "4bh", "2bd"]),
        grace=st.sampled_from(["10min", "30min"]),
        holding_mails=st.integers(0, 2),
    )
    def move_to_another_policy(self, cadence: str, grace: str, holding_mails: int) -> None:
        """Give the team a newer version of its policy, and move the promise to it."""
        factories.policy(
            team=self.place.team, kind=self.place.kind, cadence=cadence, missed_grace=grace, holding_mails=holding_mails
        )
        move_to_current(actor=self.agent, commitments=[self.promise.pk], now=self.now)
