"""The page on which a time for fingerprints is picked, changed and given back."""

import re

from kiosk.actions.appointments import appointment_of, free_times_of
from tests.kiosk.web.public.test_status import browser_of
from tests.staffed import Staffed
from tests.working import checked


def test_a_time_is_picked_changed_and_given_back(staffed: Staffed) -> None:
    id_ = checked(staffed, on_file=False)
    client = browser_of(staffed, id_)
    assert "/apply/status/come" in client.get("/apply/status").text
    times = re.findall(r'value="([0-9-]+ [0-9:]+)"', client.get("/apply/status/come").text)
    assert len(times) == len(free_times_of(staffed.desk, id_)) > 10

    for when in times[:2]:
        assert client.post("/apply/status/come", data={"when": when}).status_code == 303
        found = appointment_of(staffed.desk, id_)
        assert found is not None
        assert f"{found.day.isoformat()} {found.time}" == when
        assert found.time.replace(":", ".") in client.get("/apply/status").text

    assert client.post("/apply/status/come/give-back").status_code == 303
    assert appointment_of(staffed.desk, id_) is None


def test_a_time_that_is_not_offered_is_asked_for_again(staffed: Staffed) -> None:
    client = browser_of(staffed, checked(staffed, on_file=False))

    for when in ("", "tomorrow", "2020-01-01 08:30"):
        answer = client.post("/apply/status/come", data={"when": when})
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
