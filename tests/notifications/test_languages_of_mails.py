"""A mail to a customer …"""

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from babel.messages import Catalog
from babel.messages.mofile import write_mo
from pytest_django import Settings

from notifications.domain.kinds import TO_COLLEAGUES, MailKind
from notifications.domain.letter import Letter
from notifications.rendering import render, sender_name
from scripts.make_messages import catalogue_path
from tests.factories import NOW, customer, promise, team
from tests.notifications.living import live
from tests.notifications.test_rendering import ENDS, MEANINGS, TO_CUSTOMERS, Page, letter
from tests.plugin.mail import MailServer
from tracker.languages import languages_in

ENGLISH = re.compile(r"\b(we|you|your|the|by|promise|sorry|done|this|word|from|there|again)\b", re.IGNORECASE)
VARIANTS: tuple[tuple[MailKind, dict[str, Any]], ...] = (
    *((kind, {}) for kind in TO_CUSTOMERS),
    *((MailKind.UPDATE, {"meaning": meaning}) for meaning in MEANINGS),
    *((MailKind.UPDATE, {"attempt": attempt, "next_try_at": NOW}) for attempt in ("no_answer", "engaged", "voicemail")),
    (MailKind.RENEGOTIATED, {"was_due_at": NOW, "is_bad_news": True}),
    (MailKind.HANDED_OVER, {"stands_in": "Rui Costa", "stands_in_until": NOW}),
    (MailKind.CORRECTED, {"is_voided": True}),
    (MailKind.CORRECTED, {"is_not_for_reader": True}),
)


def german(kind: MailKind, **fields: Any) -> Letter:
    """Make a letter in German in which every name and word is a German one."""
    values: dict[str, Any] = {
        "language": "de-AT",
        "promise": "Ihnen einen Router zu schicken",
        "message": "Der Kurier hat das Paket.",
        "team": "Kundendienst",
        "team_hours": "Montag bis Freitag, 9 bis 18 Uhr",
        "page_url": "https://kept.example/p/a/",
        "what_happened": "Er ist weg.",
        "what_next": "Ein neuer kommt.",
        "choices": "Holen Sie ihn ab.",
    }
    return letter(kind, **values | fields)


@pytest.mark.parametrize(("kind", "fields"), VARIANTS)
def test_speaks_german_throughout(kind: MailKind, fields: dict[str, Any]) -> None:
    rendered = render(german(kind, **fields))
    words = re.sub(r"https?://\S+", "", f"{rendered.subject} {rendered.text} {Page(rendered.html).text}")
    assert ENGLISH.findall(words) == []
    assert "Guten Tag Maria Lopez," in rendered.text
    assert '<html lang="de" dir="ltr">' in rendered.html


@pytest.mark.parametrize("kind", sorted(set(TO_CUSTOMERS) - ENDS - {MailKind.MISSED}))
def test_says_times_as_germans_do(kind: MailKind) -> None:
    text = render(german(kind)).text
    assert "Freitag, 20. November, 15:00 Uhr (Ortszeit Lissabon)" in text
    assert re.search(r"\b(am|bis|Stand|von|,) \w+tag, \d+\. November, \d\d:\d\d Uhr \(Ortszeit Lissabon\)", text)


def test_leaves_a_persons_words_as_they_wrote_them() -> None:
    rendered = render(letter(MailKind.UPDATE, language="de", message="مرحبا, the parcel is here."))
    assert "مرحبا, the parcel is here." in rendered.text
    assert '<div dir="auto"><p style="margin: 0 0 14px;">مرحبا, the parcel is here.</p></div>' in rendered.html
    assert "„send you a replacement router“" in rendered.text


@pytest.mark.parametrize(
    ("customer_language", "team_language", "greeting"),
    [
        ("de", "en", "Guten Tag"),
        ("", "de", "Guten Tag"),
        ("fi", "de", "Guten Tag"),
        ("fi", "sv", "Hello"),
        ("en", "de", "Hello"),
    ],
)
def test_is_framed_in_the_teams_language_where_the_customers_has_no_words(
    customer_language: str, team_language: str, greeting: str
) -> None:
    rendered = render(letter(language=customer_language, team_language=team_language))
    assert f"{greeting} Maria Lopez," in rendered.text


@pytest.mark.parametrize("kind", sorted(TO_COLLEAGUES - {MailKind.GATHERED, MailKind.SHIFT_LIST}))
def test_to_a_colleague_stays_english(kind: MailKind) -> None:
    rendered = render(letter(kind, language="de", team_language="de"))
    assert "Hello Sofia Lindqvist," in rendered.text
    assert "(Lisbon time)" in rendered.text
    assert '<html lang="en" dir="ltr">' in rendered.html


def test_names_its_sender_in_the_customers_language() -> None:
    assert sender_name(letter(MailKind.UPDATE)) == "Ana Ruiz via Support Lisbon"
    assert sender_name(letter(MailKind.UPDATE, language="de")) == "Ana Ruiz über Support Lisbon"
    assert sender_name(letter(MailKind.HOLDING, language="de")) == "Support Lisbon"
    assert sender_name(letter(MailKind.OVERDUE, writer="Ana Ruiz")) == ""


def test_speaks_any_language_that_has_a_catalogue(tmp_path: Path, settings: Settings) -> None:
    words = Catalog(locale="ar")
    words.add("Hello %(customer)s,", "مرحبا %(customer)s،")
    words.add("%(city)s time", "بتوقيت %(city)s", context="a time zone")
    compiled = BytesIO()
    write_mo(compiled, words)
    path = catalogue_path(tmp_path, "ar").with_suffix(".mo")
    path.parent.mkdir(parents=True)
    path.write_bytes(compiled.getvalue())
    settings.LOCALE_PATHS = [tmp_path]
    settings.LANGUAGES = languages_in(tmp_path)

    rendered = render(letter(language="ar"))

    assert "مرحبا Maria Lopez،" in rendered.text
    assert "(بتوقيت لشبونة)" in rendered.text
    assert '<html lang="ar" dir="rtl">' in rendered.html
    assert re.search(r'<blockquote [^>]*style="[^"]*border-left: 0;border-right: 4px solid #1f5fa3', rendered.html)


@pytest.mark.django_db
def test_goes_out_in_the_teams_language(smtp_server: MailServer) -> None:
    its_team = team(language="de", name="Kundendienst")
    promise(team=its_team, customer=customer(email="aino@example.org", language="fi"))
    promise(team=its_team, customer=customer(email="maria@example.org", language="en"))
    promise(team=its_team, customer=customer(email="jan@example.org"))
    live(NOW)
    (jan,) = smtp_server.to("jan@example.org")
    assert str(jan.message["Subject"]).startswith("Unser Versprechen: ")
    (aino,) = smtp_server.to("aino@example.org")
    (maria,) = smtp_server.to("maria@example.org")
    assert str(aino.message["Subject"]).startswith("Unser Versprechen: send you a replacement router [")
    assert aino.message["From"].addresses[0].display_name == "Ana Ruiz über Kundendienst"
    assert str(maria.message["Subject"]).startswith("Our promise: send you a replacement router [")
