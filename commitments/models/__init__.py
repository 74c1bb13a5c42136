"""Rows, constraints and query sets, by noun."""

from commitments.models.calendars import BusinessCalendar, ClosedDay
from commitments.models.commitment import CLOCK_FIELDS, Commitment, Escalation
from commitments.models.handoff import Handoff
from commitments.models.links import CustomerLink
from commitments.models.people import (
    LEADERS,
    Absence,
    Customer,
    Membership,
    Organisation,
    Team,
    is_staff_member,
    leads,
    person,
)
from commitments.models.pictures import Picture
from commitments.models.policy import EscalationStep, Kind, Policy
from commitments.models.relations import Incident, Letter, Strain, Watcher
from commitments.models.search import CustomerEntry, OrganisationEntry, PromiseEntry
from commitments.models.self_test import SelfTest
from commitments.models.timeline import (
    CommitmentEvent,
    EventText,
    PendingEvent,
    Word,
    asks_of,
    clock_asks,
    clock_words,
)
from commitments.models.views import SavedView

__all__ = [
    "CLOCK_FIELDS",
    "LEADERS",
    "Absence",
    "BusinessCalendar",
    "ClosedDay",
    "Commitment",
    "CommitmentEvent",
    "Customer",
    "CustomerEntry",
    "CustomerLink",
    "Escalation",
    "EscalationStep",
    "EventText",
    "Handoff",
    "Incident",
    "Kind",
    "Letter",
    "Membership",
    "Organisation",
    "OrganisationEntry",
    "PendingEvent",
    "Picture",
    "Policy",
    "PromiseEntry",
    "SavedView",
    "SelfTest",
    "Strain",
    "Team",
    "Watcher",
    "Word",
    "asks_of",
    "clock_asks",
    "clock_words",
    "is_staff_member",
    "leads",
    "person",
]
