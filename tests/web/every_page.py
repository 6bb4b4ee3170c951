"""Which pages are there, and what stands in each address when a patient is in the house?

Read from the route table: a page somebody adds is walked too, and one with a new parameter asks to be listed here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from string import Formatter

from fastapi.routing import iter_route_contexts

from app.domain.ids import new_id
from app.domain.vocabulary import Level, Role
from app.services import accounts
from app.services.receiving import add_receiver
from app.store.people import Grant
from dashboards.pages import STACK
from tests.web.house import House, Stay

EVERYTHING = "everything"
"""The login of somebody who holds every role."""
_NO_PAGES = ("/static/", "/favicon.ico", "/docs", "/redoc", "/openapi.json", "/api/", "/livez")


def hire_everything(house: House) -> None:
    """Somebody with every role, on every ward."""
    with house.database.transaction() as tx:
        grants = [Grant(role, None) for role in Role]
        operator = accounts.operator(house.clock.at)
        house.people[EVERYTHING] = accounts.create_person(tx, operator, EVERYTHING, "CANARY-all", None, grants)


def addresses(house: House, stay: Stay) -> dict[str, str]:
    """The route behind each address a GET can ask for; values unknown to everybody stand in for what is not there."""
    known = _known(house, stay)
    found = {}
    for template in _templates(house):
        names = [name for _text, name, _spec, _conversion in Formatter().parse(template) if name]
        for values in product(*(known[name] for name in names)):
            found[template.format(**dict(zip(names, values, strict=True))) + _QUERIES.get(template, "")] = template
    found[f"/courses/new?patient={stay.patient.id}"] = "/courses/new"
    return found


_QUERIES: Mapping[str, str] = {}


def _templates(house: House) -> Iterator[str]:
    for route in iter_route_contexts(house.app.routes):
        path = getattr(route, "path_format", None)
        if path is not None and "GET" in (route.methods or ()) and not path.startswith(_NO_PAGES):
            yield path


def _known(house: House, stay: Stay) -> dict[str, list[str]]:
    """What each parameter of an address may be."""
    protocol = house.library.protocols[stay.course.protocol.id]
    with house.database.reading() as tx:
        rows = tx.connection.exec_driver_sql("SELECT DISTINCT alert_id FROM alert_event ORDER BY 1 DESC LIMIT 1")
        alerts = [row[0] for row in rows]
        rows = tx.connection.exec_driver_sql("SELECT id FROM observation ORDER BY id LIMIT 1")
        observations = [row[0] for row in rows]
        rows = tx.connection.exec_driver_sql("SELECT id FROM administration ORDER BY id LIMIT 1")
        administrations = [row[0] for row in rows]
    return {
        "dose_id": [stay.dose(number).id for number in (2, 3)],
        "course_id": [stay.course.id],
        "cycle_id": [stay.cycle.id],
        "kind": ["moved", "grid_moved", "spo2_scale", "dosing_weight", "stopped", "discharged"],
        "observation_id": observations,
        "administration_id": administrations,
        "alert_id": [*alerts, new_id(house.clock.at)],
        "protocol_id": [protocol.pin.id],
        "number": [protocol.pin.version],
        "panel_id": [STACK, "labs"],
        "comparison_id": ["doses", "receiving", "reasons", "pairs", "creatinine", "recovery", "versions"],
        "figure_id": ["news2", "units", "criteria-1", "grades-1"],
        "chart_id": ["firing", "waiting", "overridden"],
        "person_id": [house.people["nurse"].id],
        "receiver_id": [a_receiver(house)],
    }


def a_receiver(house: House) -> str:
    """A receiver that one attempt was made at."""
    operator, doors = accounts.operator(house.clock.at), house.doors
    with house.database.transaction() as tx:
        made, _ = add_receiver(tx, operator, doors, "pager gateway", "https://pager.example/in", None, Level.PRIORITY)
    house.app.state.webhooks.test(made)
    return made.id
