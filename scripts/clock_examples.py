"""The examples on the pages in docs/clocks.

Ana Ruiz looks after Maria Lopez in Lisbon, Monday to Friday from 09:00 to 18:00, under the policy that a team starts
with. What people do is written here; what time does comes out of the clocks.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from commitments.domain import acts, handing, ladders, strain
from commitments.domain.business_time import add
from commitments.domain.clocks import WordMeaning
from commitments.domain.escalation import Trigger
from commitments.domain.promise import Change
from commitments.domain.strain import WEIGHTS, StrainReason, StrainSort
from scripts.clock_stories import (
    DUE,
    OFFERED,
    OFFICE,
    OVERDUE,
    SILENT,
    STARTING,
    WAITING,
    WORD,
    Bar,
    Lane,
    Line,
    Mark,
    Story,
    at,
    ladder,
)
from tests.commitments.domain.factories import Case, surroundings


def _keep(case: Case, now: datetime) -> None:
    case.keep(now)


def _call(case: Case, now: datetime) -> None:
    case.say(now)


def _does(case: Case, change: Change) -> None:
    """Let an act have its effect."""
    case.promise, events = change
    case.events += events


def _due() -> Story:
    story = Story(
        "The due clock of one promise, from Wednesday 10:20 to Thursday 11:40",
        DUE,
        OVERDUE,
        made="Wed 10:20",
        due="Wed 15:00",
        opening="On the phone, Ana promises Maria a new router by 15:00.",
    )
    story.person(
        "Wed 16:20",
        "Ana calls: the courier was late. Moved to Thursday 12:00; the break stays.",
        lambda case, now: case.renegotiate(now, due_at=at("Thu 12:00")),
    )
    story.person("Thu 11:40", "The router is there: kept, late.", _keep)
    return story


def _word() -> Story:
    story = Story(
        "The word clock of one promise, from Tuesday 10:20 to Friday 14:40",
        WORD,
        SILENT,
        made="Tue 10:20",
        due="Fri 15:00",
        opening="On the phone, Ana promises Maria a new router by Friday 15:00.",
    )
    story.person(
        "Thu 11:50",
        "Ana calls: the courier has the parcel. That is a person’s word.",
        _call,
    )
    story.person(
        "Fri 11:40",
        "Ana mails: on track, nothing new. From now on the due clock comes first.",
        lambda case, now: case.say(now, by_mail=True),
    )
    story.person("Fri 14:40", "The router is there: kept on time.", _keep)
    return story


def _escalation() -> Story:
    story = Story(
        "A ladder being climbed, from Wednesday 14:00 to Thursday 12:40",
        OVERDUE,
        ladder(Trigger.OVERDUE),
        made="Wed 14:00",
        due="Wed 15:00",
        opening="On the phone, Ana promises Maria a new router by 15:00.",
    )

    def acknowledge(case: Case, now: datetime) -> None:
        case.promise, _ = ladders.acknowledge_all(
            case.promise, [Trigger.OVERDUE], at=now, rules=case.rules, surroundings=case.surroundings
        )

    story.person("Wed 15:05", "Ana calls Maria: it will be tomorrow. No missed mail goes.", _call)
    story.person("Wed 15:20", "Ana acknowledges: the climb stops for 2 hours.", acknowledge)
    story.person("Thu 12:40", "The router is there: kept, late.", _keep)
    return story


def _reply() -> Story:
    story = Story(
        "The reply clock, from Wednesday 15:00 to Thursday 15:20",
        WAITING,
        ladder(Trigger.UNANSWERED),
        made="Wed 11:00",
        due="Fri 15:00",
        opening="On the phone, Ana promises Maria a new router by Friday 15:00.",
    )

    def write(case: Case, now: datetime) -> None:
        case.ask(now)

    story.customer("Wed 15:00", "Maria writes: will somebody install it? We owe an answer within 4 hours.", write)
    story.customer("Thu 09:40", "Maria writes again before she is answered: a chase.", write)
    story.person("Thu 11:10", "Ana calls: yes, the courier installs it. Both messages are answered.", _call)
    story.customer("Thu 15:20", "Maria writes: thanks! Ana marks it so, with one key: nothing waits.")
    return story


def _handoff() -> Story:
    story = Story(
        "A handoff that lapses, and one that is accepted, from Wednesday 13:00 to Wednesday 16:40",
        OFFERED,
        ladder(Trigger.HANDOFF_LAPSED),
        made="Wed 11:00",
        due="Fri 15:00",
        opening="On the phone, Ana promises Maria a new router by Friday 15:00.",
    )

    def offer(case: Case, now: datetime) -> None:
        lapses_at = add(now, case.rules.acceptance_time, calendar=case.surroundings.calendar)
        _does(case, handing.offer(case.promise, at=now, lapses_at=lapses_at))

    def accept(case: Case, now: datetime) -> None:
        _does(case, handing.settle_offer(case.promise, at=now))
        change = acts.give_word(
            case.promise,
            at=now,
            recorded_at=now,
            by_mail=False,
            meaning=WordMeaning.NEWS,
            answers=False,
            words=case.words,
            rules=case.rules,
            surroundings=case.surroundings,
        )
        _does(case, change)

    story.person("Wed 13:00", "Ana offers it to Tomás with its story. Until he accepts, she answers for it.", offer)
    story.person("Wed 16:10", "Sofia asks around, and offers it to Eva. Ana still answers for it.", offer)
    story.person("Wed 16:40", "Eva accepts: it is hers. Maria is told that Eva looks after it now.", accept)
    return story


def _strain() -> Story:
    reasons = [
        (at("2026-10-19 11:00"), StrainSort.SILENCE, "Maria should have heard from us and has not"),
        (at("2026-10-20 09:30"), StrainSort.CHASE, "Maria asks again before she is answered"),
        (at("2026-10-21 15:00"), StrainSort.BROKEN, "A date passes"),
    ]
    felt = tuple(StrainReason(when, WEIGHTS[sort]) for when, sort, _ in reasons)
    around = surroundings(calendar=OFFICE, customer_zone="Europe/Lisbon", strain=felt)
    strained = Lane("strained", "bad", lambda p: None)
    story = Story(
        "Strain on one customer, from 19 October to 20 November",
        WORD,
        strained,
        made="Wed 10:20",
        due="Fri 15:00",
        opening="Ana promises her a new router by Friday 15:00. Strained, she must hear within half the time.",
        around=around,
    )
    for when, sort, text in reasons:
        now = strain.score(felt, at=when)
        story.lines.append(Line(when, Mark.CLOCK, f"{text}: {sort.value}, +{WEIGHTS[sort]:g}. Strain {now:g}."))
    halved = [when + strain.HALF_LIFE for when, _, _ in reasons]
    for when, (_, sort, _) in zip(halved[:2], reasons, strict=False):
        now = strain.score(felt, at=when)
        story.lines.append(Line(when, Mark.CLOCK, f"After 30 days the {sort.value} weighs half. Strain {now:g}."))
    changes = sorted([*(when for when, _, _ in reasons), *halved])
    begins = next(when for when in changes if around.is_strained(when, rules=STARTING))
    ends = next(when for when in changes if when > begins and not around.is_strained(when, rules=STARTING))
    story.added = [Bar(1, begins, ends)]
    story.person("Wed 14:50", "No holding mail goes to her now: a person has to. Ana calls.", _call)
    story.person("Thu 10:00", "Ana calls again; from here on the cadence is whole.", _call)
    story.person("Fri 09:20", "The router is there: kept on time.", _keep)
    return story


EXAMPLES: Mapping[str, Callable[[], Story]] = {
    "due": _due,
    "word": _word,
    "reply": _reply,
    "handoff-and-cover": _handoff,
    "strain": _strain,
    "escalation": _escalation,
}
"""The stories by the page they stand on, in the order of the index."""
