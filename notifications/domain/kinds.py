"""What a mail can be, where it stands, and why it waits. Plain words that rows, pages and templates share."""

import enum


class MailKind(enum.StrEnum):
    """Which mail it is; each has a folder of templates of that name."""

    PROMISED = "promised"
    """The receipt: what was promised, and by when."""
    HOLDING = "holding"
    """No news yet; by when the customer hears again."""
    UPDATE = "update"
    """A person's word."""
    RENEGOTIATED = "renegotiated"
    """A new date: what happened, what happens next, what the customer can do."""
    MISSED = "missed"
    """We missed our promise; by when a person will be in touch."""
    KEPT = "kept"
    """The promise has been kept."""
    WITHDRAWN = "withdrawn"
    """The promise is taken back, and why."""
    HANDED_OVER = "handed_over"
    """Who looks after the promise now, or while its owner is away."""
    REOPENED = "reopened"
    """A kept promise is open again, with a new date."""
    CORRECTED = "corrected"
    """What an earlier mail said wrongly, and what is right."""
    AFTERCARE = "aftercare"
    """Has what was kept solved the matter?"""

    REMINDER = "reminder"
    """To the owner: the date comes near."""
    STILL_ON_IT = "still_on_it"
    """To the owner: are you still on it?"""
    OVERDUE = "overdue"
    """To whom the ladder names: the date has passed."""
    SILENT = "silent"
    """To whom the ladder names: the customer has not heard from us."""
    UNDELIVERABLE = "undeliverable"
    """To whom the ladder names: our mail does not reach the customer."""
    UNANSWERED = "unanswered"
    """To whom the ladder names: the customer waits for an answer."""
    DISPUTED = "disputed"
    """To whom the ladder names: the customer says that it is not solved."""
    UNTOLD = "untold"
    """To whom the ladder names: the customer has not been told of bad news."""
    HANDOFF_LAPSED = "handoff_lapsed"
    """To whom the ladder names: nobody took the promise over in time."""
    HANDOFF_OFFERED = "handoff_offered"
    """To whoever is asked to take a promise over."""
    ANSWER_NOT_GIVEN = "answer_not_given"
    """To the owner: the customer has not answered our question; move the date."""
    CALL_INSTEAD = "call_instead"
    """To the owner: the address has had its automatic mails for the day; call."""
    LOST_MAIL = "lost_mail"
    """To the owner: nobody can tell whether a mail to the customer went."""
    GATHERED = "gathered"
    """To a colleague: several of the above in one mail."""
    SHIFT_LIST = "shift_list"
    """To a colleague, as their working day begins: what is on their desk."""


TO_COLLEAGUES = frozenset(
    {
        MailKind.REMINDER,
        MailKind.STILL_ON_IT,
        MailKind.OVERDUE,
        MailKind.SILENT,
        MailKind.UNDELIVERABLE,
        MailKind.UNANSWERED,
        MailKind.DISPUTED,
        MailKind.UNTOLD,
        MailKind.HANDOFF_LAPSED,
        MailKind.HANDOFF_OFFERED,
        MailKind.ANSWER_NOT_GIVEN,
        MailKind.CALL_INSTEAD,
        MailKind.LOST_MAIL,
        MailKind.GATHERED,
        MailKind.SHIFT_LIST,
    }
)
"""Mails that stay in the house."""

LISTS = frozenset({MailKind.GATHERED, MailKind.SHIFT_LIST})
"""Mails about many promises, or none."""

ABOUT_ONE = frozenset(MailKind) - LISTS

ASKS_THE_OWNER = frozenset(
    {
        MailKind.REMINDER,
        MailKind.STILL_ON_IT,
        MailKind.ANSWER_NOT_GIVEN,
        MailKind.CALL_INSTEAD,
        MailKind.LOST_MAIL,
    }
)
"""What goes to whoever answers for the promise, and to nobody else."""

WAKING_HOURS_HOLD = frozenset({MailKind.HOLDING, MailKind.AFTERCARE})
"""What waits for the customer's waking hours; what a person wrote, receipts and missed mails go at once."""

ONLY_NEWS_STOPS = frozenset({MailKind.HOLDING})
"""What a customer who asks for real news only gets no more."""

MAY_GO_AGAIN = frozenset(
    {
        MailKind.PROMISED,
        MailKind.HOLDING,
        MailKind.UPDATE,
        MailKind.RENEGOTIATED,
        MailKind.MISSED,
        MailKind.HANDED_OVER,
        MailKind.REOPENED,
        MailKind.CORRECTED,
    }
)
"""What a customer may be told again about an open promise, when their address has changed."""

