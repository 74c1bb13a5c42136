from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0008_suppress_flagged_addresses"),
    ]

    operations = [
        migrations.AlterField(
            model_name="notification",
            name="hold",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Nothing"),
                    ("waking_hours", "waits for the customer’s waking hours"),
                    ("stop_switch", "automatic customer mail is stopped"),
                    ("calling", "waits while somebody is calling the customer"),
                    ("trying", "gives the customer time to see whether it is solved"),
                    ("gathering", "waits to go together with others"),
                    ("catch_up", "waits for a supervisor’s go after an outage"),
                    ("lost", "nobody can tell whether it went: somebody has to decide"),
                ],
                default="",
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="notification",
            name="kind",
            field=models.CharField(
                choices=[
                    ("promised", "Receipt"),
                    ("holding", "Holding mail"),
                    ("update", "Update"),
                    ("missed", "Missed mail"),
                    ("renegotiated", "New date"),
                    ("kept", "Kept"),
                    ("withdrawn", "Withdrawn"),
                    ("handed_over", "Handed over"),
                    ("reopened", "Reopened"),
                    ("corrected", "Corrected"),
                    ("aftercare", "Is it solved?"),
                    ("reminder", "Reminder"),
                    ("still_on_it", "Still on it?"),
                    ("overdue", "Overdue"),
                    ("silent", "Silent"),
                    ("undeliverable", "Undeliverable"),
                    ("unanswered", "Unanswered"),
                    ("disputed", "Disputed"),
                    ("untold", "Bad news not told"),
                    ("handoff_lapsed", "Handoff not accepted"),
                    ("handoff_offered", "Will you take over?"),
                    ("answer_not_given", "No answer to our question"),
                    ("call_instead", "Please call"),
                    ("lost_mail", "Did it go?"),
                    ("gathered", "Several together"),
                    ("shift_list", "The day’s list"),
                ],
                max_length=16,
            ),
        ),
    ]
