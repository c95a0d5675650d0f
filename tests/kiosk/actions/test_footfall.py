"""How many came by posters is counted by week; an area that falls silent sends somebody there."""

from datetime import timedelta

import pytest

from kiosk.actions.footfall import areas_now, quarters, tell_area
from kiosk.actions.inspections import inspect_poster, place_poster, round_of
from kiosk.actions.posters import print_posters
from kiosk.domain.errors import Unknown
from kiosk.domain.posters import Condition, Place, Reason
from kiosk.domain.staff import Role
from printer.poster import PosterSize
from tests.staffed import Staffed

TIMUR, BARAT = "Contoh Timur", "Contoh Barat"


@pytest.fixture
def office(staffed: Staffed) -> Staffed:
    """An office with five posters in each of two areas; it is the Monday after they were put up."""
    staffed.office.segel("keys", "new", "poster")
    staffed.clock.forward(minutes=1)
    places = [Place(name=f"Tempat {n}", area=area) for area in (TIMUR, BARAT) for n in range(5)]
    officer = staffed.staff(Role.DUTY_OFFICER)
    for one in print_posters(staffed.desk, places, PosterSize.STICKER):
        place_poster(staffed.desk, officer, one.poster.number)
    assert areas_now(staffed.desk) == ("",)
    days = 7 - (staffed.clock() + timedelta(hours=7)).weekday()
    staffed.clock.forward(days=days)
    return staffed


def tell(office: Staffed, **counts: int) -> None:
    """A week in which so many phones tell each area."""
    area_of = {"timur": TIMUR, "barat": BARAT, "rest": ""}
    with office.desk.register.begin() as books:
        zone = timedelta(minutes=office.desk.settings.unit.utc_offset)
        today = (office.clock() + zone).date()
        week = today - timedelta(days=today.weekday())
        for name, count in counts.items():
            for _ in range(count):
                books.footfall.tell(week, area_of[name], (BARAT, TIMUR, ""))
    office.clock.forward(days=7)


def test_areas_stay_the_same_for_a_week_and_others_are_not_counted(office: Staffed) -> None:
    assert areas_now(office.desk) == (BARAT, TIMUR, "")
    print_posters(office.desk, [Place(name="Lobi", area="Utara")], PosterSize.STICKER)

    tell_area(office.desk, TIMUR)
    with pytest.raises(Unknown):
        tell_area(office.desk, "Utara")

    # One place more makes the rest, which is too few to stand alone.
    office.clock.forward(days=7)
    assert areas_now(office.desk) == (TIMUR, "")
    [quarter] = quarters(office.desk, office.staff(Role.COMMANDER))
    assert quarter.areas == {BARAT: None, TIMUR: None, "": None}


def test_where_it_falls_silent_somebody_looks_and_is_then_left_alone(office: Staffed) -> None:
    officer = office.staff(Role.DUTY_OFFICER)
    for _ in range(3):
        tell(office, timur=60, barat=60, rest=22)
    for number in posters(office):
        inspect_poster(office.desk, officer, number, Condition.INTACT)
    tell(office, timur=60, barat=60, rest=22)
    before = round_of(office.desk, officer).due
    for _ in range(2):
        tell(office, timur=22, barat=60, rest=22)

    due = round_of(office.desk, officer).due
    assert before == ()
    assert {(one.area, reason) for one, reason in due} == {(TIMUR, Reason.SILENT)}
    assert len(due) == 5
    for one, _reason in due:
        inspect_poster(office.desk, officer, one.number, Condition.INTACT)
    assert round_of(office.desk, officer).due == ()


def posters(office: Staffed) -> list[str]:
    """The numbers of all posters."""
    with office.desk.register.read() as books:
        return [one.number for one in books.posters.of({office.desk.settings.site.unit})]


def test_a_week_in_which_nobody_came_at_all_counts_as_silent(office: Staffed) -> None:
    officer = office.staff(Role.DUTY_OFFICER)
    for _ in range(5):
        tell(office, timur=60, barat=60, rest=22)
    office.clock.forward(days=14)

    reasons = {reason for _, reason in round_of(office.desk, officer).due}

    assert reasons == {Reason.SILENT}
