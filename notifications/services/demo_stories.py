"""The demonstration's stories told by hand: one for each thing that can happen between a customer and a team.

Each is a list of acts through the services, at so many open hours before the demonstration's now; what follows from
them (escalations, mails, strain) comes about by itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from commitments.domain.business_time import Calendar, Duration, add_open_time, subtract_open_time
from commitments.domain.clocks import WordMeaning
from commitments.domain.timeline import EventKind
from commitments.models import Commitment, CommitmentEvent, Customer, Kind, Letter, Team
from commitments.services.absences import note_absence
from commitments.services.arrangements import agree_cadence, change_route
from commitments.services.attempts import AttemptResult, attempt
from commitments.services.correcting import Right, correct
from commitments.services.customers import change_customer
from commitments.services.dates import renegotiate
from commitments.services.explaining import explain_break
from commitments.services.handoff import accept_handoff, offer_handoff
from commitments.services.keeping import AfterCare, keep_on_the_call, keep_with_after_care
from commitments.services.letters import take_down_letter
from commitments.services.promising import keep, make_promise, reopen, withdraw
from commitments.services.replies import contact, customer_message, dispute, thank
from commitments.services.watching import add_watcher
from commitments.services.word import give_word, note_risk
from notifications.services.simulation import Act

PRACTICE = "Harbour Street Dental Practice"
SHORTLY = timedelta(minutes=4)


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays: a team of four (its supervisor first), customers by name, and the instant that is now."""

    team: Team
    calendar: Calendar
    people: tuple[Any, ...]
    customers: dict[str, Customer]
    now: datetime

    def ago(self, hours: float) -> datetime:
        """Give the instant that many open hours ago."""
        return subtract_open_time(self.now, timedelta(hours=hours), calendar=self.calendar)

    def ahead(self, hours: float) -> datetime:
        """Give the instant that many open hours from now, on a quarter of an hour."""
        at = add_open_time(self.now, timedelta(hours=hours), calendar=self.calendar)
        return at.replace(minute=at.minute - at.minute % 15, second=0, microsecond=0)


def stories(cast: Cast) -> list[Act]:
    """Tell them all, in no order."""
    told = (_waiting, _telling, _agreed, _calling, _ending, _not_solved, _handing, _broken, _mistaken, _letters)
    return [act for story in told for act in story(cast)]


@dataclass(slots=True)
class _Told:
    """One promise of a story: made by its owner, then acted on by whoever each act names."""

    cast: Cast
    owner: Any
    customer: Customer
    acts: list[Act]
    reference: str = ""

    def then(self, hours_ago: float, do: Callable[..., Any], *, by: Any = None, **values: Any) -> "_Told":
        """Go on with an act of a service; a value that can be called is worked out when its time has come."""

        def act(at: datetime) -> None:
            given = {name: value() if callable(value) else value for name, value in values.items()}
            do(actor=by or self.owner, reference=self.reference, now=at, **given)

        self.acts.append(Act(self.cast.ago(hours_ago), act))
        return self

    def about(self) -> Commitment:
        """Give the promise as it is."""
        return Commitment.objects.get(reference=self.reference)

    def last_message(self) -> Any:
        """Give the id of what the customer said last."""
        said = CommitmentEvent.objects.filter(commitment=self.about(), kind=EventKind.CUSTOMER_MESSAGE)
        return said.latest("occurred_at").pk


def _promise(
    cast: Cast,
    *,
    owner: int,
    customer: str,
    kind: str,
    words: str,
    made: float,
    due: float,
    by: int | None = None,
    **values: Any,
) -> _Told:
    """Make a promise `made` open hours ago, due `due` open hours ahead (below zero: ago). `by`: in the owner's name."""
    answers, maker = cast.people[owner], cast.people[owner if by is None else by]
    told = _Told(cast=cast, owner=answers, customer=cast.customers[customer], acts=[])
    due_at = cast.ahead(due) if due > 0 else cast.ago(-due)

    def make(at: datetime) -> None:
        told.reference = make_promise(
            actor=maker,
            owner=answers,
            customer=told.customer,
            kind=kind,
            promise=words,
            due_at=due_at,
            channel=Commitment.Channel.PHONE,
            team=cast.team,
            now=at,
            **values,
        ).reference

    told.acts.append(Act(cast.ago(made), make))
    return told


