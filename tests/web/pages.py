"""How does a test fill in a page's form as a browser would send it?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from html.parser import HTMLParser

from fastapi.testclient import TestClient
from httpx2 import Response


class _Fields(HTMLParser):
    """The fields of the form that posts to `action`, with what stands in them."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action, self.inside = action, False
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "form":
            self.inside = found.get("action") == self.action
        name = found.get("name")
        if not self.inside or tag != "input" or name is None:
            return
        if found.get("type") not in {"radio", "checkbox"} or "checked" in found:
            self.fields[name] = found.get("value") or ""


def words_of(text: str) -> str:
    """What a reader reads of a page or a part of one."""
    return " ".join(unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", text, flags=re.DOTALL)).split())


def fields_of(text: str, action: str) -> dict[str, str]:
    """What a browser would send if the form were sent as it was drawn."""
    parser = _Fields(action)
    parser.feed(text)
    return parser.fields


def fill(client: TestClient, path: str, typed: Mapping[str, str], action: str | None = None) -> Response:
    """Opens the page, types into its form, and sends it; redirects are not followed."""
    page = client.get(path)
    assert page.status_code == 200, page.text
    to = action or path
    return client.post(to, data=fields_of(page.text, to) | dict(typed), follow_redirects=False)
