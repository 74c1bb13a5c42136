"""Business time: opening hours, and adding, subtracting and measuring time by them.

A minute is open when its local wall time lies in that weekday's intervals and its date is not closed. So
the hour that autumn repeats counts twice, and the one that spring skips not at all. The rest follows from
this and from "adding gives the earliest instant that fits, subtracting the latest":

- An interval is open from its start up to its end. The end itself (17:00 sharp) is closed but still lies
  within the working day: eight hours from 09:00 end at 17:00, not at 09:00 tomorrow.
- An *open date* has at least one open minute. Dates without intervals and closed ones have none; nor has
  one that the zone left out (30 December 2011 in Samoa), or whose only interval the clocks skip.
- n business days lead to the start's wall time on the n-th open date after (before) its local date, which
  need not be open itself. That wall time stands if it is open or the very end of open time; otherwise it
  moves forward to the next opening (back to the last end of open time).
- A wall time that comes twice is its first occurrence in adding and its last in subtracting. One that the
  clocks skip stands for the instant at which they jump, and is then treated like any other.
- A duration of nothing gives the start itself, open or not.

Every instant is an aware datetime: any zone is taken, UTC is given back. Time is continuous, seconds and
less are kept; only intervals are told in minutes. Nothing here reads the clock or knows where a calendar
is stored.
"""

from commitments.domain.business_time.arithmetic import (
    add,
    add_open_time,
    end_of_day,
    is_open,
    is_working_instant,
    next_open,
    open_spans,
    open_time_between,
    previous_open_end,
    subtract,
    subtract_open_time,
)
from commitments.domain.business_time.calendars import Calendar, OpenInterval
from commitments.domain.business_time.durations import Duration, DurationSort
from commitments.domain.business_time.errors import (
    BusinessTimeError,
    ClosedDay,
    DurationError,
    InvalidCalendar,
    NeverOpen,
    NonexistentTime,
    OutOfRange,
    UnknownZone,
)
from commitments.domain.business_time.wall_time import to_instant

__all__ = [
    "BusinessTimeError",
    "Calendar",
    "ClosedDay",
    "Duration",
    "DurationError",
    "DurationSort",
    "InvalidCalendar",
    "NeverOpen",
    "NonexistentTime",
    "OpenInterval",
    "OutOfRange",
    "UnknownZone",
    "add",
    "add_open_time",
    "end_of_day",
    "is_open",
    "is_working_instant",
    "next_open",
    "open_spans",
    "open_time_between",
    "previous_open_end",
    "subtract",
    "subtract_open_time",
    "to_instant",
]