SUPERVISOR, ANA, JOAO, MEI = range(4)


def _waiting(cast: Cast) -> list[Act]:
    """Customers who wrote: one waits, one had to ask again, one says thanks."""
    words = "find out why the second invoice came"
    first = _promise(cast, owner=ANA, customer="Freya Campbell", kind=Kind.ANSWER, words=words, made=3, due=5)
    first.then(1, customer_message, channel="phone", words="Could it be the old contract? Please let me know.")
    words = "send you the missing hinges"
    again = _promise(cast, owner=ANA, customer="Hannah Goldberg", kind=Kind.FIX, words=words, made=10, due=9)
    again.then(7, customer_message, channel="email", words="Are the hinges on their way?")
    again.then(1.5, customer_message, channel="email", words="I have written before, and nobody has answered.")
    words = "tell you when the fitter comes"
    glad = _promise(cast, owner=ANA, customer="Noah Williams", kind=Kind.STATUS_UPDATE, words=words, made=6, due=7)
    glad.then(3, customer_message, channel="chat", words="Thank you for the quick call!")
    glad.then(2.5, thank, message=glad.last_message)
    return [*first.acts, *again.acts, *glad.acts]


def _telling(cast: Cast) -> list[Act]:
    """A question with its date, bad news that was told, and bad news that was not."""
    words = "repair the boiler in the practice"
    asked = _promise(cast, owner=ANA, customer="Paul Schneider", kind=Kind.FIX, words=words, made=12, due=12)
    asked.then(
        5,
        give_word,
        meaning=WordMeaning.QUESTION,
        message="Which model is it? The number is on the plate below the switch.",
        answer_by=cast.ahead(4),
        by_mail=True,
    )
    words = "replace the worn carpet on the stairs"
    warned = _promise(cast, owner=ANA, customer="Lars van der Berg", kind=Kind.FIX, words=words, made=14, due=6)
    warned.then(
        2,
        give_word,
        meaning=WordMeaning.WILL_MISS,
        what_happened="The mill has sent the wrong colour.",
        what_next="The right one is ordered, and I call you when it is here.",
        choices="We can lay the other colour at half the price, or you can have your money back.",
        by_mail=True,
    )
    words = "bring the loan car to your house"
    untold = _promise(cast, owner=JOAO, customer="Aroha Ngata", kind=Kind.OTHER, words=words, made=9, due=4)
    untold.then(1.5, note_risk, meaning=WordMeaning.AT_RISK, note="The car is still in the workshop.")
    return [*asked.acts, *warned.acts, *untold.acts]


def _agreed(cast: Cast) -> list[Act]:
    """What is agreed: how often they hear, by which way, and who else gets the mails."""
    words = "follow the claim with the insurer"
    often = _promise(cast, owner=ANA, customer="Chloé Dubois", kind=Kind.FIX, words=words, made=6, due=20)
    often.then(6 - 0.1, agree_cadence, cadence=Duration.parse("4bh"))
    often.then(6 - 0.15, add_watcher, customer=cast.customers["Isabella Moretti"])
    words = "call you when the prescription is ready"
    called = _promise(cast, owner=JOAO, customer="Peter Hughes", kind=Kind.CALLBACK, words=words, made=4, due=5)
    called.then(4 - 0.1, change_route, route=Commitment.ContactRoute.PHONE)
    return [*often.acts, *called.acts]


