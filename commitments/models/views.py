"""What the Board can be narrowed to, kept under a name for a whole team."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from commitments.models.people import Team


class SavedView(models.Model):
    """One team's name for a set of filters; its supervisors share it."""

    NAME_AT_MOST = 60
    QUERY_AT_MOST = 1000

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="views")
    name = models.CharField(max_length=NAME_AT_MOST)
    query = models.CharField("the filters as the Board’s address has them", max_length=QUERY_AT_MOST)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("team", Upper("name"), name="saved_view_name_once_a_team"),
            models.CheckConstraint(condition=~Q(name=""), name="saved_view_has_a_name"),
            models.CheckConstraint(condition=~Q(query=""), name="saved_view_narrows_something"),
        ]

    def __str__(self) -> str:
        return self.name
