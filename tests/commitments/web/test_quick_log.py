"""The quick-log line …"""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commitments.models import Commitment, Customer, Membership, Team
from tests import factories

HTMX = {"HX-Request": "true"}
ENDLESS = '{"text": "", "who": "", "customer": "", "due": "", "read": {}, "options": [Infinity]}'
LINE = "call Maria Lopez back tomorrow 3pm about the refund"
THREE_TOMORROW = datetime(2026, 11, 19, 15, tzinfo=UTC)


@pytest.fixture
def maria(team: Team) -> Customer:
    return factories.customer(name="Maria Lopez", email="maria@example.org", phone="+351910000001")


def preview(client: Client, line: str, **beside: Any) -> str:
    response = client.post("/desk/line/read/", {"line": line} | fields(beside), headers=HTMX)
    assert response.status_code == 200
    return unescape(response.content.decode())


def enter(client: Client, line: str, **beside: Any) -> Any:
    return client.post("/desk/line/", {"line": line} | fields(beside), headers=HTMX)


def fields(beside: dict[str, Any]) -> dict[str, Any]:
    return {f"line-{name}": value for name, value in beside.items()}


def shown(piece: str) -> str:
    """Give what a preview has written down of itself."""
    found = re.search(r'name="line-shown" value="(.*?)">', piece)
    assert found is not None
    return found[1]


def shown_for(client: Client, line: str, **beside: Any) -> str:
    response = client.post("/desk/line/read/", {"line": line} | fields(beside), headers=HTMX)
    return unescape(shown(response.content.decode()))


def asked(response: Any) -> str:
    assert response.status_code == 422
    assert not Commitment.objects.exists()
    return unescape(response.content.decode())


def picked(piece: str) -> str:
    """Give the value of the customer's radio button that is pressed."""
    found = re.findall(r'name="line-customer" id="[^"]*" value="([^"]*)" checked', piece)
    assert len(found) <= 1
    return found[0] if found else ""


# -- Shows while it is typed


def test_shows_whom_by_when_and_which_words(client: Client, maria: Customer) -> None:
    piece = preview(client, LINE)
    assert "Thu 19 Nov, 15:00 (Lisbon)" in piece
    assert "in 1 d 4 h" in piece
    assert picked(piece) == str(maria.pk)
    assert 'value="to call you back about the refund"' in piece
    assert '<option value="callback" selected>' in piece
    assert "goes to <bdi>maria@example.org</bdi>" in piece
    assert "Enter logs it." in piece


def test_says_the_time_in_the_customers_zone_as_well(client: Client, maria: Customer) -> None:
    maria.time_zone = "Asia/Tokyo"
    maria.save()
    piece = preview(client, LINE)
    assert "Thu 19 Nov, 15:00 (Lisbon)" in piece
    assert "Fri 20 Nov, 00:00 (Tokyo)" in piece


def test_stores_nothing_while_it_is_typed(client: Client) -> None:
    preview(client, LINE)
    assert not Commitment.objects.exists()
    assert not Customer.objects.exists()


def test_says_when_nobody_works_then(client: Client, maria: Customer) -> None:
    piece = preview(client, "call Maria Lopez back tomorrow 8pm")
    assert "Nobody works then; work begins again" in piece
    assert "Fri 20 Nov, 09:00 (Lisbon)" in piece


def test_takes_a_day_alone_as_its_end(client: Client, maria: Customer) -> None:
    piece = preview(client, "call Maria Lopez back on Friday")
    assert "Fri 20 Nov, 18:00 (Lisbon)" in piece
    assert "the end of that day" in piece


@pytest.mark.parametrize("words", ["maria@example.org", "MARIA@example.org", "+351 910 000 001", "910-000-001"])
def test_knows_a_customer_by_address_and_number(client: Client, maria: Customer, words: str) -> None:
    factories.customer(name="Emily Carter", phone="+351910000777")
    assert picked(preview(client, f"call {words} back tomorrow 3pm")) == str(maria.pk)


@pytest.mark.parametrize("words", ["Maria Lopez", "maria lopez", "910 000 001", "maria@example.org"])
def test_shows_their_open_promises_for_a_name_or_number_alone(
    client: Client, ana: Any, maria: Customer, words: str
) -> None:
    promise = factories.promise(owner=ana, customer=maria, promise="send you a replacement router")
    piece = preview(client, words)
    assert picked(piece) == str(maria.pk)
    assert "Promised already and still open" in piece
    assert "send you a replacement router" in piece
    assert f'href="/promises/{promise.reference}/"' in piece


