"""Who may call what?

One line for every route: what somebody must be allowed, and what the thing asked for belongs to. The program does not
start while a route has no line here, or a line no route (`app.http.permitted`). To add a route, write its line, and let
it take `Called` (API) or `Signed` (pages): both ask this table. A thing of a course is then found by `services.cases`
or `services.looking`, whose query knows the wards of whoever asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from app.http import authority_board, authority_cohort, authority_roster
from app.http.authority_alerts import ANSWERS
from app.http.authority_receivers import ROUTES as RECEIVERS
from app.services.acting import Permission


class Scope(StrEnum):
    """What the thing asked for belongs to: where the permission is needed."""

    PUBLIC = "public"
    """Nobody signs in for it; the line says why."""
    OWN = "own"
    """To whoever asks: signed in is enough."""
    NOTHING = "nothing"
    """To no ward: holding the permission anywhere is enough."""
    WARD = "ward"
    """To a ward: lists show those of the reader's wards, other wards do not exist."""
    COURSE = "course"
    """To a course, or to a patient's courses: on a ward that is not the reader's, it does not exist."""
    PERSON = "person"
    """To a person or a machine: the permission is needed on every ward it is about."""
    HOUSE = "house"
    """To all wards: the permission is needed on all of them."""


class Rule(NamedTuple):
    """What a route asks for; without a permission, only that somebody is signed in (or, if public, not even that)."""

    permission: Permission | None
    scope: Scope
    why: str = ""


def public(why: str) -> Rule:
    """The line of a route that takes neither `Called` nor `Signed`."""
    return Rule(None, Scope.PUBLIC, why)


_OWN: Final = Rule(None, Scope.OWN)
_API: Final = "/api/v1"
_GET: Final = "GET"
_POST: Final = "POST"

