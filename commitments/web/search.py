"""The search: a page of its own, and what stands beneath the field on every page while somebody types."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from commitments import clock
from commitments.domain.references import read_reference
from commitments.models import leads
from commitments.models.identifiers import read_id
from commitments.selectors.questions import TEXT_AT_MOST
from commitments.selectors.search import Results, search
from commitments.web.pages import PageRequest, answer, signed_in
from commitments.web.reasons import reasons

SHORTLY = 5
"""How many promises, and how many customers, stand beneath the field."""
CUSTOMERS_AT_FIRST = 5
"""How many customers stand above the promises, before the reader asks for more of them."""


@signed_in
@require_safe
def show(request: PageRequest) -> HttpResponse:
    """Show what was found; a whole reference leads to its promise."""
    words = request.GET.get("q", "")[:TEXT_AT_MOST]
    if request.htmx.target == "top-found":
        found = search(actor=request.user, words=words, promises_at_most=SHORTLY, customers_at_most=SHORTLY)
        return answer(request, "commitments/search/short.html", _context(request, words, found))
    after, page = read_reference(request.GET.get("after", "")), read_id(request.GET.get("customers", ""))
    if after:
        found = search(actor=request.user, words=words, after=after, customers_at_most=0)
    elif page is not None:
        found = search(actor=request.user, words=words, page=page, promises_at_most=0)
    else:
        found = search(actor=request.user, words=words, customers_at_most=CUSTOMERS_AT_FIRST)
    context = _context(request, words, found) | {
        "after": after,
        "customers_page": page,
        "may_test": leads(request.user),
    }
    if request.htmx.target == "found":
        response = answer(request, "commitments/search/found.html", context | {"is_piece": True})
        response["HX-Replace-Url"] = address_of_search(words)
        return response
    if found.exact is not None and _means_the_promise(found):
        return redirect("commitments:promise", found.exact.reference)
    return answer(request, "commitments/search/page.html", context)


@signed_in
@require_safe
def customers(request: PageRequest) -> HttpResponse:
    """Lead to the search, where customers are found; with what was looked for."""
    return redirect(address_of_search(request.GET.get("q", "")))


def address_of_search(words: str) -> str:
    """Give the address under which the same is looked for again."""
    query = urlencode({"q": words}) if words else ""
    return reverse("commitments:search") + (f"?{query}" if query else "")


def _means_the_promise(found: Results) -> bool:
    """Tell a reference from a word that happens to be one: it has a digit, or nothing else is found."""
    return any(map(str.isdigit, found.question.reference)) or not found.promises


def _context(request: PageRequest, words: str, found: Results) -> dict[str, object]:
    now = clock.now()
    named, promises = (
        [{"promise": promise, "reasons": reasons(promise, now=now)} for promise in rows]
        for rows in (found.named, found.promises)
    )
    return {
        "now": now,
        "q": words,
        "found": found,
        "named": named,
        "rows": promises,
        "promises_shown": len(named) + len(promises),
        "all_url": address_of_search(words),
    }
