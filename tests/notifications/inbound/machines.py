"""What machines answer: the formats of mail servers, answering machines and ticket systems, as they write them.

`{to}` is the address of ours that the machine answers. Addresses and names are invented.
"""

REPORT = """Content-Type: multipart/report; report-type=delivery-status; boundary="b1"
MIME-Version: 1.0

--b1
Content-Type: text/plain; charset=us-ascii

{said}

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; {server}

Final-Recipient: rfc822; maria@example.org
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 No such user here

--b1
Content-Type: message/rfc822

From: "Customer care" <kept@kept.example>
To: maria@example.org
Subject: Your replacement router: our promise

We promised to send you a replacement router.
--b1--
"""


def report(headers: str, *, said: str, server: str) -> str:
    """Write a delivery report in the common form (RFC 3464)."""
    return headers.strip() + "\n" + REPORT.replace("{said}", said).replace("{server}", server)


AUTO_REPLIES = {
    "exchange_out_of_office": """From: Maria Lopez <maria@example.org>
To: {to}
Subject: Automatic reply: Your replacement router: our promise
Message-ID: <AM0PR04MB1234@AM0PR04MB1234.eurprd04.prod.outlook.com>
In-Reply-To: <1@in.kept.example>
Auto-Submitted: auto-generated
X-Auto-Response-Suppress: All
X-MS-Exchange-Inbox-Rules-Loop: maria@example.org
Content-Language: en-US

I am out of the office until Monday. For anything urgent please call +351 21 000 0000.
""",
    "exchange_on_premises_german": """From: =?iso-8859-1?Q?J=F6rg_M=FCller?= <joerg@example.org>
To: {to}
Subject: Abwesenheitsnotiz: Ihr Ersatzrouter
Message-ID: <5f0c@EXCH01.example.org>
X-Auto-Response-Suppress: DR, OOF, AutoReply
Auto-Submitted: auto-generated
Content-Type: text/plain; charset="iso-8859-1"
Content-Transfer-Encoding: quoted-printable

Ich bin bis zum 30.11. nicht im B=FCro.
""",
    "gmail_vacation": """From: Maria Lopez <maria.lopez@example.org>
To: {to}
Subject: Away until Thursday Re: Your replacement router
Message-ID: <CAB+x=abc@mail.gmail.com>
In-Reply-To: <1@in.kept.example>
References: <1@in.kept.example>
Auto-Submitted: auto-replied
Precedence: bulk
X-Autoreply: yes

Hi, I am travelling and will read mail on Thursday.
""",
    "outlook_com": """From: Maria Lopez <maria@outlook.example>
To: {to}
Subject: Automatic reply: Your replacement router
Message-ID: <DB7PR@DB7PR.eurprd10.prod.outlook.com>
X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent
X-Auto-Response-Suppress: All
auto-submitted: auto-generated

Thank you for your message. I will be back on the 24th.
""",
    "lotus_notes_agent": """From: Maria.Lopez@example.org
To: {to}
Subject: AUTO: Maria Lopez is out of the office (returning 30/11/2026)
Message-ID: <OF1A2B3C4D.00-ON80257@example.org>
Auto-Submitted: auto-generated
X-MIMETrack: Serialize by Router on MAIL01/EXAMPLE(Release 9.0.1FP10)
X-Notes-Item: 1; name=$AssistMail

I am out of the office until 30/11/2026. Note: This is an automated response to your message.
""",
    "lotus_notes_without_headers": """From: Maria.Lopez@example.org
To: {to}
Subject: Maria Lopez is out of the office.
Message-ID: <OF99.00-ON80257@example.org>
X-MIMETrack: Itemize by SMTP Server on MAIL01/EXAMPLE

I will be out of the office starting 18.11.2026 and will not return until 30.11.2026.
""",
    "groupwise_rule": """From: "Maria Lopez" <mlopez@example.org>
To: {to}
Subject: Re: Your replacement router (Out of Office)
Message-ID: <5A0B1C2D0200003@gwia.example.org>
X-Mailer: Novell GroupWise Internet Agent 14.2.2
Auto-Submitted: auto-replied

I am out of the office and will answer when I return.
""",
    "zimbra_vacation": """From: Maria Lopez <maria@example.org>
To: {to}
Subject: Re: Your replacement router
Message-ID: <1234.567.JavaMail.zimbra@example.org>
In-Reply-To: <1@in.kept.example>
Auto-Submitted: auto-replied (zimbra; vacation)
Precedence: bulk

I am on holiday until the end of the month.
""",
    "dovecot_sieve": """Return-Path: <>
From: <maria@example.org>
To: {to}
Subject: Auto: Your replacement router
Message-ID: <dovecot-sieve-1763-0@mail.example.org>
X-Sieve: Pigeonhole Sieve 0.5.4
Auto-Submitted: auto-replied (vacation)
Precedence: bulk
X-Auto-Response-Suppress: All

Back on Monday.
""",
    "unix_vacation": """From: maria@example.org (Maria Lopez)
To: {to}
Subject: away from my mail
Precedence: bulk
Message-Id: <202611181020.xx@host.example.org>

I will not be reading my mail for a while.
""",
    "exim_autoreply": """From: maria@example.org
To: {to}
Subject: On vacation
Message-Id: <E1kf-0001@mail.example.org>
Auto-Submitted: auto-replied
In-Reply-To: <1@in.kept.example>

I am away.
""",
    "apple_icloud_vacation": """From: Maria Lopez <maria@icloud.example>
To: {to}
Subject: Re: Your replacement router
Message-id: <0C1D@icloud.example>
Auto-Submitted: auto-replied
X-Autoreply-From: maria@icloud.example

I am currently away.
""",
    "yahoo_vacation": """From: Maria Lopez <maria@yahoo.example>
To: {to}
Subject: Vacation reply
Message-ID: <1.2@mail.yahoo.example>
X-Autoreply: yes
Auto-Submitted: auto-replied

Thank you for your message.
""",
    "french_out_of_office": """From: Marie Dupont <marie@example.org>
To: {to}
Subject: =?UTF-8?Q?R=C3=A9ponse_automatique_:_Votre_routeur?=
Message-ID: <PR1@PR1.eurprd04.prod.outlook.com>
Auto-Submitted: auto-generated
X-Auto-Response-Suppress: All
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Je suis absente du bureau jusqu'au 30 novembre.
""",
    "spanish_without_headers": """From: Maria Lopez <maria@example.org>
To: {to}
Subject: Respuesta automatica: Su router
Message-ID: <ES1@mail.example.org>

Estoy fuera de la oficina hasta el lunes.
""",
    "japanese_without_headers": """From: =?UTF-8?B?5bGx55Sw?= <yamada@example.org>
To: {to}
Subject: =?UTF-8?B?6Ieq5YuV5b+c562UOiDjg6vjg7zjgr/jg7w=?=
Message-ID: <JP1@mail.example.org>
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: base64

5LiN5Zyo44GE44Gf44GX44G+44GZ44CC
""",
    "zendesk_ticket": """From: Example Support <support@example.zendesk.example>
To: {to}
Subject: [Request received] Your replacement router
Message-ID: <ABC_1_sprut@zendesk.example>
X-Mailer: Zendesk Mailer
Auto-Submitted: auto-generated
X-Auto-Response-Suppress: All
X-Zendesk-From-Account-Id: abc123

Your request (4711) has been received and is being reviewed by our support staff.
""",
    "freshdesk_ticket": """From: Example <support@example.freshdesk.example>
To: {to}
Subject: Ticket Received - Your replacement router
Message-ID: <fd-1@freshdesk.example>
X-FD-Email-Category: autoresponse
Auto-Submitted: auto-replied
X-Auto-Response-Suppress: DR, RN, OOF, AutoReply

We have received your request and a ticket has been created.
""",
    "jira_service_desk": """From: Example Desk <jira@example.atlassian.example>
To: {to}
Subject: DESK-99 Your replacement router
Message-ID: <JIRA.1.2.3@Atlassian.JIRA>
X-JIRA-FingerPrint: 0cc175b9c0f1b6a831c399e269772661
Precedence: bulk
Auto-Submitted: auto-generated

Just confirming that we got your request. We're on it.
""",
    "otrs_autoresponse": """From: Example Helpdesk <help@example.org>
To: {to}
Subject: [Ticket#2026111800001] RE: Your replacement router
Message-ID: <1763.1.2@otrs.example.org>
X-OTRS-Loop: yes
X-Loop: yes
Precedence: bulk

This is an automatic answer: your mail has been taken down.
""",
    "read_receipt": """From: Maria Lopez <maria@example.org>
To: {to}
Subject: Read: Your replacement router
Message-ID: <mdn1@example.org>
Content-Type: multipart/report; report-type=disposition-notification; boundary="m1"
MIME-Version: 1.0

--m1
Content-Type: text/plain

Your message was read on Wednesday, 18 November 2026 10:25.
--m1
Content-Type: message/disposition-notification

Final-Recipient: rfc822; maria@example.org
Disposition: automatic-action/MDN-sent-automatically; displayed
--m1--
""",
    "firstclass_machine": """From: Maria Lopez <maria@example.org>
To: {to}
Subject: Re(2): Your replacement router
Message-ID: <fc.000f4c1@example.org>
X-FC-MachineGenerated: true
X-POST-MessageClass: 9; Autoresponder

I am away at the moment.
""",
}
"""Machines that answer in a person's place."""

