"""Which page of `notifications` answers which address."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, path, re_path

from notifications.web import banner, mailbox, mails, preview, status, suppressions

app_name = "notifications"

REFERENCE = r"(?P<reference>[0-9A-Za-z]{1,8})"
MAIL = r"(?P<mail_id>[0-9a-f-]{36})"

urlpatterns: list[URLPattern | URLResolver] = [
    re_path(rf"^promises/{REFERENCE}/mails/$", mails.show_all, name="mails"),
    re_path(rf"^promises/{REFERENCE}/mails/{MAIL}/$", mails.show, name="mail"),
    re_path(rf"^promises/{REFERENCE}/mails/{MAIL}/html/$", mails.show_html, name="mail_html"),
    re_path(rf"^promises/{REFERENCE}/preview/(?P<path>[a-z-]+)/$", preview.of_act, name="preview"),
    path("desk/preview/", preview.of_log, name="preview_log"),
    path("mail/preview/", preview.show_html, name="preview_html"),
    # Watched by people and programs alike, and typed by hand: with or without the last stroke.
    re_path(r"^status/?$", status.show, name="status"),
    re_path(rf"^promises/{REFERENCE}/mails/{MAIL}/went/$", mails.it_went, name="mail_went"),
    re_path(rf"^promises/{REFERENCE}/mails/{MAIL}/send/$", mails.send_it, name="send_mail"),
    path("suppressions/", suppressions.show, name="suppressions"),
    path("suppressions/<int:pk>/lift/", suppressions.lift_one, name="lift_suppression"),
    path("mail/banner/", banner.show, name="banner"),
    path("mail/held/release/", banner.release, name="release_held"),
    path("mail/held/drop/", banner.drop, name="drop_held"),
]
if settings.MAILBOX:
    urlpatterns += [
        path("mailbox/", mailbox.show_all, name="mailbox"),
        path("mailbox/<int:pk>/", mailbox.show, name="mailbox_message"),
        path("mailbox/<int:pk>/html/", mailbox.show_html, name="mailbox_html"),
    ]
