"""How does a page come out of a template and what a presenter made?

Templates hold no logic: a presenter has made the words, a template says where they stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.services.acting import Acting, Permission
from app.web.assets import address
from app.web.translate import _, several
from app.web.wardtime import UNIVERSAL

LIVE = "Doseward-Live"
"""Header of every fragment: what answers a poll without it is not this program (a proxy's sign-in page, say)."""


def _environment() -> Environment:
    found = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    found.install_gettext_callables(_, several, newstyle=True)  # type: ignore[attr-defined]
    found.globals["asset"] = address
    return found


ENVIRONMENT = _environment()


@dataclass(frozen=True, slots=True)
class Link:
    """A place to go; `here` is the one the reader is at."""

    href: str
    words: str
    here: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every page: `made` is when, in UTC; `insecure` says that the connection can be listened to."""

    title: str
    person: str | None
    made: str
    places: tuple[Link, ...]
    demo: bool
    insecure: bool


def page(
    request: Request,
    acting: Acting | None,
    template: str,
    *,
    title: str,
    status: int = 200,
    **view: Any,
) -> Response:
    """A whole page; `title` is what the browser's tab says."""
    text = ENVIRONMENT.get_template(template).render(frame=_frame(request, acting, title), **view)
    return HTMLResponse(text, status)


def fragment(template: str, **view: Any) -> Response:
    """A part of a page that changes while it is looked at."""
    return HTMLResponse(ENVIRONMENT.get_template(template).render(**view), headers={LIVE: "1"})


def is_fetched(request: Request) -> bool:
    """True when a script of ours asks, which takes a redirect from a header."""
    return request.headers.get("hx-request") == "true"


def go(request: Request, location: str) -> Response:
    """On to another page after something was done (RFC 9110, 15.4.4)."""
    if is_fetched(request):
        return Response(status_code=204, headers={"HX-Redirect": location, LIVE: "1"})
    return RedirectResponse(location, 303)


def _frame(request: Request, acting: Acting | None, title: str) -> Frame:
    return Frame(
        title=title,
        person=None if acting is None else acting.name,
        made="" if acting is None else UNIVERSAL.moment(acting.at),
        places=() if acting is None else _places(request.url.path, acting),
        demo=request.app.state.demo,
        insecure=request.url.scheme != "https",
    )


def _places(path: str, acting: Acting) -> tuple[Link, ...]:
    places = {"/": _("Ward board"), "/alerts": _("Alerts"), "/patients": _("Patients"), "/protocols": _("Protocols")}
    if not acting.may(Permission.READ, None):
        return ()
    return tuple(Link(href, words, path == href) for href, words in places.items())