BOUNCES = {
    "postfix": report(
        """Return-Path: <>
From: MAILER-DAEMON@mail.example.org (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
Message-Id: <20261118102100.0A1B2@mail.example.org>
Auto-Submitted: auto-replied""",
        said="This is the mail system at host mail.example.org.",
        server="mail.example.org",
    ),
    "exim": """Return-path: <>
From: Mail Delivery System <Mailer-Daemon@mail.example.org>
To: {to}
Subject: Mail delivery failed: returning message to sender
Message-Id: <E1kg-0002@mail.example.org>
Auto-Submitted: auto-replied
X-Failed-Recipients: maria@example.org

This message was created automatically by mail delivery software.
A message that you sent could not be delivered to one or more of its recipients.
""",
    "sendmail": report(
        """From: Mail Delivery Subsystem <MAILER-DAEMON@mail.example.org>
To: {to}
Subject: Returned mail: see transcript for details
Message-Id: <202611181021.x@mail.example.org>
Auto-Submitted: auto-generated (failure)""",
        said="The original message was received at Wed, 18 Nov 2026 10:21:00 GMT",
        server="mail.example.org",
    ),
    "qmail": """From: MAILER-DAEMON@mail.example.org
To: {to}
Subject: failure notice

Hi. This is the qmail-send program at mail.example.org.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.
""",
    "exchange_ndr": report(
        """From: <postmaster@example.org>
To: {to}
Subject: Unzustellbar: Ihr Ersatzrouter
Message-ID: <ndr-1@EXCH01.example.org>
X-MS-Exchange-Message-Is-Ndr:""",
        said="Fehler bei der Nachrichtenzustellung an folgende Empfänger",
        server="EXCH01.example.org",
    ),
    "gmail": report(
        """From: Mail Delivery Subsystem <mailer-daemon@googlemail.example>
To: {to}
Subject: Delivery Status Notification (Failure)
Message-ID: <5fb4.1c69@mx.google.example>
Auto-Submitted: auto-replied
X-Failed-Recipients: maria@example.org""",
        said="Address not found. Your message wasn't delivered.",
        server="googlemail.example",
    ),
    "amazon_ses": report(
        """From: MAILER-DAEMON@eu-west-1.amazonses.example
To: {to}
Subject: Delivery Status Notification (Failure)
Message-ID: <0102017-000000@eu-west-1.amazonses.example>""",
        said="An error occurred while trying to deliver the mail to the following recipients: maria@example.org",
        server="a7-1.smtp-out.eu-west-1.amazonses.example",
    ),
    "groupwise": """From: "Mailer-Daemon" <Mailer-Daemon@gwia.example.org>
To: {to}
Subject: Mail System Error - Returned Mail
Message-ID: <gw-1@gwia.example.org>

The message that you sent was undeliverable to the following: mlopez (user not found)
""",
    "lotus_domino": report(
        """From: Postmaster@example.org
To: {to}
Subject: DELIVERY FAILURE: User maria (maria@example.org) not listed in Domino Directory
Message-ID: <OF77.00@example.org>
X-MIMETrack: Itemize by SMTP Server on MAIL01/EXAMPLE""",
        said="Your message was not delivered to maria@example.org",
        server="MAIL01",
    ),
    "postmark_inbound_blocked": """Return-Path: <>
From: "Mail Delivery System" <no-reply@mtasv.example>
To: {to}
Subject: Undeliverable: Your replacement router
Message-ID: <pm-1@mtasv.example>

Your message could not be delivered.
""",
    "mailgun_null_sender": """Return-Path: <>
From: postmaster@mg.example.org
To: {to}
Subject: Message not delivered
Message-ID: <mg-1@mg.example.org>
Auto-Submitted: auto-generated

Your message could not be delivered to maria@example.org.
""",
}
"""Mail servers that bring a mail of ours back."""

