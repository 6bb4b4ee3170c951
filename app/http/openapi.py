"""What does the API description say about refusals?"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from app.http.paths import is_api
from app.http.problems import status_problem

_TEXT = {"type": "string"}
_FAULT = {
    "type": "object",
    "properties": {"pointer": _TEXT, "code": _TEXT, "message": _TEXT},
    "required": ["pointer", "code", "message"],
}
_PROBLEM = {
    "type": "object",
    "description": "RFC 9457 problem document; nothing that was sent is repeated in it.",
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "code": _TEXT,
        "errors": {"type": "array", "items": _FAULT},
        "request_id": {"type": ["string", "null"], "format": "uuid"},
    },
    "required": ["type", "title", "status", "detail", "code", "errors", "request_id"],
}
_CONTENT = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}

_EVERYWHERE = (400, 401, 403, 408, 413, 415, 422, 423, 429, 500, 503)  # 415: a body that nothing asked for, too
_WRITES_NOTHING = {"/api/v1/evaluate"}  # whatever else is posted can come too late, or lose a race
_FASTAPI_ONLY = ("HTTPValidationError", "ValidationError")  # the shape of an answer this program never gives


def document_problems(app: FastAPI) -> None:
    """Describe every error as a problem; what `responses=` says of one stands, the usual ones need nothing."""
    describe = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = describe()
            schemas = schema.setdefault("components", {}).setdefault("schemas", {})
            for path, operations in schema.get("paths", {}).items():
                for method, operation in operations.items():
                    _complete(operation, method, path, schemas)
            schemas["Problem"] = _PROBLEM
            for name in _FASTAPI_ONLY:
                schemas.pop(name, None)
        return describe()

    app.openapi = described  # type: ignore[method-assign]


def _complete(operation: dict[str, Any], method: str, path: str, schemas: dict[str, Any]) -> None:
    responses: dict[str, Any] = operation["responses"]
    statuses = {known for known in responses if known >= "400"}
    if is_api(path):
        statuses.update(map(str, _EVERYWHERE))
        asked = (operation.get("parameters"), operation.get("requestBody"))
        if "{" in path or _names_something(asked, schemas):
            statuses.add("404")
        if method == "post" and path not in _WRITES_NOTHING:
            statuses.add("409")
    for status in statuses:
        given = responses.get(status, {})
        if status == "422":  # FastAPI's own text would be "Validation Error"
            given = {"description": status_problem(422).title}
        said = given.get("description", status_problem(int(status)).title)
        responses[status] = {"description": said, "content": given.get("content", _CONTENT)}
    operation["responses"] = dict(sorted(responses.items()))


def _names_something(asked: object, schemas: dict[str, Any]) -> bool:
    """Whether a parameter or the body, however deep, holds an id: what it stands for may not be there."""
    if isinstance(asked, dict):
        inner: list[Any] = [schemas[asked["$ref"].rpartition("/")[2]]] if "$ref" in asked else list(asked.values())
        return asked.get("format") == "uuid" or any(_names_something(part, schemas) for part in inner)
    return isinstance(asked, list | tuple) and any(_names_something(part, schemas) for part in asked)
