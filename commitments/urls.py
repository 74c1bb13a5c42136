"""Which page of `commitments` answers which address."""

from django.urls import URLPattern, URLResolver, path, re_path

from commitments.web import (
    as_customer,
    away,
    board,
    board_export,
    board_views,
    bulk,
    customer,
    customer_page,
    desk,
    held,
    log,
    merging,
    pages,
    pictures,
    policies,
    promise,
    quick_log,
    search,
    self_test,
    shift,
)
from commitments.web.acts import ACTS

app_name = "commitments"

REFERENCE = r"(?P<reference>[0-9A-Za-z]{1,8})"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", desk.show, name="desk"),
    path("favicon.ico", pages.icon),
    re_path(r"^pictures/(?P<digest>[0-9a-f]{32})$", pictures.show, name="picture"),
    re_path(r"^pictures/(?P<code>[0-9a-f]{6})\.css$", pictures.colours, name="colours"),
    path("desk/log/", log.log, name="log"),
    path("desk/line/", quick_log.log, name="quick_log"),
    path("desk/line/read/", quick_log.read_aloud, name="quick_read"),
    path("desk/line/form/", quick_log.full_form, name="quick_form"),
    re_path(rf"^desk/line/{REFERENCE}/undo/$", quick_log.undo, name="quick_undo"),
    path("desk/customers/", log.customer_options, name="customer_options"),
    path("desk/due/", log.due_in_words, name="due_in_words"),
    re_path(rf"^desk/{REFERENCE}/on-track/$", desk.on_track, name="desk_on_track"),
    re_path(rf"^desk/{REFERENCE}/kept/$", desk.kept, name="desk_kept"),
    re_path(rf"^desk/{REFERENCE}/acts/(?P<path>[a-z-]{{1,32}})/$", held.act, name="held"),
    re_path(rf"^desk/{REFERENCE}/accept/$", desk.accept, name="desk_accept"),
    re_path(rf"^desk/{REFERENCE}/decline/$", desk.decline, name="desk_decline"),
    path("shift/", shift.show, name="shift"),
    re_path(rf"^shift/{REFERENCE}/$", shift.hand_on, name="hand_on"),
    path("away/", away.show, name="away"),
    path("away/<int:pk>/", away.change, name="away_change"),
    path("away/<int:pk>/back/", away.back, name="away_back"),
    path("board/", board.show, name="board"),
    path("board/bulk/", bulk.show, name="bulk"),
    path("board/bulk/<slug:name>/", bulk.act, name="bulk_act"),
    path("board/promises.csv", board_export.export, name="board_csv"),
    path("board/views/", board_views.show, name="board_views"),
    path("board/views/<int:pk>/", board_views.rename, name="board_view"),
    path("board/views/<int:pk>/delete/", board_views.delete, name="board_view_delete"),
    re_path(rf"^promises/{REFERENCE}/$", promise.show, name="promise"),
    *(re_path(rf"^promises/{REFERENCE}/{act.path}/$", promise.act, {"path": act.path}, name=act.path) for act in ACTS),
    re_path(rf"^promises/{REFERENCE}/customer-page/$", as_customer.show, name="as_customer"),
    path("policies/", policies.show, name="policies"),
    path("policies/<int:pk>/", policies.promises, name="policy_promises"),
    path("self-test/", self_test.show, name="self_test"),
    path("self-test/<int:pk>/", self_test.reveal, name="reveal"),
    path("search/", search.show, name="search"),
    path("customers/", search.customers, name="customers"),
    path("customers/<int:pk>/", customer.show, name="customer"),
    path("customers/<int:pk>/real-news/", customer.real_news, name="news_or_not"),
    path("customers/<int:pk>/letters/", customer.letter, name="letter"),
    path("customers/<int:pk>/merge/", merging.show, name="merge"),
    path("p/<token>/", customer_page.show, name="customer_page"),
    path("p/<token>/promise.ics", customer_page.calendar, name="customer_calendar"),
    path("p/<token>/not-for-me/", customer_page.not_mine, name="not_for_me"),
    path("p/<token>/real-news/", customer_page.real_news, name="real_news"),
    path("p/<token>/back/<uuid:event>/", customer_page.undo, name="take_back"),
    *(
        path(f"p/<token>/{name}/", customer_page.answer, {"path": name}, name=f"customer_{name}")
        for name in customer_page.PATHS
    ),
]
