"""Are the browser libraries the ones the lock names, and does Plotly match the package that writes its schema?"""

from __future__ import annotations

import hashlib
import json
import re

from plotly.offline import get_plotlyjs_version

from app.web.assets import STATIC, address, asset
from tests.web.house import House

VENDOR = STATIC / "vendor"
LOCK = json.loads((VENDOR / "vendor.lock.json").read_text())


def test_every_vendored_file_is_the_one_in_the_lock() -> None:
    on_disk = {path.name for path in VENDOR.iterdir()} - {"vendor.lock.json"}
    assert {entry["file"] for entry in LOCK} == on_disk
    for entry in LOCK:
        assert hashlib.sha256((VENDOR / entry["file"]).read_bytes()).hexdigest() == entry["sha256"], entry["file"]


def test_every_library_brings_its_licence() -> None:
    names = {entry["name"] for entry in LOCK}
    assert names == {entry["name"] for entry in LOCK if "LICENSE" in entry["file"]}


def test_the_lock_names_no_host() -> None:
    assert re.findall(r"https?://", (VENDOR / "vendor.lock.json").read_text()) == []


def test_the_drawing_library_is_the_version_the_python_package_bundles() -> None:
    assert {e["version"] for e in LOCK if e["name"].startswith("plotly")} == {get_plotlyjs_version()}
    assert f"v{get_plotlyjs_version()}" in (VENDOR / "plotly-cartesian.min.js").read_text()[:200]


def test_a_file_may_be_kept_for_ever_at_an_address_that_holds_its_digest(house: House) -> None:
    answer = house.client().get(address("style.css"))
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert house.client().get(f"/static/{'0' * 12}/style.css").status_code == 404
    assert house.client().get(f"/static/{asset('style.css').digest}/../house.py").status_code == 404
