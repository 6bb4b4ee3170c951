"""How does somebody sign in, or prove who they are, with the hospital's own account?

The browser goes to the provider and comes back with a code. It comes from another site, so it brings no session cookie
of ours (SameSite=Strict): what was begun is found by its state, which this browser alone holds in a cookie as well. For
the same reason the way on from there is a page of ours that moves on by itself, not a redirect.
"""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import Annotated, Final
from urllib.parse import quote, urlencode

import structlog
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from app.domain.errors import Conflict, DosewardError, Forbidden, Malformed, NotFound, NotSignedIn
from app.http import cookies
from app.http.identity import is_locked, open_session
from app.http.oidc import RETURN, SignOn, attempt_cookie, clear_attempt, set_attempt, sign_on
from app.http.oidc_fetch import Unreachable
from app.http.oidc_provider import Refused
from app.http.oidc_tokens import Untrusted, id_token, logout_token
from app.http.problems import problem_of
from app.http.proving import this_machine
from app.http.request_id import request_id
from app.services import federation
from app.services.federation import Subject
from app.store.database import Database
from app.store.identities import Attempt
from app.web.errors import SIGN_IN
from app.web.pages import own_path, page
from app.web.prove_there import AGAIN
from app.web.routes.common import Now, Posted
from app.web.sign_on import LEAVE, TO_PROVIDER, sign_in_page, when_silent
from app.web.translate import _, told

log = structlog.get_logger(__name__)
router = APIRouter(include_in_schema=False)

_SEE_OTHER: Final = 303
_BAD: Final = 400
_IN_ADDRESS: Final = ":/%#?=@[]!$&'()*+,;"
Onward = Annotated[str, Query(alias="next")]


@router.get(TO_PROVIDER)
def sign_in_there(request: Request, at: Now, onward: Onward = "/") -> Response:
    session = open_session(request, at)
    if session is not None and not is_locked(request, session, at):
        return RedirectResponse(own_path(onward), _SEE_OTHER)
    return _send(request, own_path(onward), at, None)


@router.get(AGAIN)
def prove_again(request: Request, at: Now, onward: Onward = "/") -> Response:
    session = open_session(request, at)
    return _send(request, own_path(onward), at, None if session is None else session.hash)


@router.get(RETURN)
def come_back(
    request: Request, at: Now, state: str = "", code: str = "", error: str = "", iss: str | None = None
) -> Response:
    site, onward = _site(request), "/"
    try:
        attempt = _attempt(request, state, at)
        onward = attempt.onward
        secret = _admit(request, site, attempt, _subject(site, attempt, code, error, iss, at), at)
    except Unreachable as fault:
        log.warning("sign-on provider silent", code=str(fault))
        answer: Response = RedirectResponse(when_silent(onward), _SEE_OTHER)
    except NotSignedIn:  # the session ended meanwhile; and never on to this address, which holds the code
        answer = RedirectResponse(sign_in_page(onward), _SEE_OTHER)
    except (Malformed, Forbidden) as refusal:
        answer = _refused(request, refusal, onward)
    else:
        answer = page(request, None, "provider_return.html", title=_("Signed in"), onward=onward)
        answer.headers["Refresh"] = f"0; url={quote(onward, safe=_IN_ADDRESS)}"
        cookies.set_session(request, answer, secret)
    clear_attempt(request, answer)
    return answer


@router.get(LEAVE)
def leave_there(request: Request) -> Response:
    site = _site(request)
    try:
        end = site.provider.places.get().end_session
    except Unreachable:
        return RedirectResponse(when_silent("/"), _SEE_OTHER)
    if end is None:
        raise _nothing_here()
    back = {"client_id": site.provider.client_id, "post_logout_redirect_uri": site.origin + SIGN_IN}
    return RedirectResponse(f"{end}{'&' if '?' in end else '?'}{urlencode(back)}", _SEE_OTHER)