def test_knows_a_customer_by_a_reference(client: Client, ana: Any, maria: Customer) -> None:
    promise = factories.promise(owner=ana, customer=maria)
    assert picked(preview(client, promise.reference.lower())) == str(maria.pk)


def test_shows_no_promises_of_other_teams(client: Client, maria: Customer) -> None:
    factories.promise(customer=maria, promise="the secret one")
    piece = preview(client, LINE)
    assert "the secret one" not in piece
    assert "Nothing else is open for them" in piece


def test_says_that_an_open_promise_is_overdue(client: Client, ana: Any, maria: Customer, now: datetime) -> None:
    factories.promise(owner=ana, customer=maria, now=now - timedelta(hours=5), due_at=now - timedelta(hours=2))
    assert "overdue since" in preview(client, LINE)


def test_offers_all_who_fit_and_chooses_nobody(client: Client, maria: Customer) -> None:
    factories.customer(name="Maria Lopez", email="other@example.org")
    piece = preview(client, LINE)
    assert picked(piece) == ""
    assert "maria@example.org" in piece
    assert "other@example.org" in piece


def test_takes_the_one_whose_whole_name_it_is(client: Client, maria: Customer) -> None:
    factories.customer(name="Maria Lopez Garcia")
    assert picked(preview(client, LINE)) == str(maria.pk)


def test_takes_no_first_name_for_the_whole_one(client: Client, maria: Customer) -> None:
    factories.customer(name="Maria")
    assert picked(preview(client, "call Maria back tomorrow 3pm")) == ""


def test_takes_a_new_customer_down_beside_the_line(client: Client, team: Team) -> None:
    piece = preview(client, "call Zoë Quinn +351 910 000 999 back tomorrow 3pm about the refund")
    assert picked(piece) == "new"
    assert 'name="line-name" id="id_line-name" maxlength="200" dir="auto" value="Zoë Quinn"' in piece
    assert 'value="+351910000999"' in piece
    assert "Nobody is mailed: no mail address of theirs is known." in piece


def test_asks_whether_a_known_name_with_an_unknown_address_is_them(client: Client, maria: Customer) -> None:
    piece = preview(client, "call Maria Lopez new@example.org back tomorrow 3pm")
    assert picked(piece) == ""
    assert "new@example.org</bdi> is not theirs as far as is known" in piece


@pytest.mark.parametrize(
    ("flags", "shadow", "sentence"),
    [
        ({"email": ""}, False, "no mail address of theirs is known"),
        ({"do_not_mail": "asked"}, False, "asked not to be mailed"),
        ({}, True, "Customer care is in shadow mode"),
    ],
)
def test_says_why_nobody_is_mailed(
    client: Client, team: Team, maria: Customer, flags: dict[str, str], shadow: bool, sentence: str
) -> None:
    Customer.objects.filter(pk=maria.pk).update(**flags)
    Team.objects.filter(pk=team.pk).update(is_shadow=shadow)
    assert f"Nobody is mailed: {sentence}." in preview(client, LINE)


def test_keeps_to_the_phone_with_whom_it_was_agreed(client: Client, ana: Any, maria: Customer) -> None:
    factories.promise(owner=ana, customer=maria, contact_route="phone")
    assert "they hear from us by phone only" in preview(client, LINE)
    enter(client, LINE)
    assert Commitment.objects.latest("made_at", "pk").contact_route == "phone"


def test_warns_of_an_hour_that_is_fuller_than_usual(client: Client, ana: Any, maria: Customer) -> None:
    for _ in range(3):
        assert "due in that hour" not in preview(client, LINE)
        factories.promise(owner=ana, due_at=THREE_TOMORROW + timedelta(minutes=30))
    assert "With this one you would have 4 due in that hour; as a rule you keep 3." in preview(client, LINE)


def test_asks_an_unclear_time_back_with_choices(client: Client, maria: Customer) -> None:
    piece = preview(client, "call Maria Lopez back tomorrow 3 about the refund")
    lines = re.findall(r'name="pick" value="([^"]*)"', piece)
    assert len(lines) >= 2
    assert all("Maria Lopez" in line for line in lines)
    assert "Thu 19 Nov, 15:00 (Lisbon)" in preview(client, next(line for line in lines if "15:00" in line))


def test_asks_a_closed_day_back_with_the_open_ones_beside_it(client: Client, maria: Customer) -> None:
    piece = preview(client, "call Maria Lopez back on Saturday about the refund")
    assert "Saturday 21 November is closed: give a time, or another day." in piece
    for day in ("Fri 20 Nov", "Mon 23 Nov"):
        (line,) = re.findall(rf'name="pick" value="([^"]*{day}[^"]*)"', piece)
        assert f"{day}, 18:00 (Lisbon)" in preview(client, line)


