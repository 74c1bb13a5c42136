"""The customer's page as they see it, for colleagues: their own page, in their language, that takes no answer."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commitments import clock
from commitments.languages import speaking
from commitments.models.identifiers import read_id
from commitments.web.customer_page import context_of, language_of
from commitments.web.pages import PageRequest, promise_or_404, signed_in


@signed_in
@require_safe
def show(request: PageRequest, reference: str) -> HttpResponse:
    """Show the page of a promise's customer, or of somebody who watches it (`reader`)."""
    commitment = promise_or_404(actor=request.user, reference=reference)
    readers = [commitment.customer, *(row.customer for row in commitment.watchers.select_related("customer"))]
    wanted = read_id(request.GET.get("reader", ""))
    reader = next((reader for reader in readers if reader.pk == wanted), commitment.customer)
    with speaking(language_of(reader, commitment)):
        context = context_of(commitment, reader=reader, now=clock.now()) | {"readers": readers}
        return render(request, "commitments/promise/as_seen.html", context)