@router.post(TO_PROVIDER + "/back-channel-logout")
def signed_out_there(request: Request, form: Posted, at: Now) -> Response:
    """The provider's own message: it carries its proof, and nobody's cookie."""
    site = _site(request)
    try:
        said = logout_token(site.provider, form["logout_token"], at)
        with _database(request).transaction() as tx:
            federation.sign_out(tx, said, at, request_id() or "")
    except (Untrusted, Unreachable, Conflict) as fault:
        log.warning("logout token refused", code=fault.code if isinstance(fault, DosewardError) else str(fault))
        return Response(status_code=_BAD)
    return Response()


def _send(request: Request, onward: str, at: datetime, session_hash: str | None) -> Response:
    """To the provider; the browser keeps the state, so that only it can come back with it."""
    site, machine = _site(request), this_machine(request)
    with _database(request).transaction() as tx:
        state, attempt = federation.start(tx, onward, at, None if machine is None else machine.id, session_hash)
    try:
        url = site.provider.authorization_url(
            state=state,
            nonce=attempt.nonce,
            verifier=attempt.verifier,
            back=site.back,
            again=session_hash is not None,
        )
    except Unreachable as fault:
        log.warning("sign-on provider silent", code=str(fault))
        return RedirectResponse(when_silent(onward), _SEE_OTHER)
    answer = RedirectResponse(url, _SEE_OTHER)
    set_attempt(request, answer, state)
    return answer


def _attempt(request: Request, state: str, at: datetime) -> Attempt:
    """What this browser began with this state; raises Malformed."""
    held = attempt_cookie(request) or ""
    if state != "" and hmac.compare_digest(held.encode(), state.encode()):
        with _database(request).transaction() as tx:
            found = federation.take(tx, state, at)
        if found is not None:
            return found
    sentence = _("This sign-in was begun in another browser, more than ten minutes ago, or is over. Begin it again.")
    raise Malformed("unknown_attempt", sentence)


def _subject(site: SignOn, attempt: Attempt, code: str, error: str, iss: str | None, at: datetime) -> Subject:
    """Whom the provider vouches for; raises Unreachable, Forbidden."""
    if error != "":
        raise Forbidden("refused_there", _("The hospital's sign-on said no, or you went back."))
    try:
        site.provider.check_sender(iss)
        token = site.provider.exchange(code, attempt.verifier, site.back)
        return id_token(site.provider, token, attempt.nonce, site.groups_claim, at)
    except (Untrusted, Refused) as fault:
        log.warning("sign-on not believed", code=str(fault))
        sentence = _("The hospital's sign-on gave an answer that cannot be trusted. Nobody was signed in.")
        raise Forbidden("untrusted_answer", sentence) from None


def _admit(request: Request, site: SignOn, attempt: Attempt, who: Subject, at: datetime) -> str:
    """The secret of the session that begins or goes on; raises Forbidden, NotSignedIn."""
    of = request_id() or ""
    with _database(request).transaction() as tx:
        if attempt.session_hash is not None:
            return federation.prove_again(tx, who, attempt, at, of)
        secret = federation.sign_in(tx, who, site.roles, attempt.workstation_id, at, of)
    if secret is None:
        raise Forbidden(
            "no_role", _("Your hospital account is in no group that may use Doseward. Ask whoever runs the ward.")
        )
    return secret


def _refused(request: Request, refusal: DosewardError, onward: str) -> Response:
    log.warning("sign-on refused", code=refusal.code)
    return page(
        request,
        None,
        "provider_refused.html",
        title=_("Not signed in"),
        status=problem_of(refusal).status,
        sentence=told(refusal.sentence),
        back=sign_in_page(onward),
        request_id=request_id(),
    )


def _site(request: Request) -> SignOn:
    found = sign_on(request)
    if found is None:
        raise _nothing_here()
    return found


def _nothing_here() -> NotFound:
    return NotFound("not_found", "There is nothing at this address.")


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database
