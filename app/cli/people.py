"""Who is the first person to sign in?"""

from __future__ import annotations

from typing import Annotated

import typer

from app.domain.vocabulary import Role
from app.http.clock import system_clock
from app.main import open_checked
from app.services import accounts, passwords
from app.settings import Settings
from app.store.people import Grant

people = typer.Typer(no_args_is_help=True, help="People who may sign in.")


@people.callback()
def _group() -> None:
    """People who may sign in."""


@people.command("create-admin")
def create_admin(
    login: Annotated[str, typer.Argument(help="Name to sign in with.")],
    name: Annotated[str, typer.Option(help="Name as shown on every act.", prompt=True)],
    password: Annotated[str, typer.Option(prompt=True, confirmation_prompt=True, hide_input=True)],
) -> None:
    """Create an administrator on all wards; stop the server first when the database is SQLite."""
    now = system_clock()
    password_hash = passwords.hash_password(password)
    database = open_checked(Settings(), now)
    try:
        with database.transaction() as tx:
            everywhere = (Grant(Role.ADMINISTRATOR, None),)
            accounts.create_person(tx, accounts.operator(now), login, name, password_hash, everywhere)
    finally:
        database.close()
    typer.echo(f"{login} may sign in as an administrator.")