def _calling(cast: Cast) -> list[Act]:
    """A call that nobody answered, and one that reached the customer."""
    words = "call you back about the deposit"
    tried = _promise(cast, owner=ANA, customer="Emily Carter", kind=Kind.CALLBACK, words=words, made=5, due=1)
    tried.then(
        1.5, attempt, result=AttemptResult.NO_ANSWER, next_try_at=cast.ahead(3), by_mail=tried.customer.can_be_mailed
    )
    words = "arrange the second visit"
    spoke = _promise(cast, owner=JOAO, customer="Kwame Mensah", kind=Kind.OTHER, words=words, made=8, due=10)
    spoke.then(2, contact, direction="in", message="He would rather have it next week; nothing is lost.")
    return [*tried.acts, *spoke.acts]


def _ending(cast: Cast) -> list[Act]:
    """Kept on the very call, kept with a promise of after-care, and taken back."""

    def at_once(at: datetime) -> None:
        keep_on_the_call(
            actor=cast.people[ANA],
            customer=cast.customers["Ingrid Sørensen"],
            kind=Kind.ANSWER,
            promise="look up the opening hours of the depot",
            channel=Commitment.Channel.PHONE,
            how="Read them out; she goes there today.",
            customer_confirmed=True,
            team=cast.team,
            now=at,
        )

    words = "change the lock of the side door"
    cared = _promise(cast, owner=ANA, customer="Valentina Rossi", kind=Kind.FIX, words=words, made=15, due=4)
    cared.then(
        3,
        keep_with_after_care,
        after_care=AfterCare(
            kind=Kind.CALLBACK, promise="ask whether the new lock still turns", due_at=cast.ahead(16), told=True
        ),
        how="The locksmith has been; two keys are with you.",
        customer_confirmed=True,
    )
    words = "look for the discontinued blue tiles"
    ended = _promise(cast, owner=JOAO, customer="Henrik Virtanen", kind=Kind.ANSWER, words=words, made=12, due=3)
    ended.then(2, withdraw, reason="The maker has none left, and neither has anybody else in Europe.", by_mail=False)
    return [Act(cast.ago(2.5), at_once), *cared.acts, *ended.acts]


def _not_solved(cast: Cast) -> list[Act]:
    """Kept, and the customer says that it is not solved: one waits for an answer, one is open again."""
    words = "stop the dripping tap"
    doubted = _promise(cast, owner=ANA, customer="Tuan Rahman", kind=Kind.FIX, words=words, made=18, due=-3)
    doubted.then(6, keep, how="The washer is new.")
    doubted.then(2, dispute, channel="phone", words="It still drips, more than before.")
    words = "get the alarm of the shop to work again"
    anew = _promise(cast, owner=ANA, customer="Fatima Zahra Benali", kind=Kind.FIX, words=words, made=20, due=-6)
    anew.then(9, keep, how="The battery was flat.")
    anew.then(5, dispute, channel="phone", words="It went off twice last night.")
    anew.then(
        4,
        reopen,
        due_at=cast.ahead(8),
        reason="An engineer looks at the sensor itself.",
        by_mail=anew.customer.can_be_mailed,
    )
    return [*doubted.acts, *anew.acts]


