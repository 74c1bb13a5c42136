"""A mail to a customer carries its team's …"""

import re

import pytest

from commitments.domain.colours import in_the_dark
from commitments.services.pictures import keep_picture
from notifications.domain.kinds import TO_COLLEAGUES, MailKind
from notifications.models import Notification
from notifications.rendering import render
from tests.factories import NOW, promise, team
from tests.notifications.living import live
from tests.notifications.test_rendering import BY_PERSON, TO_CUSTOMERS, Page, letter
from tests.pictures import PNG

LOGO = "https://kept.example/pictures/0123"


@pytest.mark.parametrize("kind", TO_CUSTOMERS)
def test_colour_by_day_and_a_lighter_one_in_the_dark(kind: MailKind) -> None:
    html = render(letter(kind, colour="#8a1c5c")).html
    assert "border-top: 4px solid #8a1c5c" in html
    assert f"border-color: {in_the_dark('#8a1c5c')} #37414e" in html
    assert "#1f5fa3" not in html


@pytest.mark.parametrize("kind", sorted(TO_COLLEAGUES - {MailKind.GATHERED, MailKind.SHIFT_LIST}))
def test_brand_to_customers_alone(kind: MailKind) -> None:
    rendered = render(letter(kind, colour="#8a1c5c", logo_url=LOGO, signature="We are here."))
    assert not {"#8a1c5c", LOGO, "We are here."} & set(re.findall(r"#8a1c5c|We are here\.|" + LOGO, rendered.html))
    assert "We are here." not in rendered.text


def test_logo_with_its_name_in_its_place_where_pictures_are_off() -> None:
    html = render(letter(logo_url=LOGO, team='Support <Lisbon> & "Co"')).html
    (shown,) = re.findall(r"<img [^>]*>", html.replace("<Lisbon>", "Lisbon"))
    assert f'src="{LOGO}"' in shown
    assert 'alt="Support Lisbon &amp; &quot;Co&quot;"' in shown


def test_name_where_there_is_no_logo() -> None:
    rendered = render(letter())
    assert "img" not in Page(rendered.html).tags
    assert Page(rendered.html).text.startswith("Support Lisbon Where we are")


@pytest.mark.parametrize("kind", sorted(BY_PERSON))
def test_signature_under_what_a_person_writes(kind: MailKind) -> None:
    rendered = render(letter(kind, signature="Support Lisbon\nWe are here."))
    assert "\n\nAna Ruiz\nSupport Lisbon\nWe are here.\n\n—\n" in rendered.text
    assert "Support Lisbon<br>We are here.</p>" in rendered.html


@pytest.mark.parametrize("kind", [MailKind.HOLDING, MailKind.MISSED])
def test_signature_under_nothing_that_goes_by_itself(kind: MailKind) -> None:
    rendered = render(letter(kind, signature="We are here."))
    assert "We are here." not in rendered.text + rendered.html


@pytest.mark.django_db
def test_brand_as_it_is_when_the_mail_goes() -> None:
    logo = keep_picture(contents=PNG, now=NOW)
    promise(team=team(colour="#8a1c5c", signature="We are here.", logo=logo))
    live(NOW)
    mail = Notification.objects.get(kind="promised")
    assert f'src="http://testserver/pictures/{logo.digest}"' in mail.html
    assert "#8a1c5c" in mail.html
    assert "We are here." in mail.text
