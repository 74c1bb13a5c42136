"""Which page of `notifications` answers which address."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, path, re_path

from notifications.web import banner, bulk, inbound, mailbox, mails, preview, status, suppressions, unsubscribe

app_name = "notifications"

REFERENCE = r"(?P<reference>[0-9A-Za-z]{1,8})"
MAIL = r"(?P<mail_id>[0-9a-f-]{36})"

urlpatterns: list[URLPattern | URLResolver] = [
    re_path(rf"^promises/{REFERENCE}/mails/$", mails.show_all, name="mails"),
    re_path(rf"^promises/{REFERENCE}/mails/{MAIL}/$", mails.show, name="mail"),
    re_path(rf"^promises/{REFERENCE}/mails/{MAIL}/html/$", mails.show_html, name="mail_html"),
    re_path(rf"^promises/{REFERENCE}/preview/next/$", preview.of_next, name="preview_next"),
    re_path(rf"^promises/{REFERENCE}/preview/(?P<path>[a-z-]+)/$", preview.of_act, name="preview"),
    path("board/bulk/<slug:name>/preview/", bulk.of_all, name="bulk_preview"),
    path("desk/preview/", preview.of_log, name="preview_log"),
    path("desk/line/preview/", preview.of_line, name="preview_line"),
    path("mail/preview/", preview.show_html, name="preview_html"),
    # Watched by people and programs alike, and typed by hand: with or without the last stroke.
    re_path(r"^status/?$", status.show, name="status"),
    path("inbound/", inbound.show_all, name="inbound"),
    path("inbound/dismiss/", inbound.dismiss_machines_mail, name="inbound_dismiss_machines"),
    path("inbound/<int:pk>/", inbound.show, name="inbound_mail"),
    path("inbound/<int:pk>/html/", inbound.show_html, name="inbound_html"),
    path("inbound/<int:pk>/file/", inbound.file, name="inbound_file"),
    path("inbound/<int:pk>/dismiss/", inbound.dismiss, name="inbound_dismiss"),
    path("inbound/<int:pk>/files/<int:attachment>/", inbound.download, name="inbound_attachment"),
    re_path(rf"^promises/{REFERENCE}/mails/{MAIL}/went/$", mails.it_went, name="mail_went"),
    re_path(rf"^promises/{REFERENCE}/mails/{MAIL}/send/$", mails.send_it, name="send_mail"),
    path("suppressions/", suppressions.show, name="suppressions"),
    path("suppressions/<int:pk>/lift/", suppressions.lift_one, name="lift_suppression"),
    path("unsubscribe/<token>/", unsubscribe.answer, name="unsubscribe"),
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
