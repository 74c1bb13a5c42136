"""Which page answers which address: the two apps' own, the administration, signing in and out."""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path

PAGES = [
    path("sign-in/", LoginView.as_view(redirect_authenticated_user=True), name="sign_in"),
    path("sign-out/", LogoutView.as_view(), name="sign_out"),
    path("admin/", admin.site.urls),
    path("", include("commitments.urls")),
    path("", include("notifications.urls")),
]
PROVIDER = path("anymail/", include("anymail.urls"))
"""Where a mail provider reports what became of a mail."""

# Without a secret anybody could report anybody's address as bounced.
urlpatterns = [*PAGES, PROVIDER] if "WEBHOOK_SECRET" in settings.ANYMAIL else PAGES
