"""What customers know a team by: language, signature, colour, logo."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("commitments", "0013_ask_a_person"),
    ]

    operations = [
        migrations.AlterField(
            model_name="customer",
            name="language",
            field=models.CharField(blank=True, default="", help_text="Empty: not known; the team’s.", max_length=16),
        ),
        migrations.CreateModel(
            name="Picture",
            fields=[
                ("digest", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("media_type", models.CharField(max_length=16)),
                ("contents", models.BinaryField()),
                ("kept_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="team",
            name="colour",
            field=models.CharField(
                blank=True,
                help_text="Of buttons and links to customers, as in #1f5fa3; empty: Kept’s own blue.",
                max_length=7,
            ),
        ),
        migrations.AddField(
            model_name="team",
            name="language",
            field=models.CharField(
                default="en", help_text="Of mails to customers whose own language there are no words in.", max_length=16
            ),
        ),
        migrations.AddField(
            model_name="team",
            name="signature",
            field=models.TextField(
                blank=True, help_text="A few lines under what a person writes to a customer.", max_length=300
            ),
        ),
        migrations.AddField(
            model_name="team",
            name="logo",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="commitments.picture",
            ),
        ),
    ]
