"""A commander sees sums of months, and of small groups nothing; from a low one it is one tap on."""

from kiosk.actions import ratings
from kiosk.domain.staff import Role
from tests.delivered import rated
from tests.kiosk.web.public.forms import form_in
from tests.staffed import Staffed

BAD = {"stars": "1", "polite": "no", "money": "no", "said": "Petugas kasar"}


def test_small_groups_are_hidden_and_large_ones_shown_without_words(staffed: Staffed) -> None:
    commander = staffed.client(Role.COMMANDER)
    for bag in range(1, 5):
        ratings.rate(staffed.desk, rated(staffed, bag), BAD)
    few = commander.get("/watch/figures").text
    ratings.rate(staffed.desk, rated(staffed, 5), BAD)
    enough = commander.get("/watch/figures").text

    assert "Kurang dari 5 jawaban: tidak ditampilkan" in few
    assert "Petugas sopan" not in few
    assert "0 / 5" in enough
    assert "Petugas kasar" not in enough

    form = form_in(enough, "improve")
    answer = commander.post(form.action, data=form.values)

    assert "Pelayanan yang dinilai baik" in commander.get(answer.headers["Location"]).text
    assert commander.post(form.action, data=form.values | {"theme": "money"}).status_code == 404
    assert staffed.client(Role.DUTY_OFFICER).get("/watch/figures").status_code == 403
