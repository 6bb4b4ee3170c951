"""What can be done from the command line?

`doseward serve`, `migrate`, `backup`, `restored`, `demo`, `evaluate`, `replay`, `audit`, `openapi`, `people`,
`protocol`, `sign-on`, `summaries`. A refusal is one sentence on standard error, with a line for each field that
was refused, and a non-zero exit, never a traceback.
"""

from __future__ import annotations

import sys

import typer

from app.cli import audit, backup, demo, evaluate, people, protocol, records, replay, serve, sign_on, summaries
from app.cli.environment import check_names, in_words
from app.domain.errors import DosewardError
from app.http.logs import configure_logging
from app.http.request_id import request_id
from app.services.acting import VERSION

cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="What the criteria call for before every dose of high-dose interleukin-2, and why. It advises; people decide.",
)
cli.command("serve")(serve.serve)
cli.command("demo")(demo.demo)
cli.command("migrate")(records.migrate)
cli.command("backup")(backup.backup)
cli.command("restored")(records.restored)
cli.command("replay")(replay.replay)
cli.command("evaluate")(evaluate.evaluate)
cli.command("openapi")(records.openapi)
cli.add_typer(audit.audit, name="audit")
cli.add_typer(people.people, name="people")
cli.add_typer(protocol.protocol, name="protocol")
cli.add_typer(sign_on.sign_on, name="sign-on")
cli.add_typer(summaries.summaries, name="summaries")


def main() -> None:
    """The console command; exits 1 with a sentence when something is refused."""
    configure_logging(VERSION, request_id)  # to standard error: what a command prints may be kept by a program
    try:
        check_names()
        with in_words():
            cli()
    except DosewardError as refusal:
        typer.echo(refusal.sentence, err=True)
        for one in refusal.errors:
            if one.message != refusal.sentence:
                typer.echo(f"{one.pointer}: {one.message}", err=True)
        sys.exit(1)
