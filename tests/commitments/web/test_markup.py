"""The pages' markup and files, as the content security policy and the licences want them."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests import factories

APP = Path(__file__).resolve().parents[3] / "commitments"
TEMPLATES = sorted((APP / "templates").rglob("*.html"))
STATIC = APP / "static" / "commitments"
VENDORED = sorted(path for path in (STATIC / "vendor").iterdir() if path.is_dir())
BANNED_IN_TEMPLATES = {
    "a style attribute": re.compile(r"\sstyle\s*="),
    "a style element": re.compile(r"<style", re.IGNORECASE),
    "an inline script": re.compile(r"<script(?![^>]*\ssrc=)", re.IGNORECASE),
    "an event attribute": re.compile(r"\son[a-z]+\s*=", re.IGNORECASE),
    "hx-on": re.compile(r"hx-on", re.IGNORECASE),
    "an address elsewhere": re.compile(r"(?:src|href)=\"(?:https?:)?//"),
}
EMPTY = {"br", "hr", "img", "input", "link", "meta", "use", "option"}


class Balance(HTMLParser):
    """Notes ids that come twice and elements that are not closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.labels_for: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if named.get("id"):
            self.ids.append(str(named["id"]))
        if tag == "label" and named.get("for"):
            self.labels_for.append(str(named["for"]))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in EMPTY:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_has_nothing_that_the_policy_forbids(template: Path) -> None:
    text = template.read_text()
    found = [name for name, pattern in BANNED_IN_TEMPLATES.items() if pattern.search(text)]
    assert not found


@pytest.mark.parametrize("folder", VENDORED, ids=lambda path: path.name)
def test_brings_the_licence_of_every_vendored_part_and_no_source_map(folder: Path) -> None:
    assert (folder / "LICENSE").read_text().strip()
    assert re.search(r"-\d+\.\d+", folder.name), "The version is part of the folder's name."
    for path in folder.iterdir():
        assert b"sourceMappingURL" not in path.read_bytes()


def test_names_only_icons_that_are_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([a-z0-9-]+)"', (STATIC / "icons.svg").read_text()))
    named = {name for template in TEMPLATES for name in re.findall(r'{% icon "([a-z0-9-]+)"', template.read_text())}
    in_code = "".join(path.read_text() for path in (APP / "web").glob("*.py"))
    looks = set(re.findall(r'\("([a-z0-9-]+)", "(?:plain|person|kept|calm|overdue|silent|undeliverable)"\)', in_code))
    assert named <= drawn
    assert looks <= drawn
    assert looks


@pytest.mark.parametrize("is_wrong", [False, True])
def test_is_balanced_with_every_id_once(client: Client, supervisors_client: Client, ana: Any, is_wrong: bool) -> None:
    promise = factories.promise(owner=ana)
    factories.promise(owner=ana, customer=factories.customer(email=""))
    ben = factories.agent(team=ana.teams.get(), first_name="Ben")
    asked = factories.promise(actor=ben, owner=ana)
    if is_wrong:
        pages = [
            client.post("/desk/log/", {"who": "maria", "customer": "new"}),
            client.post(f"/promises/{promise.reference}/word/", {"word-meaning": "news"}),
            client.post(f"/promises/{promise.reference}/kept/", {"keep-happened_at": "x", "keep-version": 9}),
            client.post(f"/desk/{promise.reference}/on-track/", {"version": 9, "how": "told"}),
            client.post(f"/customers/{promise.customer_id}/", {}),
            client.post(f"/desk/{asked.reference}/decline/", {"reason": ""}),
            client.post(f"/promises/{promise.reference}/handoff/", {}),
            client.post("/away/", {}),
            client.post(f"/shift/{promise.reference}/", {}),
            Client().post("/sign-in/", {}),
            client.get("/nowhere/"),
        ]
    else:
        addresses = ["/", f"/promises/{promise.reference}/", f"/customers/{promise.customer_id}/", "/search/?q=m"]
        addresses += [f"/promises/{asked.reference}/", "/away/", "/shift/"]
        pages = [client.get(address) for address in addresses]
        pages += [supervisors_client.get("/board/"), Client().get("/sign-in/")]
    for page in pages:
        seen = Balance()
        seen.feed(page.content.decode())
        assert not seen.faults
        assert not seen.open
        assert len(seen.ids) == len(set(seen.ids)), sorted(seen.ids)
        assert set(seen.labels_for) <= set(seen.ids)


def test_sends_a_policy_that_lets_no_inline_script_run(client: Client) -> None:
    policy = client.get("/")["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