def test_finds_a_name_in_small_letters_beside_a_time(client: Client, maria: Customer) -> None:
    assert picked(preview(client, "maria lopez tomorrow 3pm")) == str(maria.pk)


def test_shows_what_it_is_for_before_anything_is_typed(client: Client, maria: Customer) -> None:
    assert "What the customer is mailed is shown before anything is logged." in preview(client, "  ")


def test_takes_as_many_queries_for_many_customers_and_promises_as_for_few(
    client: Client, ana: Any, maria: Customer
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            preview(client, LINE)
        return len(captured)

    factories.promise(owner=ana, customer=maria)
    few = queries()
    for number in range(4):
        other = factories.customer(name=f"Maria Lopez {number}")
        factories.promise(owner=ana, customer=other)
        factories.promise(owner=ana, customer=maria, due_at=THREE_TOMORROW)
    assert queries() == few


# -- Logs


def test_logs_at_enter(client: Client, ana: Any, team: Team, maria: Customer) -> None:
    response = enter(client, LINE, shown=shown_for(client, LINE), customer=maria.pk)
    assert response.status_code == 200
    promise = Commitment.objects.get()
    assert (promise.customer, promise.owner, promise.team) == (maria, ana, team)
    assert (promise.kind, promise.promise) == ("callback", "to call you back about the refund")
    assert (promise.due_at, promise.channel) == (THREE_TOMORROW, "phone")
    assert promise.events.get().facts["notify_customer"] is True


def test_says_the_reference_to_read_out_and_is_empty_again(client: Client, maria: Customer) -> None:
    response = enter(client, LINE)
    page = response.content.decode()
    reference = Commitment.objects.get().reference
    assert response["HX-Retarget"] == "#log"
    assert f'href="/promises/{reference}/"' in page
    assert " ".join(reference) in page
    assert 'maxlength="1000" dir="auto" value=""' in page


def test_logs_before_the_preview_has_answered(client: Client, maria: Customer) -> None:
    assert enter(client, LINE).status_code == 200
    assert Commitment.objects.get().customer == maria


def test_reads_the_line_anew_where_the_preview_was_of_another_one(client: Client, maria: Customer) -> None:
    other = factories.customer(name="Emily Carter")
    before = shown_for(client, LINE)
    line = "call Emily Carter back tomorrow 4pm about the router"
    enter(client, line, shown=before, customer=maria.pk, promise="to call you back about the refund")
    promise = Commitment.objects.get()
    assert promise.customer == other
    assert promise.promise == "to call you back about the router"
    assert promise.due_at == THREE_TOMORROW + timedelta(hours=1)


def test_asks_where_somebody_else_fits_by_now(client: Client, maria: Customer) -> None:
    line = "call Maria back tomorrow 3pm"
    before = shown_for(client, line)
    factories.customer(name="Maria Santos")
    assert "Several fit: choose the customer." in asked(enter(client, line, shown=before, customer=maria.pk))


def test_asks_about_a_part_of_a_name_that_was_not_shown(client: Client, maria: Customer) -> None:
    line = "call Maria back tomorrow 3pm"
    piece = asked(enter(client, line))
    assert "Are they meant? Press Enter again, or choose another." in piece
    assert enter(client, line, shown=shown(piece), customer=maria.pk).status_code == 200


def test_asks_about_somebody_unknown_who_was_not_shown(client: Client, team: Team) -> None:
    piece = asked(enter(client, LINE))
    assert "Press Enter again to take them down as new." in piece
    assert not Customer.objects.exists()
    assert enter(client, LINE, shown=shown(piece), customer="new", email="m@example.org").status_code == 200
    customer = Customer.objects.get()
    assert (customer.name, customer.email, customer.time_zone) == ("Maria Lopez", "m@example.org", "Europe/Lisbon")


def test_asks_about_a_time_that_has_moved_on_since_it_was_shown(
    client: Client, maria: Customer, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    line = "call Maria Lopez back in 2 hours"
    before = shown_for(client, line)
    monkeypatch.setattr("commitments.clock.now", lambda **_: now + timedelta(minutes=20))
    assert "It is another time by now" in asked(enter(client, line, shown=before, customer=maria.pk))


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("", "Write what you promised, to whom and by when."),
        ("call Maria Lopez back about the refund", "Say by when, as in “tomorrow 3pm”."),
        ("tomorrow 3pm", "Say to whom"),
        ("call Maria Lopez back on Saturday", "closed"),
    ],
)
def test_asks_for_what_is_missing(client: Client, maria: Customer, line: str, sentence: str) -> None:
    assert sentence in asked(enter(client, line))


