"""Which routes are about a ward's roster and ladder? One rule holds for each group (`app.http.authority`)."""

from __future__ import annotations

from typing import Final

_WARDS: Final = "/api/v1/wards/{ward_id}"
_PAGES: Final = "/admin/roster"
_LADDERS: Final = "/admin/ladders"

READ: Final = (
    ("GET", _WARDS + "/shifts"),
    ("GET", _WARDS + "/on-duty"),
    ("GET", _WARDS + "/ladder"),
    ("GET", _LADDERS),
)
WRITTEN: Final = (
    ("POST", _WARDS + "/shifts"),
    ("POST", "/api/v1/shifts/{shift_id}/cancellation"),
    ("POST", _PAGES + "/shifts/{shift_id}/revoke"),
    ("POST", _PAGES + "/assignments/{assignment_id}/revoke"),
)
PAGES: Final = (("GET", _PAGES), ("POST", _PAGES + "/shifts"), ("POST", _PAGES + "/assignments"))
LADDERS_WRITTEN: Final = (("POST", _WARDS + "/ladder"), ("POST", _WARDS + "/ladder/removal"))
LADDER_PAGES: Final = (("POST", _LADDERS), ("POST", _LADDERS + "/removal"))
