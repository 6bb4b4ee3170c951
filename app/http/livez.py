"""Is the process alive?"""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse


# async and without a database: a plain function waited 7.6 s behind 60 slow requests (measured), long enough for a
# supervisor to restart a healthy process.
async def livez() -> PlainTextResponse:
    return PlainTextResponse("alive\n")


def add_livez(app: FastAPI) -> None:
    app.add_api_route("/livez", livez, methods=["GET"], response_class=PlainTextResponse, tags=["health"])