def test_puts_the_keyboard_on_the_first_choice_of_time(client: Client, maria: Customer) -> None:
    piece = asked(enter(client, "call Maria Lopez back tomorrow 3 about the refund"))
    assert re.search(r'id="line-pick-1" data-asks', piece)


def test_takes_what_was_changed_beside_it(client: Client, maria: Customer) -> None:
    before = shown_for(client, LINE)
    enter(client, LINE, shown=before, customer=maria.pk, kind="answer", promise="to find it out", route="told")
    promise = Commitment.objects.get()
    assert (promise.kind, promise.promise) == ("answer", "to find it out")
    assert promise.events.get().facts["notify_customer"] is False


def test_takes_its_own_words_again_where_the_others_were_emptied(client: Client, maria: Customer) -> None:
    enter(client, LINE, shown=shown_for(client, LINE), customer=maria.pk, promise=" ")
    assert Commitment.objects.get().promise == "to call you back about the refund"


def test_logs_once_however_often_enter_is_pressed(client: Client, maria: Customer) -> None:
    enter(client, LINE)
    response = enter(client, LINE)
    assert "Logged already for Maria Lopez, and only once:" in response.content.decode()
    assert Commitment.objects.count() == 1


def test_takes_a_new_customer_down_once_however_often_enter_is_pressed(client: Client, team: Team) -> None:
    before = shown_for(client, LINE)
    for _ in range(2):
        enter(client, LINE, shown=before, customer="new")
    assert Commitment.objects.count() == Customer.objects.count() == 1


def test_logs_a_second_promise_for_another_time(client: Client, maria: Customer) -> None:
    enter(client, LINE)
    enter(client, LINE.replace("3pm", "4pm"))
    assert Commitment.objects.count() == 2


def test_shows_at_the_field_what_a_customer_cannot_have(client: Client, team: Team) -> None:
    before = shown_for(client, LINE)
    piece = asked(enter(client, LINE, shown=before, customer="new", email="maria at example"))
    assert 'aria-describedby="line-email-wrong" data-asks' in piece
    assert "Enter a valid email address." in piece
    assert not Customer.objects.exists()


def test_promises_in_the_name_of_the_team_that_was_chosen(client: Client, ana: Any, maria: Customer) -> None:
    other = factories.team(name="Repairs", zone="Asia/Tokyo")
    Membership.objects.create(user=ana, team=other)
    enter(client, LINE, team=other.pk)
    promise = Commitment.objects.get()
    assert (promise.team, promise.due_at) == (other, datetime(2026, 11, 19, 6, tzinfo=UTC))


def test_is_not_there_for_somebody_without_a_team(db: None) -> None:
    client = Client()
    client.force_login(factories.user())
    assert 'name="line"' not in client.get("/").content.decode()
    for address in ("/desk/line/", "/desk/line/read/", "/desk/line/form/"):
        assert client.post(address, {"line": LINE}).status_code == 302


@pytest.mark.parametrize("what_was_shown", ["x", "[]", '{"text": 1}', '{"text": "", "who": "", "options": ["x"]}'])
def test_takes_what_makes_no_sense_for_nothing_shown(client: Client, maria: Customer, what_was_shown: str) -> None:
    assert enter(client, LINE, shown=what_was_shown, customer="\u0661").status_code == 200


@pytest.mark.parametrize("line", ["x" * 2000, "call \x00 back tomorrow 3pm", "مريم بنت خالد", "<b>&amp;"])
def test_reads_whatever_is_typed(client: Client, maria: Customer, line: str) -> None:
    preview(client, line)
    asked(enter(client, line))


# -- Is taken back


def undo(client: Client, promise: Commitment) -> Any:
    return client.post(f"/desk/line/{promise.reference}/undo/", {"line": LINE}, headers=HTMX)


def test_takes_back_what_was_just_logged_and_mails_nobody(client: Client, maria: Customer) -> None:
    enter(client, LINE)
    promise = Commitment.objects.get()
    page = undo(client, promise).content.decode()
    promise.refresh_from_db()
    assert promise.voided_at is not None
    assert "counts no more. Nobody was mailed." in page
    assert f'value="{LINE}"' in page


def test_can_be_logged_again_once_it_was_taken_back(client: Client, maria: Customer) -> None:
    enter(client, LINE)
    undo(client, Commitment.objects.get())
    enter(client, LINE)
    assert Commitment.objects.filter(voided_at__isnull=True).count() == 1


