"""Whatever people type is shown as they typed it, and nothing breaks."""

import itertools
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from commitments.domain.clocks import WordMeaning
from commitments.services.word import give_word
from tests import factories

NAMES = [
    "x" * 200,
    "Wolfeschlegelsteinhausenbergerdorff " * 5,
    '<script>alert("1")</script> & “Söhne”',
    "مريم بنت خالد آل سعيد",
    "👩‍👩‍👧‍👦 Zoë \u202eevil",
    "{{ 7|add:7 }}{% now 'Y' %}",
    "O'Brien; DROP TABLE--",
]
WORDS = ["y" * 5000, "two\n\nparagraphs\n- and a list", "<h1>big</h1><img src=x onerror=alert(1)>", "‮right to left"]


@pytest.mark.parametrize(("name", "words"), list(itertools.product(NAMES, WORDS[:2])) + [(NAMES[2], w) for w in WORDS])
def test_every_page_shows_it(
    client: Client, supervisors_client: Client, ana: Any, now: datetime, name: str, words: str
) -> None:
    customer = factories.customer(name=name[:200].strip(), reached_best=words[:300])
    promise = factories.promise(
        owner=ana,
        customer=customer,
        promise=words,
        need=words,
        case_ref=name[:100],
        due_at=now + timedelta(hours=3),
    )
    give_word(actor=ana, reference=promise.reference, now=now, meaning=WordMeaning.NEWS, message=words, by_mail=False)
    addresses = ["/", f"/promises/{promise.reference}/", f"/customers/{customer.pk}/", f"/search/?q={name[:20]}"]
    for page in [client.get(address) for address in addresses] + [supervisors_client.get("/board/")]:
        assert page.status_code == 200
        shown = page.content.decode()
        assert "<script>alert" not in shown
        assert "<h1>big" not in shown
        assert "onerror=alert(1)>" not in shown
        assert "{{ 7" in shown or not name.startswith("{{")
