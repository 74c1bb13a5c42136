"""A promise in one of the world's teams: its beginning, time and the mail, and the laws after every step."""

import contextlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from commitments.domain.business_time import Duration
from commitments.models import Commitment
from commitments.services import absences, keeping, promising, reachability
from commitments.services.refusals import Refused
from commitments.services.sweeping import sweep
from notifications.domain.kinds import Delivery, Suppressed
from notifications.models import Notification
from notifications.services.sending import dispatch
from notifications.services.tracking import record_delivery
from tests import factories
from tests.factories import NOW
from tests.statemachine import laws
from tests.statemachine.world import FATES, WayOut, World

MINUTE = timedelta(minutes=1)
GAPS = st.sampled_from(
    [MINUTE * count for count in (0, 0, 1, 5, 10, 20, 30, 60, 115, 120, 180, 235, 480, 1_445, 4_000)]
)
ODD = st.sampled_from([timedelta(), timedelta(microseconds=1), timedelta(seconds=7)])
AHEAD = st.sampled_from([MINUTE * count for count in (10, 50, 120, 300, 600, 1_440, 2_880, 10_000)])
MOST_CHECKS = 12


class Life(RuleBasedStateMachine):
    """One customer's promise in one of the world's teams."""

    world: ClassVar[World]

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.way_out = WayOut()
        self.reference = ""
        self.was: Commitment | None = None
        self._undone = transaction.atomic()
        self._undone.__enter__()

    def teardown(self) -> None:
        """Leave the database as it was."""
        transaction.set_rollback(True)
        self._undone.__exit__(None, None, None)

    # -- Beginning --------------------------------------------------------------------------------------------------

    @initialize(
        place=st.integers(0, 5),
        due_in=AHEAD,
        channel=st.sampled_from(["phone", "phone", "email", "api"]),
        mailable=st.sampled_from([True, True, True, False]),
        real_news_only=st.sampled_from([False, False, False, True]),
        cadence=st.sampled_from([None, None, None, "45min", "2bh"]),
        back=st.sampled_from([None, None, 10 * MINUTE]),
        receipt=st.sampled_from([True, True, False]),
        sort=st.sampled_from(["own", "own", "own", "in another's name", "kept on the call"]),
    )
    def make(
        self,
        place: int,
        due_in: timedelta,
        channel: str,
        mailable: bool,
        real_news_only: bool,
        cadence: str | None,
        back: timedelta | None,
        receipt: bool,
        sort: str,
    ) -> None:
        """Make the promise."""
        self.place = self.world.places[place]
        self.other = factories.customer(name="Ida Berg")
        self.customer = factories.customer(real_news_only=real_news_only)
        if not mailable:
            self.customer.email = ""
            self.customer.save(update_fields=["email"])
        values: dict[str, Any] = {
            "actor": self.place.agents[0],
            "customer": self.customer,
            "kind": self.place.kind,
            "promise": "send you a replacement router",
            "due_at": self.now + due_in,
            "channel": channel,
            "now": self.now,
            "team": self.place.team,
            "agreed_cadence": Duration.parse(cadence) if cadence else None,
            "happened_at": self.now - back if back else None,
            "notify_customer": receipt,
        }
        if sort == "kept on the call":
            made = keeping.keep_on_the_call(**values | {"channel": "phone"})
        else:
            made = promising.make_promise(**values, owner=self.place.agents[sort == "in another's name"])
        self.reference = made.reference

    @property
    def promise(self) -> Commitment:
        """The promise as it is stored."""
        return Commitment.objects.select_related("customer", "policy").get(reference=self.reference)

    @property
    def stands(self) -> Commitment:
        """The promise as it stood after the last step: what a rule may go by is asked before every one of them."""
        return self.was or self.promise

    @property
    def agent(self) -> Any:
        """Whoever acts: somebody who leads, and may do it all."""
        return self.world.leader

    @contextlib.contextmanager
    def asking(self) -> Iterator[None]:
        """Ask for something that may be refused, and then has stored nothing."""
        before = self.promise
        try:
            with transaction.atomic():
                yield
        except Refused:
            after = self.promise
            assert after.version == before.version

    def at(self, back: timedelta | None) -> datetime | None:
        """Give when something happened that is recorded now; nothing for now."""
        return None if back is None else max(self.now - back, self.promise.started_at)

    # -- Time -------------------------------------------------------------------------------------------------------

    @rule(gap=GAPS, odd=ODD, fate=st.sampled_from(FATES))
    def wait_punctually(self, gap: timedelta, odd: timedelta, fate: str) -> None:
        """Let time pass as it does where a worker runs: swept at every next check, mails sent at once."""
        until = self.now + gap + odd
        for _ in range(MOST_CHECKS):
            check_at = self.promise.next_check_at
            if check_at is None or check_at > until:
                break
            self.now = max(self.now, check_at)
            self.sweep()
            self.send([fate])
            fate = "goes"
        self.now = until

    @rule(gap=GAPS, odd=ODD)
    def wait(self, gap: timedelta, odd: timedelta) -> None:
        """Let time pass while no worker runs."""
        self.now += gap + odd

    @rule(before=ODD)
    def wait_for_the_next_check(self, before: timedelta) -> None:
        """Let time pass up to the very instant of the next check, or just before."""
        check_at = self.promise.next_check_at
        if check_at is not None:
            self.now = max(self.now, check_at - before)

    @rule()
    def wait_for_the_date(self) -> None:
        """Let time pass up to the very instant of the date."""
        self.now = max(self.now, self.promise.due_at)

    @rule()
    def sweep(self) -> None:
        """Let a worker look."""
        absences.apply_absences(now=self.now)
        sweep(now=self.now)
        laws.check_swept(self.promise, now=self.now)

    # -- Mail -------------------------------------------------------------------------------------------------------

    @rule(fates=st.lists(st.sampled_from(FATES), max_size=3))
    def send(self, fates: list[str]) -> None:
        """Let a worker send what is due."""
        self.way_out.fates = list(fates)
        before = len(self.way_out.sent)
        dispatch(now_source=lambda: self.now, connection=self.way_out)
        assert len(self.way_out.sent) == len(set(self.way_out.sent))
        gone = Notification.objects.filter(message_id__in=self.way_out.sent[before:]).select_related("commitment")
        laws.check_sent(list(gone))

    @rule(which=st.integers(0, 9), result=st.sampled_from(sorted(Delivery)))
    def hear_of_a_mail(self, which: int, result: Delivery) -> None:
        """Be told what became of a mail that had gone."""
        sent = list(Notification.objects.filter(state="sent", to_customer=True).order_by("id"))
        if sent:
            mail = sent[-1 - which % len(sent)]
            suppressed = Suppressed(result.value) if result in {Delivery.BOUNCED, Delivery.COMPLAINED} else None
            record_delivery(
                message_id=mail.message_id, result=result, suppressed=suppressed, occurred_at=self.now, now=self.now
            )

    @precondition(lambda self: self.stands.customer.email)
    @rule()
    def correct_the_address(self) -> None:
        """Put the customer's address right."""
        reachability.address_changed(customer=self.promise.customer, now=self.now)

    # -- Laws -------------------------------------------------------------------------------------------------------

    @invariant()
    def laws_hold(self) -> None:
        """Look at everything after every step."""
        if not self.reference:
            return
        promise = self.promise
        try:
            laws.check(promise, was=self.was or promise, now=self.now)
        except AssertionError as error:
            error.add_note(laws.told(promise))
            raise
        self.was = promise
