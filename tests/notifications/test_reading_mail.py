"""Reading a mail …"""

import random
import time
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.policy import compat32, default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.domain.inbound import Arrived
from notifications.services.reading_mail import UNREADABLE, read_mail, without_quotes
from tests.notifications.inbound.machines import MACHINES

QUOTES = {
    "gmail": "On Wed, 18 Nov 2026 at 10:20, Ana Ruiz via Customer care <a@kept.example> wrote:",
    "gmail_on_two_lines": "On Wed, 18 Nov 2026 at 10:20, Ana Ruiz via Customer care\n<reply.abc@kept.example> wrote:",
    "german": "Am Mi., 18. Nov. 2026 um 10:20 Uhr schrieb Ana Ruiz <a@kept.example>:",
    "french": "Le mer. 18 nov. 2026 à 10:20, Ana Ruiz <a@kept.example> a écrit :",
    "outlook": "From: Ana Ruiz <a@kept.example>\nSent: Wednesday, 18 November 2026 10:20\nTo: Maria\nSubject: Router",
    "outlook_with_a_stroke": "_" * 40 + "\nFrom: Ana Ruiz\nSent: Wednesday\nTo: Maria\nSubject: Router",
    "german_outlook": "Von: Ana Ruiz <a@kept.example>\nGesendet: Mittwoch\nAn: Maria\nBetreff: Router",
    "original_message": "-----Original Message-----\nFrom: Ana\nTo: Maria",
    "marks_alone": "> Hello Maria",
}
HEADERS = ["From", "To", "Subject", "Content-Type", "Content-Disposition", "Content-Transfer-Encoding", "Message-ID"]
HEADERS += ["References", "Date", "Authentication-Results", "Received-SPF", "Auto-Submitted"]


def parsed(raw: bytes) -> Message:
    return BytesParser(EmailMessage, policy=default).parsebytes(raw)


def read(raw: bytes, *, provider: str = "Mailgun") -> Arrived:
    return read_mail(parsed(raw), provider=provider)


def assert_harmless(mail: Arrived) -> None:
    """Hold that all of it can be stored, and stands in one line where it must."""
    texts = [mail.text, mail.words, mail.html, mail.subject, mail.from_name, mail.from_address, mail.message_id]
    texts += [text for header in mail.headers for text in header]
    texts += [text for file in mail.attachments for text in (file.name, file.content_type)]
    texts += [*mail.addressed_to, *mail.envelope_recipients]
    for text in texts:
        text.encode()
        assert "\x00" not in text
    assert not any(mark in text for text in (mail.subject, mail.from_name, mail.from_address) for mark in "\r\n\u202e")


@pytest.mark.parametrize("quote", QUOTES.values(), ids=QUOTES)
def test_cuts_what_it_quotes(quote: str) -> None:
    assert (
        without_quotes(f"Still dark.\n\nMaria\n\n{quote}\n\n> Hello Maria\n> We promised …") == "Still dark.\n\nMaria"
    )


def test_keeps_answers_between_what_it_quotes() -> None:
    between = "> When can we call?\nAt five.\n> Where?\nAt home."
    assert without_quotes(between) == between


def test_keeps_everything_where_nothing_was_written_anew() -> None:
    assert without_quotes("> Hello Maria") == "> Hello Maria"


@pytest.mark.parametrize(
    "line", ["On " + "a " * 5_000, "From: " + "x" * 50_000, "> " * 20_000, "Le " + "a " * 9_000, "-" * 50_000]
)
def test_takes_no_long_time_over_lines_that_nobody_writes(line: str) -> None:
    started = time.process_time()
    without_quotes("\n".join([line, *[line[:249]] * 400]))
    assert time.process_time() - started < 10


def test_finds_the_text_of_html_without_what_it_quotes() -> None:
    html = (
        "<html><head><style>p {}</style></head><body><p>Still&nbsp;dark.</p><div>Maria</div>"
        '<div class="gmail_quote">On Wed … wrote:<blockquote>Hello</blockquote></div></body></html>'
    )
    mail = EmailMessage()
    mail.set_content(html, subtype="html")
    found = read(mail.as_bytes())
    assert found.words == "Still dark.\n\nMaria"
    assert "Hello" in found.text


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        '<a href="javascript:alert(1)">x</a>',
        '<img src=x onerror="alert(1)">',
        "<iframe src=https://eve.example></iframe>",
        '<form action="https://eve.example"><input name=password></form>',
        "<svg><script>alert(1)</script></svg>",
        '<meta http-equiv="refresh" content="0;url=https://eve.example">',
        '<p style="background:url(https://eve.example/x.png)">x</p>',
        "<base href=https://eve.example>",
    ],
)
def test_takes_out_of_html_what_could_do_anything(html: str) -> None:
    mail = EmailMessage()
    mail.set_content(html, subtype="html")
    kept = read(mail.as_bytes()).html
    assert not any(word in kept for word in ("script", "onerror", "iframe", "form", "meta", "style", "base", "<img"))


