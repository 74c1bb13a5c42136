"""The settings pages: teams and their people, calendars, policies, customers; promises and timelines to look at.

Nothing here acts on one promise: people's acts go through the pages, where the clocks and the timeline keep up. A
calendar that changes times the open promises of its teams anew.
"""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from commitments.admin.calendars import BusinessCalendarAdmin
from commitments.admin.people import ColleagueAdmin, CustomerAdmin, OrganisationAdmin, TeamAdmin
from commitments.admin.policies import PolicyAdmin
from commitments.admin.record import CommitmentAdmin, CommitmentEventAdmin, LetterAdmin

__all__ = [
    "BusinessCalendarAdmin",
    "ColleagueAdmin",
    "CommitmentAdmin",
    "CommitmentEventAdmin",
    "CustomerAdmin",
    "LetterAdmin",
    "OrganisationAdmin",
    "PolicyAdmin",
    "TeamAdmin",
]

admin.site.site_header = _("Kept: settings")
admin.site.site_title = "Kept"
admin.site.index_title = _("Settings")
