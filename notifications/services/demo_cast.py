"""Who and what the demonstration is made of: invented people, teams and promises. Data only.

Every address is under a domain reserved for examples (RFC 2606), every telephone number from a range for fiction.
"""

from dataclasses import dataclass

from commitments.models import Kind


@dataclass(frozen=True, slots=True)
class DemoTeam:
    """A team: its zone, open week, telephone and people; the first of them supervises."""

    name: str
    zone: str
    week: list[list[list[str]]]
    phone: str
    hours: str
    people: tuple[tuple[str, str, str], ...]


def _week(*intervals: list[str], saturday: tuple[list[str], ...] = ()) -> list[list[list[str]]]:
    return [list(intervals) for _ in range(5)] + [list(saturday), []]


TEAMS = (
    DemoTeam(
        "Customer care",
        "Europe/Lisbon",
        _week(["09:00", "13:00"], ["14:00", "18:00"]),
        "+351 21 000 0101",
        "Monday to Friday, 9:00 to 18:00",
        (("sofia", "Sofia", "Lindqvist"), ("ana", "Ana", "Ruiz"), ("joao", "João", "Pires"), ("mei", "Mei", "Tanaka")),
    ),
    DemoTeam(
        "Technical support",
        "Europe/Berlin",
        _week(["08:00", "20:00"], saturday=(["09:00", "13:00"],)),
        "+49 30 23125 102",
        "Monday to Friday, 8:00 to 20:00, Saturday until 13:00",
        (
            ("jonas", "Jonas", "Weber"),
            ("aylin", "Aylin", "Demir"),
            ("oskar", "Oskar", "Nowak"),
            ("chidi", "Chidi", "Okafor"),
        ),
    ),
    DemoTeam(
        "Repairs and field service",
        "America/New_York",
        _week(["07:30", "16:30"]),
        "+1 212 555 0103",
        "Monday to Friday, 7:30 am to 4:30 pm",
        (
            ("marcus", "Marcus", "Bell"),
            ("priya", "Priya", "Raman"),
            ("leila", "Leila", "Haddad"),
            ("tom", "Tom", "Kowalczyk"),
        ),
    ),
)
LEADER = ("lena", "Lena", "Hartmann")

CUSTOMERS = (
    ("Maria Lopez", "Europe/Madrid", "es", "Prefers mail; never before ten."),
    ("Zoë Müller-Lüdenscheidt", "Europe/Berlin", "de", ""),
    ("山田 花子", "Asia/Tokyo", "ja", "Evenings in Tokyo are best."),
    ("محمد العلي", "Asia/Dubai", "ar", ""),
    ("Nguyễn Thị Hương", "Asia/Ho_Chi_Minh", "vi", ""),
    ("Олена Коваль", "Europe/Kyiv", "uk", ""),
    ("Σοφία Παπαδοπούλου", "Europe/Athens", "el", ""),
    ("James O'Connor", "Europe/Dublin", "en", "Works nights; mail is fine at any hour."),
    ("Aroha Ngata", "Pacific/Auckland", "en", ""),
    ("Camila Ferreira dos Santos", "America/Sao_Paulo", "pt", ""),
    ("דנה לוי", "Asia/Jerusalem", "he", "Not on Saturdays."),
    ("Ingrid Sørensen", "Europe/Copenhagen", "da", ""),
    ("Kwame Mensah", "Africa/Accra", "en", ""),
    ("Emily Carter", "America/Chicago", "en", "Call her mobile."),
    ("Łukasz Wiśniewski", "Europe/Warsaw", "pl", ""),
    ("김민준", "Asia/Seoul", "ko", ""),
    ("Fatima Zahra Benali", "Africa/Casablanca", "fr", ""),
    ("Oliver Whitfield", "Australia/Sydney", "en", ""),
    ("Aditi Krishnamurthy Venkataraman", "Asia/Kolkata", "en", ""),
    ("Noah Williams", "America/New_York", "en", ""),
    ("Chloé Dubois", "Europe/Paris", "fr", ""),
    ("Björn Guðmundsson", "Atlantic/Reykjavik", "is", ""),
    ("Valentina Rossi", "Europe/Rome", "it", ""),
    ("Samuel Adeyemi", "Africa/Lagos", "en", ""),
    ("Hannah Goldberg", "America/Los_Angeles", "en", "In meetings all morning."),
    ("Tuan Rahman", "Asia/Kuala_Lumpur", "ms", ""),
    ("Miguel Ángel Castillo", "America/Mexico_City", "es", ""),
    ("Freya Campbell", "Europe/London", "en", ""),
    ("Ayşe Yılmaz", "Europe/Istanbul", "tr", ""),
    ("Dimitri Volkov", "Europe/Riga", "ru", ""),
    ("Grace Nakamura", "Pacific/Honolulu", "en", ""),
    ("Lars van der Berg", "Europe/Amsterdam", "nl", ""),
    ("Wanjiru Kamau", "Africa/Nairobi", "en", ""),
    ("Isabella Moretti", "America/Argentina/Buenos_Aires", "es", ""),
    ("陳怡君", "Asia/Taipei", "zh-hant", ""),
    ("Paul Schneider", "Europe/Vienna", "de", ""),
    ("Rosa Delgado", "America/Bogota", "es", ""),
    ("Henrik Virtanen", "Europe/Helsinki", "fi", ""),
    ("Amira Saleh", "Africa/Cairo", "ar", ""),
    ("Peter Hughes", "Europe/London", "en", "The line is his neighbour's; ask for him."),
)