@pytest.mark.parametrize(
    ("sender", "address"),
    [
        ("Maria Lopez <Maria@Example.org>", "maria@example.org"),
        ('"ana@kept.example" <eve@example.net>', "eve@example.net"),
        ("ana@kept.example, eve@example.net", ""),
        ("ana@kept.example <eve@example.net>", "eve@example.net"),
        ("undisclosed", ""),
        ("", ""),
        ("=?utf-8?b?%%%?= <maria@example.org>", "maria@example.org"),
    ],
)
def test_takes_the_senders_address_and_no_other(sender: str, address: str) -> None:
    assert read(f"From: {sender}\n\nHello".encode()).from_address in {address, ""}
    if address:
        assert read(f"From: {sender}\n\nHello".encode()).from_address != "ana@kept.example"


def test_believes_nobody_who_names_two_senders() -> None:
    assert read(b"From: ana@kept.example\nFrom: eve@example.net\n\nHello").from_address == ""


@pytest.mark.parametrize(
    ("headers", "has_failed"),
    [
        ("Authentication-Results: mx; spf=pass; dkim=pass; dmarc=pass", False),
        ("Authentication-Results: mx; spf=fail smtp.mailfrom=x; dkim=pass; dmarc=pass", False),
        ("Authentication-Results: mx; spf=pass; dkim=pass; dmarc=fail (p=none)", True),
        ("Authentication-Results: mx; spf=fail; dkim=none", True),
        ("Authentication-Results: mx; spf=softfail; dkim=none", False),
        ("Authentication-Results: mx; dmarc=fail\nAuthentication-Results: eve; dmarc=pass", True),
        ("X-Mailgun-Spf: Fail", True),
        ("X-Mailgun-Spf: Fail\nX-Mailgun-Dkim-Check-Result: Pass", False),
        ("Received-SPF: fail (domain does not designate)", True),
        ("Received-SPF: Pass (sender SPF authorized)", False),
        ("X-Else: fail", False),
    ],
)
def test_hears_what_was_found_about_the_sender(headers: str, has_failed: bool) -> None:
    assert read(f"From: ana@kept.example\n{headers}\n\nHello".encode()).has_failed_authentication is has_failed


@pytest.mark.parametrize("claim", ["Authentication-Results: eve; spf=pass; dmarc=pass", "Received-SPF: pass (eve)"])
def test_believes_the_provider_before_a_header_that_the_sender_may_have_written(claim: str) -> None:
    mail = f"From: ana@kept.example\n{claim}\nX-Mailgun-Spf: Fail\n\nHello".encode()
    assert read(mail).has_failed_authentication


def test_does_not_believe_the_header_of_another_provider() -> None:
    forged = b"From: ana@kept.example\nX-Mailgun-Spf: Pass\nReceived-SPF: fail\n\nHello"
    assert read(forged, provider="Postmark").has_failed_authentication


def test_believes_the_first_finding_of_each_method_alone() -> None:
    forged = b"Authentication-Results: mx; spf=fail\nReceived-SPF: pass (added by eve)\nFrom: a@kept.example\n\nx"
    # What stands beside it in other headers may be the sender's own; a pass of one method makes good for the other.
    assert read(forged.replace(b"Received-SPF: pass", b"X-Else: pass")).has_failed_authentication


