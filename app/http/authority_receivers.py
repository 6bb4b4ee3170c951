"""Which routes are about receivers? One rule holds for all of them (`app.http.authority`)."""

from __future__ import annotations

from typing import Final

_API: Final = "/api/v1/receivers"
_PAGES: Final = "/admin/receivers"

ROUTES: Final = (
    ("POST", _API),
    ("GET", _API),
    ("POST", _API + "/{receiver_id}/name"),
    ("POST", _API + "/{receiver_id}/rotation"),
    ("POST", _API + "/{receiver_id}/test"),
    ("POST", _API + "/{receiver_id}/replay"),
    ("POST", _API + "/{receiver_id}/removal"),
    ("GET", _API + "/{receiver_id}/deliveries"),
    ("GET", _PAGES),
    ("POST", _PAGES),
    ("GET", _PAGES + "/{receiver_id}"),
    ("POST", _PAGES + "/{receiver_id}/name"),
    ("POST", _PAGES + "/{receiver_id}/test"),
    ("POST", _PAGES + "/{receiver_id}/replay"),
    ("POST", _PAGES + "/{receiver_id}/rotation"),
    ("POST", _PAGES + "/{receiver_id}/removal"),
)
