"""How much a full Board weighs: it is fetched again every 15 seconds, by every supervisor."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from commitments.models import Team
from commitments.services.sweeping import sweep
from commitments.services.views import save_view
from tests import factories

STATIC = Path(__file__).resolve().parents[3] / "commitments" / "static" / "commitments"

NAMES = [
    "Maria Lopez",
    "Aditi Krishnamurthy Venkataraman",
    "Σοφία Παπαδοπούλου",
    "Александра Виноградова",
    "مريم بنت خالد بن عبد العزيز",
    "山田花子",
    "Camila Ferreira dos Santos",
    "Zoë O’Connor-Brontë",
    "Nguyễn Thị Minh Khai",
    "Ann “Nan” O'Neill & Sons <Ltd>",
]
WORDS = [
    "call you back about the refund",
    "find out whether the tariff can be changed in mid-month, and what that would come to for the second flat",
    "поставить новый маршрутизатор и проверить линию до конца недели",
    "σας τηλεφωνήσουμε μόλις ο τεχνικός κοιτάξει τη γραμμή",  # noqa: RUF001 - Greek
    "نتصل بك بخصوص الفاتورة الثانية قبل نهاية الأسبوع",
    "请在周五之前确认第二张发票的来源并回电话给您",
    "send the form for a deceased relative’s account 📮",
]


@pytest.fixture
def full(team: Team, sofia: Any, now: datetime) -> None:
    """Fill a page: what is late, silent and strained, then what is due in the hours ahead, of a dozen agents."""
    agents = [
        factories.agent(team=team, first_name=f"Anna-Lena {number}", last_name="Hohenstein") for number in range(12)
    ]
    customers = [factories.customer(name=name, email="") for name in NAMES]
    for number in range(70):
        is_late = number < 35
        factories.promise(
            owner=agents[number % len(agents)],
            customer=customers[number % len(customers)],
            promise=WORDS[number % len(WORDS)],
            case_ref=f"CASE-2026-{number:05}" if number % 2 else "",
            contact_route="phone",
            now=now - timedelta(days=2, hours=number),
            due_at=now - timedelta(hours=26) if is_late else now + timedelta(minutes=30 + 60 * (number % 9)),
        )
    sweep(now=now)
    for name in ("Late repairs", "Callbacks of today", "Bad news of the night team"):
        save_view(actor=sofia, team=team, name=name, query="kind=fix&state=overdue", now=now)


@pytest.mark.usefixtures("full")
class TestAFullPage:
    """Fifty rows, and more on the next page."""

    def test_is_under_60_kb(self, supervisors_client: Client) -> None:
        page = supervisors_client.get("/board/")
        assert len(page.context["board"].rows) == 50
        assert sum(len(row.ladders) >= 2 for row in page.context["board"].rows) >= 35
        assert all(row.strain.reasons for row in page.context["board"].rows)
        assert len(page.context["load"].lines) == 6
        assert len(page.content) < 60_000

    def test_spends_less_than_a_thousand_bytes_on_a_row(self, supervisors_client: Client) -> None:
        rows = re.findall(r'<tr id="row-.*?</tr>', supervisors_client.get("/board/").content.decode(), re.DOTALL)
        assert len(rows) == 50
        assert sum(len(row.encode()) for row in rows) < 50 * 1000


def test_cuts_what_is_very_long(supervisors_client: Client, ana: Any) -> None:
    customer = factories.customer(name="x" * 200)
    factories.promise(owner=ana, customer=customer, promise="y" * 4000, case_ref="z" * 100)
    page = supervisors_client.get("/board/").content.decode()
    assert "x" * 59 + "…" in page
    assert "y" * 109 + "…" in page
    assert "z" * 39 + "…" in page


def test_draws_the_icons_of_the_sprite() -> None:
    sprite = (STATIC / "icons.svg").read_text()
    drawn = re.findall(r'\.i-([a-z-]+)::before \{ --icon: url\("data:[^>"]*?%3E(.*)%3C/svg%3E"\)', _style())
    assert len(drawn) >= 12
    for name, body in drawn:
        symbol = re.search(rf'<symbol id="{name}" viewBox="0 0 24 24">(.*?)</symbol>', sprite)
        assert symbol
        assert body.replace("%3C", "<").replace("%3E", ">").replace("'", '"') == symbol[1]


def test_draws_every_icon_that_a_row_or_a_tile_can_have() -> None:
    code = [(STATIC.parents[1] / "web" / name).read_text() for name in ("reasons.py", "board.py")]
    tones = "overdue|silent|waiting|undeliverable|calm|soon|kept"
    named = {name for text in code for name in re.findall(rf'"(?:{tones})", "([a-z-]+)"', text)}
    named |= {
        name for text in code for name in re.findall(r'Reason\((?:tone|_nearness\([^)]*\)\)?), "([a-z-]+)"', text)
    }
    assert "phone" in named
    assert {name for name in named if f".i-{name}::before" not in _style()} == set()


def _style() -> str:
    return (STATIC / "icons.css").read_text()
