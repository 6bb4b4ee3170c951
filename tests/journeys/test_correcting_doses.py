"""From a dose that is running to its end, and to what was really done with it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Desk
from tests.web.house import MRN, Stay


@pytest.mark.hazard("HZ-08")
def test_a_dose_is_given_ends_and_turns_out_to_have_been_interrupted(nurse: Desk, stay: Stay) -> None:
    # Given a dose that is recorded as begun, when its end comes, then that takes one time.
    page = nurse.go(f"/doses/{stay.dose(3).id}/give")
    page.get_by_text("Given in full").click()
    page.fill("#mrn", MRN)
    page.fill("#born", "03-Feb-1971")
    page.fill("#started-clock", "13:45")
    page.get_by_role("button", name="Record for dose 3").click()
    done = page.get_by_role("region", name="What was done")
    expect(done).to_contain_text(
        "Given in full, started 13:45, end not recorded yet, 43,200,000 units, by CANARY-nurse."
    )
    nurse.seen("dose-running")
    done.get_by_role("link", name="Enter when it ended").click()
    expect(page.get_by_role("heading", name="End of the infusion: Dose 3 of 14")).to_be_visible()
    nurse.seen("dose-end")
    page.fill("#ended-clock", "13:58")
    page.get_by_role("button", name="Save the end").click()
    expect(done).to_contain_text("Given in full, 13:45 to 13:58")
    # When it turns out that only half went in, then only that is entered, and the old record stands struck.
    done.get_by_role("link", name="Correct").click()
    page.get_by_text("Interrupted: only part went in").click()
    page.get_by_label("Reason for the correction").fill("CANARY-9041 the line had come loose")
    nurse.seen("dose-correct")
    page.get_by_role("button", name="Save the correction").click()
    expect(page.get_by_role("alert").filter(has_text="Nothing was saved")).to_contain_text("Say how many units went in")
    nurse.seen("dose-correct-refused")
    page.fill("#units", "21,600,000")
    page.get_by_role("button", name="Save the correction").click()
    expect(done).to_contain_text("Interrupted, 13:45 to 13:58, 21,600,000 units went in, by CANARY-nurse.")
    expect(done.locator("s")).to_have_count(2)
    nurse.seen("dose-corrected")
    # When somebody opens the form of a dose that is recorded, then they are led back to what was done.
    nurse.go(f"/doses/{stay.dose(3).id}/give")
    expect(done).to_contain_text("Interrupted, 13:45 to 13:58")
    assert all("422" in said for said in nurse.complaints), "of the refused form alone"
