from typing import Any

from django.db import migrations

OF_THE_ADDRESS = ("bounced", "complained", "not_for_me")


def suppress_what_is_flagged(apps: Any, schema_editor: Any) -> None:
    """Leave alone what customers are flagged for already, each address once, since its first flag."""
    customers = apps.get_model("commitments", "Customer").objects.filter(do_not_mail__in=OF_THE_ADDRESS)
    suppression = apps.get_model("notifications", "Suppression")
    first: dict[str, Any] = {}
    for customer in customers.exclude(email="").order_by("do_not_mail_at", "pk"):
        first.setdefault(customer.email.casefold(), customer)
    suppression.objects.bulk_create(
        suppression(address=address, reason=customer.do_not_mail, since=customer.do_not_mail_at or customer.created_at)
        for address, customer in first.items()
    )


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0007_suppressions"),
        ("commitments", "0011_addresses_in_any_case"),
    ]

    operations = [
        migrations.RunPython(suppress_what_is_flagged, migrations.RunPython.noop),
    ]
