"""A customer's link …"""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from commitments.domain.tokens import Purpose
from commitments.models import Commitment, Customer, CustomerLink
from commitments.services import links
from commitments.services.correcting import Right, correct
from commitments.services.customers import change_customer
from commitments.services.links import LASTS, LinkGone, issue, open_link, read_staff_token, revoke, staff_token
from commitments.services.merging import merge_customers
from commitments.services.watching import add_watcher, remove_watcher
from tests.factories import NOW, customer, promise, supervisor, team

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

LATER = NOW + timedelta(days=30)


def link_of(made: Commitment, *, to: Customer | None = None) -> CustomerLink:
    """Issue one link at NOW."""
    pair = made.pk, (to or made.customer).pk
    return issue(pairs={pair}, now=NOW)[pair]


def opens(link: CustomerLink, *, purpose: Purpose = Purpose.PAGE) -> bool:
    """Tell whether a link opens its promise a minute later."""
    try:
        open_link(token=link.token(purpose), purpose=purpose, now=NOW + timedelta(minutes=1))
    except LinkGone:
        return False
    return True


def test_opens_its_promise_for_its_customer() -> None:
    made = promise()
    opened = open_link(token=link_of(made).token(Purpose.PAGE), purpose=Purpose.PAGE, now=NOW)
    assert (opened.commitment, opened.customer) == (made, made.customer)


def test_opens_nothing_for_another_purpose() -> None:
    with pytest.raises(LinkGone):
        open_link(token=link_of(promise()).token(Purpose.REPLY), purpose=Purpose.PAGE, now=NOW)


def test_is_the_same_one_however_often_it_is_issued() -> None:
    made = promise()
    assert link_of(made) == link_of(made)
    assert CustomerLink.objects.count() == 1


def test_lasts_from_the_last_mail_that_carried_it() -> None:
    made = promise()
    link = link_of(made)
    assert link.expires_at == NOW + LASTS
    issue(pairs={(made.pk, made.customer_id)}, now=LATER)
    link.refresh_from_db()
    assert link.expires_at == LATER + LASTS


def test_opens_nothing_once_it_has_expired() -> None:
    token = link_of(promise()).token(Purpose.PAGE)
    assert open_link(token=token, purpose=Purpose.PAGE, now=NOW + LASTS - timedelta(seconds=1))
    with pytest.raises(LinkGone):
        open_link(token=token, purpose=Purpose.PAGE, now=NOW + LASTS)


def test_opens_nothing_once_it_is_revoked() -> None:
    made = promise()
    link = link_of(made)
    revoke(customer=made.customer, now=NOW)
    assert not opens(link)


def test_is_a_new_one_after_it_was_revoked() -> None:
    made = promise()
    link = link_of(made)
    revoke(customer=made.customer, now=NOW)
    assert link_of(made).number != link.number


def test_opens_nothing_after_the_address_has_changed() -> None:
    made = promise()
    link = link_of(made)
    change_customer(actor=made.owner, customer=made.customer, email="another@example.org", now=NOW)
    assert not opens(link)


def test_stays_when_something_else_about_the_customer_changes() -> None:
    made = promise()
    link = link_of(made)
    email = made.customer.email.upper()
    change_customer(actor=made.owner, customer=made.customer, name="Maria Lopes", email=email, now=NOW)
    assert opens(link)


def test_is_kept_when_two_entries_become_one() -> None:
    made, kept = promise(), customer()
    link = link_of(made)
    merge_customers(actor=supervisor(team=made.team), duplicate=made.customer, into=kept, now=NOW)
    assert open_link(token=link.token(Purpose.PAGE), purpose=Purpose.PAGE, now=NOW).customer == kept


def test_of_a_merged_entry_is_revoked_with_the_kept_ones() -> None:
    made, kept = promise(), customer()
    link = link_of(made)
    merge_customers(actor=supervisor(team=made.team), duplicate=made.customer, into=kept, now=NOW)
    change_customer(actor=made.owner, customer=kept, email="another@example.org", now=NOW)
    assert not opens(link)


def test_opens_nothing_once_the_promise_proves_to_be_another_customers() -> None:
    made = promise()
    link = link_of(made)
    right = Right(customer=customer(name="Jan Novak"))
    correct(actor=made.owner, reference=made.reference, right=right, reason="Misheard.", now=NOW)
    assert not opens(link)


def test_of_a_watcher_opens_the_promise_while_they_watch_it() -> None:
    made, other = promise(), customer(name="Jan Novak")
    add_watcher(actor=made.owner, reference=made.reference, customer=other, now=NOW)
    link = link_of(made, to=other)
    assert opens(link)
    remove_watcher(actor=made.owner, reference=made.reference, customer=other.pk, now=NOW)
    assert not opens(link)


def test_is_issued_for_many_in_as_many_statements_as_for_one(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    its_team = team()
    made = [promise(team=its_team) for _ in range(3)]
    for batch in (made[:1], made[1:]):
        with django_assert_num_queries(4):
            issue(pairs={(one.pk, one.customer_id) for one in batch}, now=NOW)
    with django_assert_num_queries(1):
        issue(pairs={(one.pk, one.customer_id) for one in made}, now=NOW)
    with django_assert_num_queries(4):
        issue(pairs={(one.pk, one.customer_id) for one in made}, now=LATER)


def test_is_opened_by_two_statements_at_most(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    token = link_of(promise()).token(Purpose.PAGE)
    with django_assert_max_num_queries(2):
        open_link(token=token, purpose=Purpose.PAGE, now=NOW)


def test_for_colleagues_names_the_promise() -> None:
    made = promise()
    assert read_staff_token(staff_token(made.reference)) == made.reference
    assert read_staff_token(f"{made.reference}.{'a' * 16}") is None


def test_is_issued_to_nobody_but_who_was_asked_for() -> None:
    first, second = promise(), promise()
    link_of(first)
    link_of(second)
    issued = links.issue(pairs={(first.pk, first.customer_id), (second.pk, first.customer_id)}, now=NOW)
    assert set(issued) == {(first.pk, first.customer_id), (second.pk, first.customer_id)}
