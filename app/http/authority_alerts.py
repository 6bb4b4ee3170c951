"""By which routes does a person answer an alert? One rule holds for all of them (`app.http.authority`)."""

from __future__ import annotations

from typing import Final

_API: Final = "/api/v1/alerts/{alert_id}"
_PAGES: Final = "/alerts/{alert_id}"

ANSWERS: Final = (
    *(("POST", f"{_API}/{answer}") for answer in ("acknowledgement", "snooze", "outcome", "close")),
    *(("POST", f"{_PAGES}/{answer}") for answer in ("acknowledge", "snooze", "outcome", "close")),
)
