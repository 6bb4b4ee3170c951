"""Can a charge nurse enrol the machine in front of her, and take it back?"""

from __future__ import annotations

from tests.web.house import House
from tests.web.machine import Machine
from tests.web.pages import fields_of, fill

HERE = "/admin/workstations"


def test_enrolling_gives_this_browser_the_machines_cookie(house: House) -> None:
    client = house.client("charge")
    answer = fill(client, HERE, {"name": "CANARY cart 2", "ward": house.ward.id})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("workstation=")
    assert {"HttpOnly", "Path=/", "SameSite=strict"} <= {part.strip() for part in cookie.split(";")}
    page = client.get(HERE).text
    assert "enrolled as CANARY cart 2" in page
    assert "This one" in page


def test_the_same_form_twice_enrols_one_machine(house: House) -> None:
    client = house.client("charge")
    typed = fields_of(client.get(HERE).text, HERE) | {"name": "CANARY cart 2", "ward": house.ward.id}
    for _ in range(2):
        assert client.post(HERE, data=typed, follow_redirects=False).status_code == 303
    assert client.get(HERE).text.count("CANARY cart 2</th>") + client.get(HERE).text.count("CANARY cart 2 <span") == 1


def test_over_https_the_cookie_is_for_this_host_alone(house: House) -> None:
    house.app.state.secure_cookies = True
    client = house.client()
    client.cookies.set("__Host-sid", house.session("charge"))
    cookie = fill(client, HERE, {"name": "CANARY cart", "ward": house.ward.id}).headers["set-cookie"]
    assert cookie.startswith("__Host-workstation=")
    assert "Secure" in cookie
    assert "Domain" not in cookie


def test_a_machine_needs_a_name_and_a_ward(house: House) -> None:
    answer = fill(house.client("charge"), HERE, {"name": " "})
    assert answer.status_code == 422
    assert "Say on which ward it stands." in answer.text
    assert "Say which machine this is" in answer.text


def test_a_nurse_enrols_nothing(house: House) -> None:
    assert house.client("nurse").get(HERE).status_code == 403
    assert house.client("nurse").post(HERE, data={"key": "x"}).status_code == 403


def test_a_revoked_machine_says_since_when(house: House) -> None:
    machine = Machine(house)
    client = house.client("charge")
    path = f"{HERE}/{machine.enrolled.id}/revoke"
    assert client.post(path, data=fields_of(client.get(HERE).text, path), follow_redirects=False).status_code == 303
    page = client.get(HERE).text
    assert "Revoked 21-Nov-2026 13:00" in page
    assert path not in page


def test_the_secret_of_a_machine_is_kept_nowhere(house: House) -> None:
    machine = Machine(house)
    with house.database.reading() as tx:
        rows = tx.connection.exec_driver_sql("SELECT * FROM workstation").fetchall()
    assert machine.secret not in str(rows)
