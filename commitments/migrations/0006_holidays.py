"""Let a calendar have the public holidays of a place, and a closed day say where it comes from.

Closed days that stand were written by people: they are closures of our own.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the place, where closed days come from, and the mark of the hours by which promises were timed."""

    dependencies = [
        ("commitments", "0005_people_asks_and_relations"),
    ]

    operations = [
        migrations.AddField(
            model_name="businesscalendar",
            name="country",
            field=models.CharField(
                blank=True,
                default="",
                help_text="Its public holidays are closed days; none where this is blank.",
                max_length=2,
            ),
        ),
        migrations.AddField(
            model_name="businesscalendar",
            name="subdivision",
            field=models.CharField(
                blank=True,
                default="",
                help_text="A part of the country with holidays of its own, such as BY.",
                max_length=24,
            ),
        ),
        migrations.AddField(
            model_name="businesscalendar",
            name="timed_as",
            field=models.CharField(
                blank=True,
                default="",
                editable=False,
                help_text="The mark of the hours by which open promises were last timed.",
                max_length=64,
            ),
        ),
        migrations.AddField(
            model_name="closedday",
            name="is_open",
            field=models.BooleanField(
                default=False,
                help_text="A public holiday on which the team works all the same.",
                verbose_name="we work",
            ),
        ),
        migrations.AddField(
            model_name="closedday",
            name="source",
            field=models.CharField(
                choices=[("closure", "Our own"), ("holiday", "Public holiday")], default="closure", max_length=8
            ),
        ),
        migrations.AlterField(
            model_name="word",
            name="named_at",
            field=models.DateTimeField(
                help_text="By when it says that the customer hears again, "
                "or an earlier time if the clocks came forward since."
            ),
        ),
        migrations.AddConstraint(
            model_name="businesscalendar",
            constraint=models.CheckConstraint(
                condition=models.Q(("subdivision", ""), models.Q(("country", ""), _negated=True), _connector="OR"),
                name="calendar_subdivision_of_a_country",
            ),
        ),
        migrations.AddConstraint(
            model_name="closedday",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_open", False), ("source", "holiday"), _connector="OR"),
                name="closed_day_worked_is_a_holiday",
            ),
        ),
    ]
