"""Who may sign in, and how does somebody get back in who is locked out?

What /admin/people does, for whoever holds the machine: the first administrator, and the rescue of the last.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from app.domain.errors import NotFound
from app.domain.vocabulary import Role
from app.http.clock import system_clock
from app.main import open_checked
from app.services import accounts, invitations, passwords
from app.services.acting import Acting
from app.services.password_rules import check_new_password, words_about
from app.settings import Settings
from app.store import people as people_store
from app.store import wards
from app.store.database import Transaction
from app.store.migrations import open_to_read
from app.store.people import Grant, Person

T = TypeVar("T")
Login = Annotated[str, typer.Argument(help="Name to sign in with.")]

people = typer.Typer(no_args_is_help=True)


@people.callback()
def _group() -> None:
    """People who may sign in. Stop the server first when the database is SQLite; `list` runs beside it."""


@people.command("create-admin")
def create_admin(
    login: Login,
    name: Annotated[str, typer.Option(help="Name as shown on every act.", prompt=True)],
    password: Annotated[str, typer.Option(prompt=True, confirmation_prompt=True, hide_input=True)],
) -> None:
    """Create an administrator on all wards."""
    now = system_clock()
    with closing(open_checked(Settings(), now)) as database:
        with database.reading() as tx:
            words = words_about(tx, login, name)
        check_new_password(password, words)
        password_hash = passwords.hash_password(password)
        with database.transaction() as tx:
            everywhere = (Grant(Role.ADMINISTRATOR, None),)
            accounts.create_person(tx, accounts.operator(now), login, name, password_hash, everywhere)
    typer.echo(f"{login} may sign in as an administrator.")


@people.command("list")
def list_people() -> None:
    """Everybody, with roles."""
    with closing(open_to_read(Settings().database_url)) as database, database.reading() as tx:
        found = people_store.people(tx)
        names = {ward.id: ward.name for ward in wards.wards(tx)}
    table = Table("login", "name", "account", "roles")
    for one in found:
        held = sorted(f"{grant.role} on {names.get(grant.ward_id or '', 'all wards')}" for grant in one.grants)
        table.add_row(one.login, one.name, "on" if one.active else "off", "\n".join(held) or "none")
    Console().print(table)


@people.command("link")
def link(login: Login) -> None:
    """A new one-time link; the old password, earlier links and all sessions end at once."""
    settings, now = Settings(), system_clock()
    made = _for_one(settings, now, login, lambda tx, acting, one: invitations.invite(tx, acting, one.id))
    origin = settings.public_origin or f"http://{settings.host}:{settings.port}"
    typer.echo(f"For {made.person.name}, once, until {made.expires_at:%d-%b-%Y %H:%M} UTC:")
    typer.echo(f"{origin}/welcome#{made.secret}")


@people.command("disable")
def disable(login: Login, reason: Annotated[str, typer.Option(help="Why, for the audit trail.", prompt=True)]) -> None:
    """Nobody signs in as this person any more; sessions, links and personal tokens end."""
    _for_one(Settings(), system_clock(), login, lambda tx, acting, one: accounts.disable(tx, acting, one.id, reason))
    typer.echo(f"{login} is switched off.")


def _for_one(settings: Settings, now: datetime, login: str, act: Callable[[Transaction, Acting, Person], T]) -> T:
    with closing(open_checked(settings, now)) as database, database.transaction() as tx:
        found = people_store.person_by_login(tx, accounts.fold_login(login))
        if found is None:
            raise NotFound("person_not_found", f"Nobody has the login {login}.")
        return act(tx, accounts.operator(now), found[0])
