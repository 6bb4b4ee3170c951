"""Does every page say that alerts may not arrive, for as long as the program's own test alert is missing?"""

import pytest

from app.delivery.canary import Canary
from tests.web.house import House


@pytest.mark.hazard("HZ-11")
def test_every_page_says_that_the_test_alert_is_missing(house: House) -> None:
    canary = house.app.state.canary = Canary(house.database, house.library, house.clock)
    client = house.client("nurse")
    paths = ("/", "/alerts", "/alerts/figures", "/protocols", "/patients")
    assert [path for path in paths if "Alerts may not arrive." in client.get(path).text] == []
    house.clock.forward(minutes=21)
    for path in paths:
        assert "test alert is missing for 21 minutes" in client.get(path).text, path
    canary.step()
    assert "Alerts may not arrive." not in client.get("/").text
