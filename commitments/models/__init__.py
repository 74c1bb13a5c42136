"""Rows, constraints and query sets, by noun."""

from commitments.models.calendars import BusinessCalendar, ClosedDay
from commitments.models.commitment import CLOCK_FIELDS, Commitment, Escalation
from commitments.models.people import LEADERS, Customer, Membership, Team, is_staff_member, leads, person
from commitments.models.policy import EscalationStep, Kind, Policy
from commitments.models.timeline import CommitmentEvent, EventText, PendingEvent, Word, clock_words

__all__ = [
    "CLOCK_FIELDS",
    "LEADERS",
    "BusinessCalendar",
    "ClosedDay",
    "Commitment",
    "CommitmentEvent",
    "Customer",
    "Escalation",
    "EscalationStep",
    "EventText",
    "Kind",
    "Membership",
    "PendingEvent",
    "Policy",
    "Team",
    "Word",
    "clock_words",
    "is_staff_member",
    "leads",
    "person",
]