class TestFiles:
    """… and its files"""

    def mail(self, *sizes: int) -> Arrived:
        mail = EmailMessage()
        mail.set_content("See below.")
        for number, size in enumerate(sizes):
            mail.add_attachment(b"x" * size, maintype="image", subtype="png", filename=f"{number}.png")
        return read(mail.as_bytes())

    def test_keeps_what_is_within_the_limits(self) -> None:
        assert [file.content is not None for file in self.mail(10, 10_000_000, 10_000_001).attachments] == [
            True,
            True,
            False,
        ]

    def test_keeps_no_more_than_twenty_and_names_fifty(self) -> None:
        files = self.mail(*[1] * 60).attachments
        assert (len(files), sum(file.content is not None for file in files)) == (50, 20)

    @pytest.mark.parametrize(
        ("name", "kept"),
        [("../../etc/passwd", "passwd"), ("C:\\Users\\eve\\a.exe", "a.exe"), ("a\u202egpj.exe", "agpj.exe")],
    )
    def test_keeps_their_names_without_folders_and_tricks(self, name: str, kept: str) -> None:
        mail = EmailMessage()
        mail.set_content("x")
        mail.add_attachment(b"x", maintype="a", subtype="b", filename=name)
        assert read(mail.as_bytes()).attachments[0].name == kept

    def test_takes_a_mail_within_the_mail_as_a_file(self) -> None:
        inner = EmailMessage()
        inner["Subject"] = "Inner"
        inner.set_content("Inner words.")
        mail = EmailMessage()
        mail.set_content("Outer words.")
        mail.add_attachment(inner)
        found = read(mail.as_bytes())
        assert found.words == "Outer words."
        assert b"Inner words." in (found.attachments[0].content or b"")


class TestNonsense:
    """… made of nonsense"""

    @given(raw=st.binary(max_size=2_000))
    def test_of_bytes_alone_gives_something_harmless(self, raw: bytes) -> None:
        self.assert_borne(raw)

    @given(
        name=st.sampled_from(
            [
                "From",
                "To",
                "Subject",
                "Content-Type",
                "Content-Disposition",
                "Content-Transfer-Encoding",
                "Message-ID",
                "References",
                "Date",
                "Authentication-Results",
                "Received-SPF",
                "Auto-Submitted",
            ]
        ),
        value=st.one_of(
            st.binary(max_size=200),
            st.sampled_from(
                [
                    b'multipart/mixed; boundary=""',
                    b'multipart/mixed; boundary="b\xff"',
                    b"text/plain; charset=no-such-charset",
                    b"text/plain; charset*0*=utf-8''%00; charset*1*=x",
                    b"=?utf-8?q?=00=0d=0aBcc:_eve?=",
                    b"=?x?y?z?=",
                    b"message/rfc822",
                    b"attachment; filename*=utf-8''%ff%00",
                    b"base64",
                    b"uuencode",
                    b"<" * 100,
                    b'"' * 99,
                    b"a@" * 80,
                ]
            ),
        ),
        body=st.binary(max_size=300),
    )
    def test_of_headers_gives_something_harmless(self, name: str, value: bytes, body: bytes) -> None:
        self.assert_borne(name.encode() + b": " + value + b"\n\n" + body)

    @pytest.mark.parametrize("name", MACHINES)
    def test_of_real_mails_broken_anywhere_gives_something_harmless(self, name: str) -> None:
        chance = random.Random(name)
        raw = MACHINES[name].encode()
        for _ in range(40):
            broken = bytearray(raw)
            for _ in range(chance.randint(1, 20)):
                place = chance.randrange(len(broken))
                match chance.randrange(3):
                    case 0:
                        broken[place] = chance.randrange(256)
                    case 1:
                        del broken[place : place + chance.randrange(30)]
                    case _:
                        broken[place:place] = bytes(chance.randrange(256) for _ in range(5))
            self.assert_borne(bytes(broken))

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n" * 5_000,
            b"".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n".encode() for n in range(300)),
            b"Subject: " + b"x" * 1_000_000 + b"\n\nx",
            b"X: y\n" * 20_000 + b"\nx",
            b"Content-Type: text/html\n\n" + b"<div>" * 50_000,
            b"Content-Type: text/html\n\n" + b"<a href=" * 40_000,
            b"Content-Type: text/html\n\n" + b"<!--" * 40_000,
        ],
        ids=["nothing", "many_parts", "deep_parts", "long_header", "many_headers", "deep_html", "links", "comments"],
    )
    def test_without_end_gives_something_harmless(self, raw: bytes) -> None:
        self.assert_borne(raw)

    def assert_borne(self, raw: bytes) -> None:
        for policy in (default, compat32):
            try:
                found = read_mail(BytesParser(EmailMessage, policy=policy).parsebytes(raw))
            except UNREADABLE:
                continue
            assert_harmless(found)