def _handing(cast: Cast) -> list[Act]:
    """Handed over: waiting, lapsed, in another's name, taken over; and somebody away with a colleague standing in."""
    supervisor, ana, _, mei = cast.people
    words = "send the spare keys by courier"
    offered = _promise(cast, owner=JOAO, customer="Samuel Adeyemi", kind=Kind.FIX, words=words, made=6, due=9)
    offered.then(0.5, offer_handoff, to=ana, story="The courier comes at four; the keys are in the grey cabinet.")
    words = "explain the new tariff to the board"
    lapsed = _promise(cast, owner=ANA, customer="Dimitri Volkov", kind=Kind.ANSWER, words=words, made=7, due=8)
    lapsed.then(4, offer_handoff, to=cast.people[JOAO], story="He would like somebody who knows the tariff.")
    words = "call about the broken parcel"
    named = _promise(
        cast, owner=ANA, by=JOAO, customer="Oliver Whitfield", kind=Kind.CALLBACK, words=words, made=0.5, due=5
    )
    words = "put the standing order right"
    taken = _promise(cast, owner=JOAO, customer="Camila Ferreira dos Santos", kind=Kind.FIX, words=words, made=9, due=9)
    taken.then(5, offer_handoff, to=ana, story="It needs somebody who speaks Portuguese.")
    taken.then(4.5, accept_handoff, by=ana)
    words = "order the replacement filter"
    covered = _promise(cast, owner=MEI, customer="Rosa Delgado", kind=Kind.FIX, words=words, made=8, due=10)

    def leave(at: datetime) -> None:
        note_absence(actor=supervisor, user=mei, from_at=at, until_at=cast.ahead(14), cover=ana, now=at)

    return [
        *offered.acts,
        *lapsed.acts,
        *named.acts,
        *taken.acts,
        *covered.acts,
        Act(cast.ago(2), leave),
    ]


def _broken(cast: Cast) -> list[Act]:
    """Dates that passed: one explained and moved, one moved in time."""
    words = "have the statement of March reissued"
    broken = _promise(cast, owner=ANA, customer="Maria Lopez", kind=Kind.FIX, words=words, made=16, due=-5)
    broken.then(
        3,
        renegotiate,
        due_at=cast.ahead(6),
        what_happened="The archive was closed for two days.",
        what_next="It is open again, and the statement is on the list for tomorrow.",
        choices="If you need the figures today, call me and I read them out.",
        by_mail=broken.customer.can_be_mailed,
    )
    broken.then(2.5, explain_break, due_at=cast.ago(5), reason="I did not know that the archive was closed.")
    words = "deliver the second bookcase"
    moved = _promise(cast, owner=JOAO, customer="Wanjiru Kamau", kind=Kind.FIX, words=words, made=10, due=2)
    moved.then(
        3,
        renegotiate,
        due_at=cast.ahead(9),
        what_happened="The van can come a day later, as you asked.",
        what_next="The driver calls half an hour before.",
        is_bad_news=False,
        by_mail=moved.customer.can_be_mailed,
    )
    return [*broken.acts, *moved.acts]


def _mistaken(cast: Cast) -> list[Act]:
    """A promise that was logged with a slip, and put right a few minutes later."""
    words = "send the brochure in German"
    wrong = _promise(cast, owner=ANA, customer="Björn Guðmundsson", kind=Kind.OTHER, words=words, made=2, due=9)
    wrong.then(2 - SHORTLY / timedelta(hours=1), correct, right=Right(promise="send the brochure in Danish"))
    return wrong.acts


def _letters(cast: Cast) -> list[Act]:
    """Letters in the customers' own words; an organisation, with people whom it employs."""
    supervisor, ana, *_ = cast.people

    def letter(customer: str, sort: str, words: str) -> Callable[[datetime], Any]:
        return lambda at: take_down_letter(
            actor=supervisor, customer=cast.customers[customer], sort=sort, words=words, now=at
        )

    def employ(at: datetime) -> None:
        for name in ("Paul Schneider", "Amira Saleh"):
            change_customer(actor=ana, customer=cast.customers[name], organisation=PRACTICE, now=at)

    complaint = (
        "Twice I was told a day, and twice the day went by. I do not mind waiting; I mind sitting at home for nothing. "
        "A call would have done."
    )
    compliment = "Ms Ruiz rang when she said she would, with no news, and that was the best call of my week."
    return [
        Act(cast.ago(4), letter("Maria Lopez", Letter.Sort.COMPLAINT, complaint)),
        Act(cast.ago(3.5), letter("Grace Nakamura", Letter.Sort.COMPLIMENT, compliment)),
        Act(cast.ago(13), employ),
    ]
