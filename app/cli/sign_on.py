"""Would people get in with the hospital's accounts: does the provider answer, and does every group lead to a ward?"""

from __future__ import annotations

import typer

from app.domain.errors import StartRefused
from app.http.oidc_fetch import Unreachable
from app.main import provider_of
from app.settings import Settings
from app.store import wards
from app.store.migrations import open_to_read

sign_on = typer.Typer(no_args_is_help=True, help="Signing in with the hospital's own accounts: try the settings.")


@sign_on.callback()
def _group() -> None:
    """Signing in with the hospital's own accounts: try the settings."""


@sign_on.command("check")
def check() -> None:
    """Ask the provider for its addresses and keys, and hold the groups against the wards; changes nothing."""
    settings = Settings()
    site = provider_of(settings)
    if site is None:
        raise StartRefused("no_provider", "No sign-on provider is set: DOSEWARD_OIDC_ISSUER is empty.")
    try:
        places, keys = site.provider.places.get(), site.provider.keys.get()
    except Unreachable as fault:
        sentence = f"{site.provider.issuer} gave no answer that can be used ({fault}): see docs/sign-on.md."
        raise StartRefused("provider_silent", sentence) from None
    database = open_to_read(settings.database_url)
    try:
        with database.reading() as tx:
            unknown = site.roles.unknown_wards(wards.wards(tx))
    finally:
        database.close()
    typer.echo(
        f"{site.provider.issuer} answers; it signs with {sum(name is not None for name in keys)} keys we can use."
    )
    typer.echo(f"Register this address there: {site.back}")
    typer.echo(f"It has {'a' if places.end_session else 'no'} way to sign out there.")
    for group, placed in site.roles.of_group.items():
        typer.echo(f"{group}: {', '.join(f'{one.role} on {one.ward}' for one in placed)}")
    if unknown:
        raise StartRefused("unknown_ward", f"There is no ward with this name: {', '.join(unknown)}.")
