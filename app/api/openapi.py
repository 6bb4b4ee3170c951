"""What does the committed description of the API say?"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from app.api import include_api
from app.http.floor import install_floor
from app.services.acting import VERSION

_TOKEN, _SESSION = "token", "session"
_SCHEMES = {
    _TOKEN: {"type": "http", "scheme": "bearer", "description": "A personal token, or a service token with scopes."},
    _SESSION: {"type": "apiKey", "in": "cookie", "name": "sid", "description": "The session of a signed-in browser."},
}


def document() -> dict[str, Any]:
    """The OpenAPI document; needs no database."""
    app = FastAPI(title="Doseward", version=VERSION, telemetry={"logs": False, "auto_configure": False})
    install_floor(app)
    include_api(app)
    schema = app.openapi()
    schema["info"]["description"] = (
        "Observations in, a reasoned dose decision out. Doseward advises; people decide. Times carry an offset on the "
        "way in and are UTC on the way out; exact numbers leave as text with their charted digits."
    )
    schema["components"]["securitySchemes"] = _SCHEMES
    schema["security"] = [{_TOKEN: []}, {_SESSION: []}]
    return schema
