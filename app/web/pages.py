"""How does a page come out of a template and what a presenter made?

Templates hold no logic: a presenter has made the words, a template says where they stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.delivery.canary import Canary
from app.http.identity import idle
from app.http.packing import pack, sent, takes_packed
from app.services.acting import Acting, Permission
from app.store.emergency import LetIn
from app.web.alarm import alarm_of
from app.web.assets import address
from app.web.formats import WardTime
from app.web.presenters.admin import HUB, areas_for
from app.web.presenters.alarm import Alarm
from app.web.presenters.proof import proof_view
from app.web.prove_there import prove_there
from app.web.themes import AS_DEVICE, THEMES, theme_of
from app.web.translate import LANGUAGES, REVIEWED, _, language, several
from app.web.wardtime import UNIVERSAL

TEMPLATES = Path(__file__).parent / "templates"
LIVE = "Doseward-Live"
"""Header of every fragment: what answers a poll without it is not this program (a proxy's sign-in page, say)."""


_LONGEST_PATH = 500


def _environment() -> Environment:
    found = Environment(
        loader=FileSystemLoader(TEMPLATES),
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
class Emergency:
    """What lets the reader in to this chart: until when, on the clock of its ward, and where to give it back."""

    until: str
    end: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every page: `made` is when, in UTC; `insecure` says that the connection can be listened to.

    `language` is what the page is written in, `unreviewed` is true where no clinician has checked its words, and
    `languages` are the others. `alarm` is what nobody answers on the reader's wards. `person_id` is whose page it is,
    `here` its address, and it locks after `idle` seconds; None where nothing locks.
    """

    title: str
    language: str
    unreviewed: bool
    languages: tuple[tuple[str, str], ...]
    theme: str
    themes: tuple[tuple[str, str, bool], ...]
    person: str | None
    person_id: str | None
    here: str
    idle: int
    made: str
    places: tuple[Link, ...]
    demo: bool
    insecure: bool
    silent: str
    """Why nobody should rely on alerts, as a sentence; "" for no reason."""
    emergency: Emergency | None
    alarm: Alarm | None


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
    proof = None if acting is None else proof_view(acting, prove_there(request, here(request)))
    text = ENVIRONMENT.get_template(template).render(frame=_frame(request, acting, title), proof=proof, **view)
    if request.method == "GET" and takes_packed(request):
        return sent(request, pack(text.encode()), "text/html", status=status)
    return HTMLResponse(text, status)


def fragment(template: str, **view: Any) -> Response:
    """A part of a page that changes while it is looked at."""
    return HTMLResponse(ENVIRONMENT.get_template(template).render(**view), headers={LIVE: "1"})


def here(request: Request) -> str:
    """The address of this request within the program."""
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path


def own_path(path: str) -> str:
    """A page of this program, never another site's: browsers read two slashes, either way round, as a host."""
    if not path.startswith("/") or path[1:2] in {"/", "\\"} or not path.isprintable() or len(path) > _LONGEST_PATH:
        return "/"
    return path


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
        language=(code := language()),
        unreviewed=code != REVIEWED,
        theme="" if (chosen := theme_of(request)) == AS_DEVICE else chosen,
        themes=tuple((theme, _(words), theme == chosen) for theme, words in THEMES.items()),
        languages=tuple((other, name) for other, name in LANGUAGES.items() if other != code),
        person=None if acting is None else acting.name,
        person_id=None if acting is None or acting.proved_at is None else acting.person_id,
        here=here(request),
        idle=int(idle(request).total_seconds()),
        made="" if acting is None else UNIVERSAL.moment(acting.at),
        places=() if acting is None else _places(request.url.path, acting),
        demo=request.app.state.demo,
        insecure=request.url.scheme != "https",
        silent=_silent(request),
        emergency=None if acting is None or acting.emergency is None else _emergency(acting.emergency),
        alarm=None if acting is None else alarm_of(request, acting),
    )


def _silent(request: Request) -> str:
    canary: Canary | None = getattr(request.app.state, "canary", None)
    return "" if canary is None else canary.trouble()


def _emergency(held: LetIn) -> Emergency:
    until = WardTime(ZoneInfo(held.time_zone)).clock(held.until)
    return Emergency(until, f"/courses/{held.course_id}/emergency/end")


def _places(path: str, acting: Acting) -> tuple[Link, ...]:
    places = {
        "/": _("Ward board"),
        "/alerts": _("Alerts"),
        "/handover": _("Handover"),
        "/patients": _("Patients"),
        "/protocols": _("Protocols"),
    }
    if not acting.may(Permission.READ, None):
        return ()
    found = [Link(href, words, path == href) for href, words in places.items()]
    if acting.may(Permission.READ_COHORT, None):
        found.append(Link("/cohort", _("Cohort"), path == "/cohort"))
    if areas_for(acting):
        found.append(Link(HUB, _("Administration"), path == HUB or path.startswith(f"{HUB}/")))
    return tuple(found)