def test_cannot_be_taken_back_after_ten_minutes(
    client: Client, maria: Customer, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    enter(client, LINE)
    monkeypatch.setattr("commitments.clock.now", lambda **_: now + timedelta(minutes=11))
    promise = Commitment.objects.get()
    assert "after that, ask a supervisor" in undo(client, promise).content.decode()
    promise.refresh_from_db()
    assert promise.voided_at is None


def test_takes_back_nothing_of_another_team(client: Client) -> None:
    assert undo(client, factories.promise()).status_code == 404


# -- Leads to the full form, and works without scripts


def test_fills_the_full_form(client: Client, ana: Any, maria: Customer) -> None:
    piece = client.post("/desk/line/form/", {"line": LINE}, headers=HTMX).content.decode()
    assert 'value="2026-11-19T15:00"' in piece
    assert "to call you back about the refund</textarea>" in piece
    assert f'name="customer" value="{maria.pk}" checked' in piece
    assert f'<option value="{ana.pk}" selected>' in piece


def test_changes_only_what_the_line_says_anew_in_the_full_form(client: Client, maria: Customer) -> None:
    first = client.post("/desk/line/form/", {"line": LINE}, headers=HTMX).content.decode()
    found = re.search(r'name="filled" value="([^"]*)"', first)
    assert found is not None
    typed = {"filled": unescape(found[1]), "need": "She is moving.", "promise": "in my own words", "kind": "callback"}
    line = LINE.replace("3pm", "4pm")
    piece = client.post("/desk/line/form/", {"line": line} | typed, headers=HTMX).content.decode()
    assert 'value="2026-11-19T16:00"' in piece
    assert "She is moving." in piece
    assert "in my own words" in piece


def test_is_logged_by_the_full_form_that_it_filled(client: Client, maria: Customer) -> None:
    page = client.post("/desk/line/form/", {"line": LINE}).content.decode()
    assert '<details class="log-full" id="log-full" open' in page


def test_logs_without_scripts_and_leads_back_to_the_desk(client: Client, maria: Customer) -> None:
    response = client.post("/desk/line/", {"line": LINE})
    assert response.status_code == 302
    page = client.get(response["Location"]).content.decode()
    assert "Logged for Maria Lopez" in page
    assert "Undo" in page


def test_shows_the_page_with_what_is_missing_without_scripts(client: Client, maria: Customer) -> None:
    response = client.post("/desk/line/", {"line": "call Maria Lopez back about the refund"})
    page = response.content.decode()
    assert response.status_code == 422
    assert "My promises" in page
    assert 'value="call Maria Lopez back about the refund"' in page
    assert "Say by when" in page


def test_takes_a_choice_without_scripts(client: Client, maria: Customer) -> None:
    response = client.post("/desk/line/", {"line": "call Maria Lopez back tomorrow 3", "pick": LINE})
    page = response.content.decode()
    assert response.status_code == 200
    assert f'value="{LINE}"' in page
    assert not Commitment.objects.exists()


def test_answers_a_look_at_its_addresses_with_the_desk(client: Client, ana: Any) -> None:
    promise = factories.promise(owner=ana)
    for address in ("/desk/line/", "/desk/line/form/", f"/desk/line/{promise.reference}/undo/", "/desk/line/preview/"):
        assert client.get(address)["Location"] == "/"


def test_puts_the_keyboard_on_the_line_of_a_plain_visit(client: Client, ana: Any) -> None:
    promise = factories.promise(owner=ana)
    focused = re.compile(r'id="id_line"[^>]* autofocus')
    assert focused.search(client.get("/").content.decode())
    refused = client.post(f"/desk/{promise.reference}/on-track/", {"how": "told", "version": 0})
    assert refused.status_code == 422
    assert not focused.search(refused.content.decode())


def test_previews_the_mail_of_a_new_customer_and_stores_nothing(client: Client, team: Team) -> None:
    before = shown_for(client, LINE)
    typed = {"line": LINE} | fields({"shown": before, "customer": "new", "email": "maria@example.org"})
    piece = client.post("/desk/line/preview/", typed, headers=HTMX).content.decode()
    assert "maria@example.org" in piece
    assert "nothing is stored or sent yet" in piece
    assert not Customer.objects.exists()
    assert "maria@example.org" in client.post("/desk/line/preview/", typed).content.decode()


@pytest.mark.parametrize("nonsense", ["[" * 100_000, ENDLESS, "[]", "5", '{"read": []}'])
def test_takes_what_no_preview_has_written_for_nothing_shown(client: Client, maria: Customer, nonsense: str) -> None:
    assert "Maria Lopez" in preview(client, LINE, shown=nonsense)
    assert client.post("/desk/line/form/", {"line": LINE, "filled": nonsense}, headers=HTMX).status_code == 200