AUTHORITY: Final[Mapping[tuple[str, str], Rule]] = {
    # Asked by machines
    (_GET, "/livez"): public("a supervisor asks whether the process lives; the answer is one word"),
    (_GET, "/readyz"): public("a balancer asks whether the process can serve; the answer is one word"),
    (_GET, "/metrics"): public("counts and durations only, no patient data; a proxy keeps it inside the house"),
    (_GET, "/static/{digest}/{name}"): public("stylesheet and scripts of the sign-in page too; files of the program"),
    (_GET, "/favicon.ico"): public("a file of the program"),
    # Treatment, over REST
    (_POST, _API + "/evaluate"): Rule(Permission.EVALUATE, Scope.NOTHING),
    (_POST, _API + "/patients"): Rule(Permission.ADMIT, Scope.NOTHING),
    (_GET, _API + "/patients"): Rule(Permission.READ, Scope.COURSE),
    (_POST, _API + "/courses"): Rule(Permission.ADMIT, Scope.COURSE),
    (_GET, _API + "/courses"): Rule(Permission.READ, Scope.WARD),
    (_GET, _API + "/courses/{course_id}"): Rule(Permission.READ, Scope.COURSE),
    (_GET, _API + "/courses/{course_id}/figures/{panel_id}"): Rule(Permission.READ, Scope.COURSE),
    (_GET, _API + "/courses/{course_id}/tolerance"): Rule(Permission.READ, Scope.COURSE),
    (_GET, _API + "/courses/{course_id}/what-if"): Rule(Permission.READ, Scope.COURSE),
    (_POST, _API + "/courses/{course_id}/cycles"): Rule(Permission.ADMIT, Scope.COURSE),
    (_POST, _API + "/courses/{course_id}/observation-sets"): Rule(Permission.CHART, Scope.COURSE),
    (_POST, _API + "/observations/{observation_id}/corrections"): Rule(Permission.CHART, Scope.COURSE),
    (_POST, _API + "/cycles/{cycle_id}/events"): Rule(Permission.ADD_EVENT, Scope.COURSE),
    (_GET, _API + "/cycles/{cycle_id}/doses"): Rule(Permission.READ, Scope.COURSE),
    (_GET, _API + "/doses/{dose_id}"): Rule(Permission.READ, Scope.COURSE),
    (_GET, _API + "/decisions/{decision_id}"): Rule(Permission.READ, Scope.COURSE),
    (_POST, _API + "/doses/{dose_id}/decisions"): Rule(Permission.CHART, Scope.COURSE),
    (_POST, _API + "/doses/{dose_id}/orders"): Rule(Permission.ORDER, Scope.COURSE),
    (_POST, _API + "/orders/{order_id}/countersignature"): Rule(Permission.ORDER, Scope.COURSE),
    (_GET, _API + "/courses/{course_id}/waiting-orders"): Rule(Permission.READ, Scope.COURSE),
    (_POST, _API + "/doses/{dose_id}/administration"): Rule(Permission.GIVE, Scope.COURSE),
    (_POST, _API + "/administrations/{administration_id}/corrections"): Rule(Permission.GIVE, Scope.COURSE),
    (_POST, _API + "/courses/{course_id}/emergency-access"): Rule(Permission.BREAK_GLASS, Scope.NOTHING),
    # Alerts, over REST
    (_GET, _API + "/alerts"): Rule(Permission.READ_ALERTS, Scope.WARD),
    (_GET, _API + "/alerts/open"): Rule(Permission.READ_ALERTS, Scope.WARD),
    (_GET, _API + "/alerts/stream"): Rule(Permission.READ_ALERTS, Scope.WARD),
    (_GET, _API + "/alerts/figures"): Rule(Permission.READ, Scope.WARD),
    (_GET, _API + "/alerts/{alert_id}"): Rule(Permission.READ_ALERTS, Scope.COURSE),
    (_GET, _API + "/alerts/{alert_id}/events"): Rule(Permission.READ_ALERTS, Scope.COURSE),
    (_GET, _API + "/alerts/{alert_id}/deliveries"): Rule(Permission.READ_ALERTS, Scope.COURSE),
    (_POST, _API + "/alerts/{alert_id}/seen"): Rule(Permission.SEE_ALERTS, Scope.COURSE),
    **dict.fromkeys(ANSWERS, Rule(Permission.ACKNOWLEDGE, Scope.COURSE)),
    # The house, over REST
    (_GET, _API + "/protocols"): Rule(Permission.READ, Scope.NOTHING),
    (_GET, _API + "/protocols/{protocol_id}"): Rule(Permission.READ, Scope.NOTHING),
    (_GET, _API + "/protocols/{protocol_id}/{version}"): Rule(Permission.READ, Scope.NOTHING),
    (_POST, _API + "/protocols/{protocol_id}/signoffs"): Rule(Permission.SIGN_PROTOCOL, Scope.NOTHING),
    (_POST, _API + "/protocols/{protocol_id}/acknowledgements"): Rule(Permission.ACKNOWLEDGE_COVERAGE, Scope.NOTHING),
    (_GET, _API + "/wards"): Rule(Permission.READ, Scope.WARD),
    (_POST, _API + "/wards"): Rule(Permission.ADMINISTER_PEOPLE, Scope.HOUSE),
    (_GET, _API + "/beds"): Rule(Permission.READ, Scope.WARD),
    (_POST, _API + "/beds"): Rule(Permission.ADMINISTER_PEOPLE, Scope.WARD),
    **dict.fromkeys(authority_roster.READ, Rule(Permission.READ, Scope.WARD)),
    **dict.fromkeys(authority_roster.WRITTEN, Rule(Permission.ROSTER, Scope.WARD)),
    **dict.fromkeys(authority_roster.PAGES, Rule(Permission.ROSTER, Scope.NOTHING)),
    **dict.fromkeys(authority_roster.LADDERS_WRITTEN, Rule(Permission.WRITE_LADDER, Scope.WARD)),
    **dict.fromkeys(authority_roster.LADDER_PAGES, Rule(Permission.WRITE_LADDER, Scope.NOTHING)),
    (_GET, _API + "/cycles/{cycle_id}/assignments"): Rule(Permission.READ, Scope.COURSE),
    (_POST, _API + "/cycles/{cycle_id}/assignments"): Rule(Permission.ROSTER, Scope.COURSE),
    (_POST, _API + "/assignments/{assignment_id}/cancellation"): Rule(Permission.ROSTER, Scope.COURSE),
    (_GET, _API + "/people/me"): Rule(Permission.READ, Scope.OWN),
    (_GET, _API + "/people"): Rule(Permission.ADMINISTER_PEOPLE, Scope.PERSON),
    (_POST, _API + "/people"): Rule(Permission.ADMINISTER_PEOPLE, Scope.PERSON),
    (_GET, _API + "/people/{person_id}"): Rule(Permission.ADMINISTER_PEOPLE, Scope.PERSON),
    (_POST, _API + "/people/{person_id}/invitation"): Rule(Permission.ADMINISTER_PEOPLE, Scope.PERSON),
    (_POST, _API + "/people/{person_id}/roles"): Rule(Permission.ADMINISTER_PEOPLE, Scope.PERSON),
    (_POST, _API + "/people/{person_id}/roles/removal"): Rule(Permission.ADMINISTER_PEOPLE, Scope.PERSON),
    (_POST, _API + "/people/{person_id}/disabling"): Rule(Permission.ADMINISTER_PEOPLE, Scope.PERSON),
    (_POST, _API + "/people/{person_id}/enabling"): Rule(Permission.ADMINISTER_PEOPLE, Scope.PERSON),
    (_POST, _API + "/tokens"): Rule(Permission.HOLD_TOKENS, Scope.PERSON),
    (_GET, _API + "/tokens"): Rule(Permission.HOLD_TOKENS, Scope.PERSON),
    (_POST, _API + "/tokens/{token_id}/revocation"): Rule(Permission.HOLD_TOKENS, Scope.PERSON),
    **dict.fromkeys(RECEIVERS, Rule(Permission.ADMINISTER_RECEIVERS, Scope.PERSON)),
    (_GET, _API + "/audit"): Rule(Permission.READ_AUDIT, Scope.WARD),
    (_GET, _API + "/cohort"): Rule(Permission.READ_COHORT, Scope.WARD),
    (_GET, _API + "/cohort/{table_id}"): Rule(Permission.READ_COHORT, Scope.WARD),
    # Signing in and out, on pages
    (_GET, "/sign-in"): public("nobody is signed in yet"),
    (_POST, "/sign-in"): public("nobody is signed in yet; login and password are the proof"),
    (_GET, "/sign-in/provider"): public("nobody is signed in yet; the provider's signed word is the proof"),
    (_GET, "/sign-in/provider/again"): public("renews the session that sends it, once the provider vouched anew"),
    (_GET, "/sign-in/provider/return"): public("nobody is signed in yet; state, cookie and the provider's word prove"),
    (_GET, "/sign-in/provider/leave"): public(
        "leads to the provider's own sign-out page; nothing is read or done here"
    ),
    (_POST, "/sign-in/provider/back-channel-logout"): public(
        "the provider's signed message is the proof; no cookie counts"
    ),
    (_POST, "/sign-out"): public("ends the session that sends it, where there is one"),
    # Whose turn it is at a machine, on pages
    (_GET, "/session"): _OWN,
    (_POST, "/session/active"): _OWN,
    (_POST, "/session/lock"): public("locks the session that sends it, where there is one"),
    (_GET, "/session/locked"): public("shown to a locked session: names of staff, no more"),
    (_GET, "/session/others"): public("names of staff signed in at this enrolled machine; nobody's elsewhere"),
    (_POST, "/session/unlock"): public("a locked session; its person's PIN or password is the proof"),
    (_POST, "/session/switch"): public("a session begun at this machine; its person's PIN is the proof"),
    (_POST, "/theme"): public("sets a cookie that names colours; nothing else changes"),
    (_POST, "/language"): public("sets a cookie that names a language, on the sign-in page too; nothing else changes"),
    (_GET, "/me"): _OWN,
    (_POST, "/me/pin"): _OWN,
    **dict.fromkeys(((_GET, "/me/sessions"), (_POST, "/me/sessions")), _OWN),
    **dict.fromkeys(((_GET, "/me/password"), (_POST, "/me/password")), _OWN),
    (_GET, "/welcome"): public("nobody is signed in yet; the page shows a form and nothing else"),
    (_POST, "/welcome"): public("nobody is signed in yet; the secret of the one-time link is the proof"),
    (_GET, "/welcome/done"): public("says that a password was set, and whose it is to nobody"),
    # The house, on pages
    (_GET, "/admin"): _OWN,
    (_GET, "/admin/people"): Rule(Permission.ADMINISTER_PEOPLE, Scope.PERSON),
    (_GET, "/admin/people/new"): Rule(Permission.ADMINISTER_PEOPLE, Scope.PERSON),
    (_POST, "/admin/people/new"): Rule(Permission.ADMINISTER_PEOPLE, Scope.PERSON),
    (_GET, "/admin/people/{person_id}"): Rule(Permission.ADMINISTER_PEOPLE, Scope.PERSON),
    (_POST, "/admin/people/{person_id}/roles"): Rule(Permission.ADMINISTER_PEOPLE, Scope.PERSON),
    (_POST, "/admin/people/{person_id}/roles/removal"): Rule(Permission.ADMINISTER_PEOPLE, Scope.PERSON),
    (_POST, "/admin/people/{person_id}/disabling"): Rule(Permission.ADMINISTER_PEOPLE, Scope.PERSON),
    (_POST, "/admin/people/{person_id}/enabling"): Rule(Permission.ADMINISTER_PEOPLE, Scope.PERSON),
    (_POST, "/admin/people/{person_id}/sessions/ending"): Rule(Permission.ADMINISTER_PEOPLE, Scope.PERSON),
    (_POST, "/admin/people/{person_id}/invitation"): Rule(Permission.ADMINISTER_PEOPLE, Scope.PERSON),
    (_GET, "/admin/tokens"): Rule(Permission.ADMINISTER_TOKENS, Scope.PERSON),
    (_POST, "/admin/tokens"): Rule(Permission.ADMINISTER_TOKENS, Scope.PERSON),
    (_POST, "/admin/tokens/{token_id}/revoke"): Rule(Permission.ADMINISTER_TOKENS, Scope.PERSON),
    (_GET, "/me/tokens"): Rule(Permission.HOLD_TOKENS, Scope.OWN),
    (_POST, "/me/tokens"): Rule(Permission.HOLD_TOKENS, Scope.OWN),
    (_POST, "/me/tokens/{token_id}/revoke"): Rule(Permission.HOLD_TOKENS, Scope.OWN),
    (_GET, "/admin/workstations"): Rule(Permission.ENROL_WORKSTATION, Scope.WARD),
    (_POST, "/admin/workstations"): Rule(Permission.ENROL_WORKSTATION, Scope.WARD),
    (_POST, "/admin/workstations/{workstation_id}/revoke"): Rule(Permission.ENROL_WORKSTATION, Scope.PERSON),
    # Treatment, on pages
    **dict.fromkeys([(_GET, "/"), (_GET, "/board/rows")], _OWN),
    **dict.fromkeys(authority_board.WALL, Rule(Permission.READ, Scope.WARD)),
    (_GET, "/patients"): Rule(Permission.READ, Scope.WARD),
    (_POST, "/patients"): Rule(Permission.READ, Scope.COURSE),
    (_GET, "/patients/new"): Rule(Permission.ADMIT, Scope.NOTHING),
    (_POST, "/patients/new"): Rule(Permission.ADMIT, Scope.NOTHING),
    (_GET, "/courses/new"): Rule(Permission.ADMIT, Scope.COURSE),
    (_POST, "/courses/new"): Rule(Permission.ADMIT, Scope.COURSE),
    (_GET, "/courses/{course_id}"): Rule(Permission.READ, Scope.COURSE),
    (_GET, "/courses/{course_id}/now"): Rule(Permission.READ, Scope.COURSE),
    (_GET, "/courses/{course_id}/figures/{panel_id}"): Rule(Permission.READ, Scope.COURSE),
    (_GET, "/courses/{course_id}/handover"): Rule(Permission.READ, Scope.COURSE),
    (_GET, "/courses/{course_id}/tolerance"): Rule(Permission.READ, Scope.COURSE),
    (_GET, "/courses/{course_id}/tolerance/figures/{figure_id}"): Rule(Permission.READ, Scope.COURSE),
    (_GET, "/courses/{course_id}/cycles/new"): Rule(Permission.ADMIT, Scope.COURSE),
    (_POST, "/courses/{course_id}/cycles/new"): Rule(Permission.ADMIT, Scope.COURSE),
    (_GET, "/cycles/{cycle_id}/{kind}"): Rule(Permission.ADD_EVENT, Scope.COURSE),
    (_POST, "/cycles/{cycle_id}/{kind}"): Rule(Permission.ADD_EVENT, Scope.COURSE),
    (_GET, "/doses/{dose_id}"): Rule(Permission.READ, Scope.COURSE),
    (_GET, "/doses/{dose_id}/now"): Rule(Permission.READ, Scope.COURSE),
    (_POST, "/doses/{dose_id}/decide"): Rule(Permission.CHART, Scope.COURSE),
    (_GET, "/doses/{dose_id}/observe"): Rule(Permission.CHART, Scope.COURSE),
    (_POST, "/doses/{dose_id}/observe"): Rule(Permission.CHART, Scope.COURSE),
    (_POST, "/doses/{dose_id}/observe/preview"): Rule(Permission.CHART, Scope.COURSE),
    (_POST, "/doses/{dose_id}/observe/draft"): Rule(Permission.CHART, Scope.COURSE),
    (_POST, "/doses/{dose_id}/observe/draft/discard"): Rule(Permission.CHART, Scope.COURSE),
    (_GET, "/doses/{dose_id}/give"): Rule(Permission.GIVE, Scope.COURSE),
    (_POST, "/doses/{dose_id}/give"): Rule(Permission.GIVE, Scope.COURSE),
    (_GET, "/doses/{dose_id}/order"): Rule(Permission.ORDER, Scope.COURSE),
    (_POST, "/doses/{dose_id}/order"): Rule(Permission.ORDER, Scope.COURSE),
    (_POST, "/orders/{order_id}/countersign"): Rule(Permission.ORDER, Scope.COURSE),
    (_GET, "/observations/{observation_id}/correct"): Rule(Permission.CHART, Scope.COURSE),
    (_POST, "/observations/{observation_id}/correct"): Rule(Permission.CHART, Scope.COURSE),
    (_GET, "/administrations/{administration_id}/correct"): Rule(Permission.GIVE, Scope.COURSE),
    (_POST, "/administrations/{administration_id}/correct"): Rule(Permission.GIVE, Scope.COURSE),
    (_GET, "/administrations/{administration_id}/end"): Rule(Permission.GIVE, Scope.COURSE),
    (_POST, "/administrations/{administration_id}/end"): Rule(Permission.GIVE, Scope.COURSE),
    # Emergencies, on pages: asked before anything is looked up
    (_GET, "/emergency"): Rule(Permission.BREAK_GLASS, Scope.NOTHING),
    (_POST, "/emergency"): Rule(Permission.BREAK_GLASS, Scope.NOTHING),
    (_GET, "/courses/{course_id}/emergency"): Rule(Permission.BREAK_GLASS, Scope.NOTHING),
    (_POST, "/courses/{course_id}/emergency"): Rule(Permission.BREAK_GLASS, Scope.NOTHING),
    (_POST, "/courses/{course_id}/emergency/end"): Rule(Permission.BREAK_GLASS, Scope.OWN),
    (_GET, "/admin/audit"): Rule(Permission.READ_AUDIT, Scope.WARD),
    (_POST, "/admin/audit"): Rule(Permission.READ_AUDIT, Scope.WARD),
    (_GET, "/admin/access-reviews"): Rule(Permission.REVIEW_ACCESS, Scope.WARD),
    (_POST, "/admin/access-reviews/{access_id}"): Rule(Permission.REVIEW_ACCESS, Scope.WARD),
    # Alerts, on pages
    (_GET, "/alerts"): Rule(Permission.READ_ALERTS, Scope.WARD),
    (_GET, "/alerts/rows"): Rule(Permission.READ_ALERTS, Scope.WARD),
    (_GET, "/alerts/figures"): Rule(Permission.READ, Scope.WARD),
    (_GET, "/alerts/figures/{chart_id}"): Rule(Permission.READ, Scope.WARD),
    (_GET, "/alerts/banner"): Rule(Permission.READ_ALERTS, Scope.WARD),
    (_GET, "/alerts/{alert_id}"): Rule(Permission.READ_ALERTS, Scope.COURSE),
    (_GET, "/alerts/{alert_id}/close"): Rule(Permission.ACKNOWLEDGE, Scope.COURSE),
    # Many patients at once, on pages
    (_GET, "/handover"): Rule(Permission.READ, Scope.WARD),
    **dict.fromkeys(authority_cohort.PAGES, Rule(Permission.READ_COHORT, Scope.WARD)),
    # The house, on pages
    (_GET, "/protocols"): Rule(Permission.READ, Scope.NOTHING),
    (_GET, "/protocols/{protocol_id}"): Rule(Permission.READ, Scope.NOTHING),
    (_GET, "/protocols/{protocol_id}/downtime"): Rule(Permission.READ, Scope.NOTHING),
    (_GET, "/protocols/{protocol_id}/{number}"): Rule(Permission.READ, Scope.NOTHING),
    (_POST, "/protocols/{protocol_id}/signoffs"): Rule(Permission.SIGN_PROTOCOL, Scope.NOTHING),
    (_POST, "/protocols/{protocol_id}/acknowledgements"): Rule(Permission.ACKNOWLEDGE_COVERAGE, Scope.NOTHING),
}
