"""Lines as agents type them with the customer on the phone, on Wednesday 18 November 2026 at 10:20 in London."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commitments.domain.phrases import Due, Unclear
from commitments.domain.quick_line import Line, LineKind, read_line
from commitments.models import Kind

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 18, 10, 20, tzinfo=LONDON)

CALLBACKS = [
    ("call Maria Lopez back tomorrow 3pm about the refund", "Maria Lopez", "to call you back about the refund"),
    ("call Maria back within 2 hours re: refund £16.30", "Maria", "to call you back about refund £16.30"),
    ("callback Ana Ruiz tomorrow morning", "Ana Ruiz", "to call you back"),
    ("ring Mrs May on Friday", "Mrs May", "to ring you"),
    ("phone Mr. O'Neill about the broken lock, Monday 9am", "Mr. O'Neill", "to phone you about the broken lock"),
    ("ring Dr. Sarah van der Berg back by noon", "Dr. Sarah van der Berg", "to ring you back"),
    ("give Maria a call tomorrow 3pm about invoice 2026-441", "Maria", "to give you a call about invoice 2026-441"),
    ("give John Smith a ring Friday 10am", "John Smith", "to give you a ring"),
    ("speak to Ana Ruiz tomorrow 10am about the contract", "Ana Ruiz", "to speak to you about the contract"),
    ("call back 0207 946 0018 in 2 hours about the delivery", "", "to call you back about the delivery"),
    ("call maria@example.org back tomorrow noon", "", "to call you back"),
    ("call her back tomorrow 3pm about her refund", "", "to call you back about your refund"),
    ("call the customer back by 5pm", "", "to call you back"),
    ("call مريم بنت خالد back tomorrow 3pm", "مريم بنت خالد", "to call you back"),
    ("call 李伟 back tomorrow 3pm about the invoice", "李伟", "to call you back about the invoice"),
    ("call Мария Иванова back tomorrow 3pm", "Мария Иванова", "to call you back"),
    ("call मारिया back tomorrow 3pm", "मारिया", "to call you back"),
    ("call O'Brien-Smith back Friday noon", "O'Brien-Smith", "to call you back"),
    ("call Jean-Luc back Friday noon about the boiler", "Jean-Luc", "to call you back about the boiler"),
    ("call maria lopez back tomorrow 3pm", "maria lopez", "to call you back"),
    ("call April tomorrow 3pm", "April", "to call you"),
    ("Maria Lopez: call back tomorrow 3pm about the refund", "Maria Lopez", "to call you back about the refund"),
    ("Acme Ltd - call back by Friday re contract renewal", "Acme Ltd", "to call you back about contract renewal"),
    ("tomorrow 3pm call Maria Lopez about the refund", "Maria Lopez", "to call you about the refund"),
    ("I'll call Maria back tomorrow 3pm", "Maria", "to call you back"),
    ("promised to call Maria back by 5pm", "Maria", "to call you back"),
    ("please call Maria back by 5pm", "Maria", "to call you back"),
    ("we will ring Maria Lopez tomorrow", "Maria Lopez", "to ring you"),
    ("call back tomorrow 3pm", "", "to call you back"),
    ("call Maria", "Maria", "to call you"),
    ("call Maria at 3 about the refund", "Maria", "to call you about the refund"),
    ("call Maria tomorrow or Friday", "Maria", "to call you"),
    ("call Maria back asap", "Maria", "to call you back"),
    ("call Maria Lopez (Acme) tomorrow 3pm", "Maria Lopez", "to call you (Acme)"),
    ('call "Maria" tomorrow 3pm', "Maria", "to call you"),
    ("Call Maria Lopez, 07700 900123, tomorrow 3pm about the refund", "Maria Lopez", "to call you about the refund"),
]

FIXES = [
    ("fix Acme's printer by Friday", "Acme", "to fix your printer"),
    ("fix the login for Maria Lopez by 5pm", "Maria Lopez", "to fix the login for you"),
    ("repair the boiler for John Smith by Monday 9am", "John Smith", "to repair the boiler for you"),
    ("replace Li Wei's router by Thursday", "Li Wei", "to replace your router"),
    ("replace the router for Acme & Sons by Thursday", "Acme & Sons", "to replace the router for you"),
    ("sort out the double charge for Ana Ruiz by noon tomorrow", "Ana Ruiz", "to sort out the double charge for you"),
    ("sort the login out for Maria by Friday", "Maria", "to sort the login out for you"),
    ("resolve order 12/345 for Acme by EOD", "Acme", "to resolve order 12/345 for you"),
]

UPDATES = [
    ("keep Maria posted about the parcel, tomorrow noon", "Maria", "to keep you posted about the parcel"),
    ("keep Maria up to date on the repair by Friday", "Maria", "to keep you up to date on the repair"),
    ("update Jean-Luc Picard on the repair tomorrow 10am", "Jean-Luc Picard", "to update you on the repair"),
    ("let Maria know how the repair is going by 5pm", "Maria", "to let you know how the repair is going"),
    ("let Li Wei know by Friday", "Li Wei", "to let you know"),
    ("give Maria an update on the repair by Friday", "Maria", "to give you an update on the repair"),
]

ANSWERS = [
    ("get back to Ana about the quote by Friday", "Ana", "to get back to you about the quote"),
    ("let Maria know whether the part is in stock by 5pm", "Maria", "to let you know whether the part is in stock"),
    ("tell Maria when the courier comes by tomorrow noon", "Maria", "to tell you when the courier comes"),
    (
        "find out why invoice 2026-441 is wrong for Maria Lopez by Friday",
        "Maria Lopez",
        "to find out why invoice 2026-441 is wrong for you",
    ),
    (
        "check whether the router is in stock for Ana Ruiz by noon",
        "Ana Ruiz",
        "to check whether the router is in stock for you",
    ),
    (
        "check with the warehouse about the router for Ana Ruiz, tomorrow",
        "Ana Ruiz",
        "to check with the warehouse about the router for you",
    ),
    ("look into the outage for Acme Ltd by 5pm", "Acme Ltd", "to look into the outage for you"),
    (
        "ask Bob about the delivery for Maria Lopez by Friday noon",
        "Maria Lopez",
        "to ask Bob about the delivery for you",
    ),
    ("reply to Ana Ruiz by Friday", "Ana Ruiz", "to reply to you"),
    ("investigate the missing parcel of Maria Lopez by Friday", "Maria Lopez", "to investigate your missing parcel"),
]

OTHERS = [
    ("send quote to Acme by Thu 4pm", "Acme", "to send quote to you"),
    ("send Maria Lopez the signed contract by EOD Friday", "Maria Lopez", "to send you the signed contract"),
    ("Send the contract to Maria Lopez by EOD Friday", "Maria Lopez", "to send the contract to you"),
    ("refund Li Wei 3 items by noon tomorrow", "Li Wei", "to refund you 3 items"),
    ("refund Maria Lopez £16.30 by Friday", "Maria Lopez", "to refund you £16.30"),
    ("refund order 12/345 for Maria by Friday", "Maria", "to refund order 12/345 for you"),
    ("email maria@example.org the contract by Friday", "", "to email you the contract"),
    ("email Ana the form tomorrow", "Ana", "to email you the form"),
    ("order a spare part for Acme by Wednesday 3pm", "Acme", "to order a spare part for you"),
    ("ship the replacement to John Smith tomorrow", "John Smith", "to ship the replacement to you"),
    ("cancel Maria's subscription by the end of the month", "Maria", "to cancel your subscription"),
    ("book an engineer for Mrs May on Thu 26 Nov 10am", "Mrs May", "to book an engineer for you"),
    ("replacement router to Maria Lopez by Friday", "Maria Lopez", "replacement router to you"),
    ("in 2 hours", "", ""),
    ("quote for Acme by Friday", "Acme", "to quote for you"),
    ("waive the fee for Ana Ruiz by Friday", "Ana Ruiz", "to waive the fee for you"),
    ("visit Acme tomorrow 10am", "Acme", "to visit you"),
    ("meet Ana Ruiz on Friday 2pm", "Ana Ruiz", "to meet you"),
    ("remind Maria about the payment on Friday", "Maria", "to remind you about the payment"),
]
WRITTEN_IN_HASTE = [
    ("needs a call back tomorrow 3pm, Maria Lopez", "Maria Lopez", "to call you back"),
    ("promised John we'd ring him tomorrow before 10am about his bill", "John", "to ring you about your bill"),
    ("Maria Lopez wants a call back tomorrow 3pm about the refund", "Maria Lopez", "to call you back about the refund"),
    ("Mrs Patel – call back Thurs 26th @ 2.30pm re boiler", "Mrs Patel", "to call you back about boiler"),
    ("call back Maria Lopez by 5pm", "Maria Lopez", "to call you back"),
    ("URGENT call Maria Lopez back by 5pm please", "Maria Lopez", "to call you back"),
    ("call Ana Ruiz (Acme) on +351 21 000 0000 tomorrow 3pm", "Ana Ruiz", "to call you (Acme)"),
    ("quote to ana@example.org by Friday", "", "to quote to you"),
    ("email Ana Ruiz (ana@example.org) the quote by Friday", "Ana Ruiz", "to email you the quote"),
    ("fix: printer at Acme by Friday", "Acme", "to fix printer at Acme"),
    ("answer Maria's question about the invoice by Friday", "Maria", "to answer your question about the invoice"),
    (
        "check if the part arrived and let Maria know by Friday",
        "Maria",
        "to check if the part arrived and let you know",
    ),
]
EVERY = [
    *((LineKind.CALLBACK, *row) for row in CALLBACKS),
    *((LineKind.FIX, *row) for row in FIXES),
    *((LineKind.STATUS_UPDATE, *row) for row in UPDATES),
    *((LineKind.ANSWER, *row) for row in ANSWERS),
    *((LineKind.OTHER, *row) for row in OTHERS),
]


def line(text: str) -> Line:
    return read_line(text, now=NOW, zone=LONDON)


@pytest.mark.parametrize(("kind", "text", "who", "promise"), EVERY)
def test_reads_kind_customer_and_words(kind: LineKind, text: str, who: str, promise: str) -> None:
    read = line(text)
    assert read.kind is kind
    assert (read.who[0].text if read.who else "") == who
    assert read.promise == promise


@pytest.mark.parametrize(("text", "who", "promise"), WRITTEN_IN_HASTE)
def test_reads_what_is_written_in_haste(text: str, who: str, promise: str) -> None:
    read = line(text)
    assert (read.who[0].text if read.who else "") == who
    assert read.promise == promise


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("call Maria back tomorrow 3pm about the refund", "the refund"),
        ("call Maria back tomorrow 3pm re: refund £16.30", "refund £16.30"),
        ("call Maria back tomorrow 3pm", ""),
        ("give Maria a ring tomorrow 3pm", ""),
        ("keep Maria up to date on the repair by Friday", "the repair"),
        ("let Maria know whether the part is in stock by 5pm", "whether the part is in stock"),
        ("send the contract to Maria by Friday", "the contract"),
        ("send Maria the contract by Friday", "the contract"),
        ("sort the login out for Maria by Friday", "the login"),
        ("sort out the login for Maria by Friday", "the login"),
        ("ask Bob about the delivery for Maria by Friday", "the delivery"),
        ("find out why invoice 2026-441 is wrong by Friday", "why invoice 2026-441 is wrong"),
        ("in 2 hours", ""),
    ],
)
def test_tells_what_it_is_about(text: str, subject: str) -> None:
    assert line(text).subject == subject


@pytest.mark.parametrize(
    ("text", "contact"),
    [
        ("call 0207 946 0018 tomorrow 3pm", "0207 946 0018"),
        ("call +44 20 7946 0018 back in 2 hours", "+44 20 7946 0018"),
        ("call (020) 7946 0018 tomorrow 3pm", "(020) 7946 0018"),
        ("call 212-555-0100 by 5pm", "212-555-0100"),
        ("email maria@example.org by 5pm", "maria@example.org"),
        ("call 0207 946 0018 or mail maria@example.org by 5pm", "maria@example.org"),
        ("Call Maria, 07700 900123, tomorrow 3pm", "07700 900123"),
    ],
)
def test_finds_the_address_or_number(text: str, contact: str) -> None:
    read = line(text)
    assert read.contact is not None
    assert read.contact.text == contact
    assert text[slice(*read.contact.span)] == contact
    assert isinstance(read.due, Due)


@pytest.mark.parametrize(
    "text", ["refund invoice 2026-441 by Friday", "order 0123456789 by 5pm", "pay £1234567 by 5pm"]
)
def test_takes_no_figures_for_a_number(text: str) -> None:
    assert line(text).contact is None


def test_offers_further_words_that_may_name_the_customer() -> None:
    assert [said.text for said in line("ask Bob about the delivery for Maria Lopez by Friday").who] == [
        "Maria Lopez",
        "Bob",
    ]


@pytest.mark.parametrize(("_", "text", "who", "__"), EVERY)
def test_tells_where_the_customer_is_named(_: LineKind, text: str, who: str, __: str) -> None:
    for said in line(text).who:
        assert text[slice(*said.span)].removesuffix("'s") == said.text


def test_keeps_what_has_to_be_asked_back() -> None:
    read = line("call Maria back at 3 about the refund")
    assert isinstance(read.due, Unclear)
    assert read.promise == "to call you back about the refund"


def test_leaves_out_every_time_of_several() -> None:
    assert line("tomorrow call Maria back at 3pm about the refund").promise == "to call you back about the refund"


def test_does_not_mind_capitals() -> None:
    read = line("CALL MARIA LOPEZ TOMORROW 3PM")
    assert (read.kind, read.who[0].text, read.promise) == (LineKind.CALLBACK, "MARIA LOPEZ", "to call you")


def test_knows_the_kinds_of_promises() -> None:
    assert {kind.value for kind in LineKind} == set(Kind.values)


@settings(max_examples=400, deadline=None)
@given(
    st.one_of(
        st.text(max_size=500),
        st.lists(st.sampled_from(sorted({word for row in EVERY for word in row[1].split()})), max_size=12).map(
            " ".join
        ),
    )
)
def test_reads_any_line(text: str) -> None:
    read = line(text)
    assert read == line(text)
    for said in (*read.who, *([read.contact] if read.contact else [])):
        assert 0 <= said.span[0] < said.span[1] <= len(text)
        assert said.text.strip()
    assert read.promise == read.promise.strip()


@pytest.mark.parametrize(
    "piece", ["a", "1 ", "3pm ", "call ", "at 3 or ", "0207 ", "+44 ", "12/", "a.b@", "in 2 ", "of the ", "'s ", "- "]
)
def test_ends_for_a_long_line_of_the_same(piece: str) -> None:
    assert line((piece * 500)[:500]).kind in LineKind
