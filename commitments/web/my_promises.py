"""The Desk's list, as its page shows it: rows by urgency with what can be done to each, calls, what is to accept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.forms.utils import flatatt
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from commitments.models import Commitment, CommitmentEvent, EventText
from commitments.selectors.away import own_absence
from commitments.selectors.calling import callers_of
from commitments.selectors.desk import read_desk
from commitments.selectors.handoffs import offered_by, offered_to
from commitments.selectors.replies import waiting_messages_of
from commitments.selectors.shift import count_shift
from commitments.selectors.strain import Strained
from commitments.services.word import NOTHING_NEW_RUNS
from commitments.web.away import zone_of
from commitments.web.calls import shown_calls
from commitments.web.fields import PageForm
from commitments.web.reasons import Reason, day_of, needs_somebody, reasons

NOW = "now"
GROUPS = {NOW: _("Needs you now"), "today": _("Today"), "tomorrow": _("Tomorrow"), "later": _("Later")}
"""The parts of the list, in order, and their names."""
NEAR_THE_END = timedelta(hours=1)
"""How long before a day's end the Desk says what falls due before the next one."""
OPEN_KEYS, ENDED_KEYS, THANKS_KEY = "kcanumh", "u", "t"


@dataclass(frozen=True)
class Row:
    """One promise of the list. `refused`: the form of an answer by one press that could not be taken."""

    promise: Commitment
    actor: Any
    messages: tuple[CommitmentEvent, ...] = ()
    """What the customer wrote or said and waits for an answer to, the oldest first."""
    caller: Any = None
    """Who is on the line with them now."""
    reasons: tuple[Reason, ...] = ()
    strain: Strained | None = None
    group: str = ""
    refused: PageForm | None = None

    @property
    def keys(self) -> str:
        """The keys of the acts that can be done, as `data-can` names them."""
        is_open = self.promise.ended_at is None
        asks = self.promise.customer_waiting_since is not None or self.promise.disputed_since is not None
        keys = OPEN_KEYS if is_open else ENDED_KEYS if asks else ""
        return keys + (THANKS_KEY if self.messages else "")

    @property
    def on_the_line(self) -> bool:
        """Whether it is I who am on the line."""
        return bool(self.caller == self.actor)

    @property
    def way(self) -> str:
        """How the customer hears of “nothing new” by one key: as it is said, on the line or where no mail can go."""
        return "mail" if self.promise.goes_by_mail and not self.on_the_line else "told"

    @property
    def needs_sentence(self) -> bool:
        """Whether one more “nothing new” needs a sentence of its own."""
        return self.promise.nothing_new_run + 1 >= NOTHING_NEW_RUNS

    @property
    def thanks(self) -> str:
        """The one message that could be thanks; nothing where there are several, which have to be looked at."""
        return str(self.messages[0].pk) if len(self.messages) == 1 else ""

    @property
    def data(self) -> SafeString:
        """What the page's script knows of the row, as attributes."""
        promise = self.promise
        return flatatt(
            {
                "data-row": promise.reference,
                "data-version": promise.version,
                "data-can": self.keys,
                "data-way": self.way,
                "data-mails": promise.goes_by_mail,
                "data-ended": promise.ended_at is not None,
                "data-line": self.on_the_line,
                "data-needs-sentence": self.needs_sentence,
                "data-thanks": self.thanks or None,
                "data-tel": promise.customer.phone or None,
            }
        )

    @cached_property
    def said(self) -> str:
        """What the customer said last, as long as it has not been erased."""
        texts = self.messages[-1].texts.all() if self.messages else ()
        return next((text.words for text in texts if text.field == EventText.Field.SAID), "")


def my_promises(
    request: HttpRequest,
    *,
    now: datetime,
    refused: tuple[Commitment, PageForm] | None = None,
    unanswered: tuple[Commitment, PageForm] | None = None,
) -> dict[str, Any]:
    """Read the Desk's promises into groups; one that could not be answered carries the form that says why.

    `unanswered`: an offer that could not be, with its form.
    """
    actor = request.user
    desk = read_desk(actor=actor, now=now, everything="all" in request.GET)
    promises = list(desk.promises)
    if refused is not None and all(promise.pk != refused[0].pk for promise in promises):
        # Answered, ended or handed on meanwhile: it stays in sight for as long as its refusal is shown.
        gone = refused[0]
        gone.refresh_from_db()
        promises.insert(0, gone)
    called = [call.commitment for call in desk.calls]
    callers = callers_of([*promises, *called], now=now)
    waiting = waiting_messages_of([*promises, *called])

    def row(promise: Commitment, **more: Any) -> Row:
        messages = tuple(waiting.get(promise.pk, ()))
        return Row(promise=promise, actor=actor, messages=messages, caller=callers.get(promise.pk), **more)

    rows = []
    for promise in promises:
        ladders = getattr(promise, "open_ladders", ())
        urgent = needs_somebody(promise, now=now, ladders=ladders)
        rows.append(
            row(
                promise,
                reasons=reasons(promise, now=now, ladders=ladders),
                strain=desk.strains.get(promise.customer_id),
                group=NOW if urgent else day_of(promise, now=now),
                refused=refused[1] if refused is not None and refused[0].pk == promise.pk else None,
            )
        )
    groups = [(key, name, [one for one in rows if one.group == key]) for key, name in GROUPS.items()]
    return {
        "now": now,
        "desk": desk,
        "groups": [group for group in groups if group[2]],
        "away_zone": zone_of(actor),
        "own_absence": own_absence(actor=actor, now=now),
        "calls": [call | {"row": row(call["promise"])} for call in shown_calls(desk.calls)],
        "sent": list(offered_by(actor=actor, now=now)),
        **_shift(actor, now=now),
        **_asked(request, unanswered=unanswered),
    }


def _shift(actor: Any, *, now: datetime) -> Mapping[str, Any]:
    """Read today against my shift's end; near that end, what falls due before the next one stands out."""
    counts = count_shift(actor=actor, now=now)
    ends_soon = counts is not None and counts.shift.ends_at - now <= NEAR_THE_END
    return {"shift": counts, "hands_on": ends_soon and counts is not None and counts.between > 0}


def _asked(request: HttpRequest, *, unanswered: tuple[Commitment, PageForm] | None) -> dict[str, Any]:
    """Read what waits to be accepted; what was wrong with an answer stands with its offer, or alone if that is gone."""
    pk = unanswered[0].pk if unanswered is not None else None
    form = unanswered[1] if unanswered is not None else None
    offers = list(offered_to(actor=request.user))
    return {
        "asked": [(offer, form if offer.commitment_id == pk else None) for offer in offers],
        "gone": form if all(offer.commitment_id != pk for offer in offers) else None,
    }