PROMISES: dict[str, tuple[tuple[str, str], ...]] = {
    Kind.CALLBACK: (
        ("call you back about the refund", "Charged twice and the rent is due."),
        ("ring you back with a delivery slot", "Has to take time off work for it."),
        ("call back once the engineer has looked at the line", "Works from home, line drops every hour."),
        ("call you about the missing parts", "The children's bed is half built."),
        ("phone back with the price for the larger model", ""),
    ),
    Kind.FIX: (
        ("send you a replacement router", "Runs a shop; the card terminal is offline."),
        ("repair the heating in the back office", "Ten people sit there."),
        ("restore your mailbox from Tuesday's backup", "Needs a contract that is in it."),
        ("put the billing address right and reissue the invoice", "The accountant wants it this month."),
        ("replace the cracked display", "Uses it as a reading aid."),
        ("get the lift in house B running again", "A tenant on the fifth floor uses a wheelchair."),
    ),
    Kind.STATUS_UPDATE: (
        ("tell you where the parcel is", "It holds medicine."),
        ("let you know how the warranty claim stands", ""),
        ("send you news of the network fault", "Third fault this month."),
        ("tell you whether the spare part has arrived", "The dishwasher has been out for two weeks."),
    ),
    Kind.ANSWER: (
        ("find out whether the tariff can be changed in mid-month", ""),
        ("tell you if the old phone works with the new card", "Travels on Friday."),
        ("answer whether the guarantee covers water damage", "The basement was flooded."),
        ("find out why the meter reading jumped", "The bill tripled."),
    ),
    Kind.OTHER: (
        ("send you the form for a deceased relative's account", "Please be gentle."),
        ("have the manual in large print sent to you", ""),
        ("take you off the calling list", "Was called three times this week."),
    ),
}

NEWS = (
    "I have spoken with the department that decides; their answer is due tomorrow.",
    "A colleague has taken the first step; the second one needs a day.",
    "Our supplier has confirmed that they have the request.",
    "I have found where it got stuck, and it moves again.",
    "Half of it is done; I will write when the rest is.",
)
AT_RISK = (
    (
        "The part that we need has not come yet, and we may not make the date.",
        "I ask for it again today, and tell you what I hear.",
        "If you cannot wait, tell me, and I will look for another way today.",
    ),
    (
        "A colleague is ill, and the day after is likelier than the date that we gave you.",
        "I take it over tomorrow morning.",
        "If you need it sooner, call us and ask for my supervisor.",
    ),
)
"""What happened, what happens next, and what the customer can choose."""
HOW_KEPT = (
    "Called and explained everything.",
    "Done, and checked together with the customer.",
    "Sent; the customer has confirmed that it came.",
    "Put right; the customer has seen it.",
)