LISTS = {
    "mailman": """From: Maria Lopez <maria@example.org>
To: neighbours@lists.example.org
Cc: {to}
Subject: [Neighbours] Re: Your replacement router
Message-ID: <list-1@lists.example.org>
In-Reply-To: <1@in.kept.example>
List-Id: Neighbours <neighbours.lists.example.org>
List-Unsubscribe: <mailto:neighbours-leave@lists.example.org>
Precedence: list

Does anybody else have this router?
""",
    "newsletter": """From: Example Shop <news@shop.example>
To: {to}
Subject: Routers, 20 percent off
Message-ID: <news-1@shop.example>
List-Unsubscribe: <https://shop.example/u/1>
List-Unsubscribe-Post: List-Unsubscribe=One-Click

Buy a router today.
""",
}
"""What goes to many."""

MACHINES = AUTO_REPLIES | BOUNCES | LISTS


def variations(raw: str, *, to: str) -> list[tuple[bytes, str, str | None]]:
    """Give ten ways in which one mail may reach us: its bytes, the envelope's recipient and its sender."""
    head, _, body = raw.replace("{to}", to).partition("\n\n")
    plain = f"{head}\n\n{body}"
    hidden = plain.replace(to, "undisclosed@example.org", 1)
    shouted = "\n".join(
        line if line[:1].isspace() or ":" not in line else f"{line.partition(':')[0].upper()}:{line.partition(':')[2]}"
        for line in head.split("\n")
    )
    folded = head.replace("Subject: ", "Subject:\n ").replace("Auto-Submitted: ", "Auto-Submitted:\n ")
    received = "Received: from a.example.org (a.example.org [192.0.2.1])\n\tby b.example.org with ESMTP; x\n" * 3
    quoted = f"{body}\nOn Wed, 18 Nov 2026 at 10:20, Customer care <{to}> wrote:\n> Hello Maria\n"
    is_plain = "multipart" not in head and "base64" not in head
    return [
        (plain.encode(), "", None),
        (plain.replace("\n", "\r\n").encode(), to, None),
        (hidden.encode(), to, ""),
        (hidden.encode(), to.upper(), "<>"),
        (f"{shouted}\n\n{body}".encode(), to, None),
        (f"{folded}\n\n{body}".encode(), to, None),
        (f"{received}{plain}".encode(), f"<{to}>", "bounce@example.org"),
        ((f"{head}\n\n{quoted}" if is_plain else plain).encode(), to, None),
        (plain.replace("Message-I", "X-Old-Message-I").encode(), to, None),
        (plain.encode("latin-1", "replace"), f"someone@example.org, {to}", None),
    ]