NAMES_A_TIME = frozenset({MailKind.HOLDING, MailKind.MISSED})
"""Automatic words: each binds us to a time, and each is void if it does not go."""

ESCALATIONS = frozenset(
    {
        MailKind.OVERDUE,
        MailKind.SILENT,
        MailKind.UNANSWERED,
        MailKind.DISPUTED,
        MailKind.UNTOLD,
        MailKind.HANDOFF_LAPSED,
        MailKind.UNDELIVERABLE,
    }
)
"""What a ladder sends; the word is the trigger's own."""


class MailState(enum.StrEnum):
    """Where a mail stands."""

    PLANNED = "planned"
    """It goes when it is allowed to."""
    HELD = "held"
    """It waits for somebody's decision, not for a time."""
    SENDING = "sending"
    """A worker has it until the lease ends."""
    SENT = "sent"
    """It was handed to the mail server."""
    SHADOWED = "shadowed"
    """It would have gone, but the team is in shadow mode."""
    SUPERSEDED = "superseded"
    """It was not sent, because what it said no longer held or it was not allowed to go."""
    FAILED = "failed"
    """The mail server refused it."""
    UNKNOWN = "unknown"
    """Twice nobody could tell whether it had gone; it is not tried again."""


UNFINISHED = frozenset({MailState.PLANNED, MailState.HELD, MailState.SENDING})


class Hold(enum.StrEnum):
    """Why a mail waits."""

    WAKING_HOURS = "waking_hours"
    """For the customer's morning."""
    STOP_SWITCH = "stop_switch"
    """Automatic customer mail is stopped, here or in the team."""
    CALLING = "calling"
    """Somebody is on the line with the customer."""
    TRYING = "trying"
    """The customer has time to see whether the matter is solved before they are asked."""
    GATHERING = "gathering"
    """For other mails to the same colleague, to go together with them."""
    CATCH_UP = "catch_up"
    """Too many automatic mails at once after an outage: a supervisor decides."""
    LOST = "lost"
    """Nobody can tell whether it went, and the team wants a person to decide what is done."""


class NotSent(enum.StrEnum):
    """Why a mail was not sent."""

    ENDED = "ended"
    """The promise has ended."""
    OVERTAKEN = "overtaken"
    """A person's word took its place."""
    TOO_LATE = "too_late"
    """The word it carried was void before it could go."""
    NO_LONGER_SO = "no_longer_so"
    """What it was about is no longer so."""
    NO_ADDRESS = "no_address"
    """There is no address, or the person has left."""
    DO_NOT_MAIL = "do_not_mail"
    """The customer may not be mailed."""
    BY_PHONE = "by_phone"
    """The customer hears from us by phone only."""
    ONLY_LISTED = "only_listed"
    """This installation mails listed domains only."""
    DAILY_LIMIT = "daily_limit"
    """The address has had its automatic mails for the day."""
    DROPPED = "dropped"
    """A supervisor dropped it after an outage."""


class Delivery(enum.StrEnum):
    """What came back about a mail that had gone."""

    DEFERRED = "deferred"
    """The other side does not take it yet; it is tried again for us."""
    DELIVERED = "delivered"
    """The other side took it."""
    UNSUBSCRIBED = "unsubscribed"
    """The recipient wants no more of these: only real news."""
    SOFT_BOUNCED = "soft_bounced"
    """It came back, and the address is good: the mailbox was full, say."""
    FAILED = "failed"
    """The provider could not send it; the address has nothing to do with it."""
    REJECTED = "rejected"
    """The provider, or the other side, refused to deliver it."""
    BOUNCED = "bounced"
    """It came back: nobody is there."""
    COMPLAINED = "complained"
    """The recipient reported it as unwanted."""


class Suppressed(enum.StrEnum):
    """Why an address gets no mail; the words are those of customers' flags."""

    BOUNCED = "bounced"
    """Mail came back from there."""
    COMPLAINED = "complained"
    """Somebody there reported our mail as unwanted."""
    NOT_FOR_ME = "not_for_me"
    """Somebody there said that it was not for them."""


NOT_TOLD = frozenset({NotSent.NO_ADDRESS, NotSent.DO_NOT_MAIL, NotSent.BY_PHONE})
"""Reasons after which somebody else has to tell the customer, by telephone."""

NOT_RECEIVED = frozenset(
    {Delivery.SOFT_BOUNCED, Delivery.FAILED, Delivery.REJECTED, Delivery.BOUNCED, Delivery.COMPLAINED}
)
"""Results that take the word back."""
