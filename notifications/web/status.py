"""The status page: whether all that should have happened has, for everybody who works here."""

from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from django.views.decorators.http import require_safe

from commitments import clock
from commitments.models.people import is_staff_member
from commitments.web.pages import PageRequest, answer, signed_in, wants_piece
from notifications.selectors.lateness import Work
from notifications.selectors.status import read_status

SENTENCES = {
    Work.PROMISES: _("Time should have acted: a reminder, a holding mail, a missed date, an escalation."),
    Work.EVENTS: _("Nobody has looked yet at who has to be told."),
    Work.MAILS: _("Allowed to go, and not sent."),
}
"""What did not happen, for each sort of late work."""
LATE = {
    Work.PROMISES: ngettext_lazy("%(number)s promise late", "%(number)s promises late", "number"),
    Work.EVENTS: ngettext_lazy("%(number)s event late", "%(number)s events late", "number"),
    Work.MAILS: ngettext_lazy("%(number)s mail late", "%(number)s mails late", "number"),
}
"""How many of each sort are late."""


@signed_in
@require_safe
def show(request: PageRequest) -> HttpResponse:
    """Show the status; supervisors and leaders see the details. For strangers to every team it is not there."""
    if not is_staff_member(request.user):
        raise Http404
    now = clock.now()
    status = read_status(actor=request.user, now=now)
    late = [(item, LATE[item.what] % {"number": item.count}, SENTENCES[item.what]) for item in status.late]
    template = "status" if wants_piece(request, "status") else "status_page"
    context = {"status": status, "details": status.details, "late": late, "now": now, "zone": "UTC"}
    return answer(request, f"notifications/pages/{template}.html", context)
