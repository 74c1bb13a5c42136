from typing import Any

from django.db import migrations
from django.db.models import OuterRef, Subquery


def name_the_customers(apps: Any, schema_editor: Any) -> None:
    """Say of every stored mail to a customer which customer that was: the promise's own."""
    notification = apps.get_model("notifications", "Notification")
    commitment = apps.get_model("commitments", "Commitment")
    own = commitment.objects.filter(pk=OuterRef("commitment_id")).values("customer_id")[:1]
    notification.objects.filter(to_customer=True, customer__isnull=True).update(customer_id=Subquery(own))


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0004_whom_mails_are_for"),
    ]

    operations = [
        migrations.RunPython(name_the_customers, migrations.RunPython.noop),
    ]
