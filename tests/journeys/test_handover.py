"""Does a handover come out of the printer without a blank page?"""

from __future__ import annotations

import pytest

from tests.journeys.conftest import Desk
from tests.web.house import Stay

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("path", ["/handover", "/courses/{course}/handover"])
def test_a_row_that_no_page_holds_is_continued_on_the_next(nurse: Desk, stay: Stay, path: str) -> None:
    page = nurse.go(path.format(course=stay.course.id))
    page.emulate_media(media="print")
    whole = page.locator("main :is(tr, section)").evaluate_all(
        "(parts) => parts.filter((one) => getComputedStyle(one).breakInside !== 'auto').length"
    )
    assert whole == 0
