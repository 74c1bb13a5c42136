import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0006_one_recipient_each"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="deliveryevent",
            name="provider_event_id",
            field=models.CharField(
                blank=True, help_text="The provider’s, or made of the instant where it gives none.", max_length=200
            ),
        ),
        migrations.AlterField(
            model_name="deliveryevent",
            name="result",
            field=models.CharField(
                choices=[
                    ("deferred", "Not taken yet"),
                    ("delivered", "Delivered"),
                    ("unsubscribed", "Wants real news only"),
                    ("soft_bounced", "Came back for now"),
                    ("failed", "Could not be sent"),
                    ("rejected", "Rejected"),
                    ("bounced", "Came back"),
                    ("complained", "Reported as unwanted"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="notification",
            name="delivery",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Nothing came back"),
                    ("deferred", "Not taken yet"),
                    ("delivered", "Delivered"),
                    ("soft_bounced", "Came back for now"),
                    ("failed", "Could not be sent"),
                    ("rejected", "Rejected"),
                    ("bounced", "Came back"),
                    ("complained", "Reported as unwanted"),
                ],
                default="",
                max_length=16,
            ),
        ),
        migrations.CreateModel(
            name="Suppression",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "address",
                    models.CharField(
                        help_text="With its case folded: one address, however it is written.", max_length=254
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("bounced", "Mail came back"),
                            ("complained", "Reported our mail as unwanted"),
                            ("not_for_me", "Said the mail was not for them"),
                        ],
                        max_length=16,
                    ),
                ),
                ("since", models.DateTimeField()),
                ("detail", models.CharField(blank=True, help_text="What the other side said.", max_length=500)),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                ("lifted_because", models.CharField(blank=True, max_length=300)),
                (
                    "lifted_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "notification",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        help_text="The mail that came back, where it was one.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="suppressions",
                        to="notifications.notification",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["-since"], name="suppression_newest")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at__isnull", True)),
                        fields=("address",),
                        name="suppression_once_in_force",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("address", ""), _negated=True), name="suppression_of_an_address"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lifted_at__isnull", True), ("lifted_because", ""), ("lifted_by__isnull", True)),
                            models.Q(
                                ("lifted_at__isnull", False),
                                ("lifted_by__isnull", False),
                                models.Q(("lifted_because", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="suppression_lifted_by_somebody",
                    ),
                ],
            },
        ),
    ]
