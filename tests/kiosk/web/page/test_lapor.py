"""The table that sorts reports, and what is taken for a trace of their writer."""

import pytest

from tests.kiosk.web.page.engines import asked

KINDS = ("discipline", "ethics", "levy", "violence", "other")
WHENS = ("ongoing", "today", "week", "longer")


def test_every_report_has_a_class_an_urgency_and_somebody_who_begins() -> None:
    answers = [
        {"kind": kind, "when": when, "duty": duty, "danger": danger}
        for kind in KINDS
        for when in WHENS
        for duty in ("on", "off", "unknown")
        for danger in ("now", "no")
    ]

    for given, rule in zip(answers, asked("lapor-rules.js", "ruleFor", answers), strict=True):
        assert rule["class"] in KINDS
        assert rule["urgency"] in (1, 2, 3)
        assert rule["route"] in ("crime", "inquiry", "ethics", "discipline")
        # Danger now is looked at on the day, whatever it is about.
        assert given["danger"] == "no" or rule["urgency"] == 1


def test_violence_goes_to_those_who_look_into_crimes_and_is_never_the_usual_way() -> None:
    answers = [{"kind": "violence", "when": when, "danger": "no"} for when in WHENS]

    rules = asked("lapor-rules.js", "ruleFor", answers)

    assert [(rule["route"], rule["urgency"]) for rule in rules] == [
        ("crime", 1),
        ("crime", 1),
        ("crime", 2),
        ("crime", 2),
    ]


def test_what_a_disciplined_officer_does_off_duty_is_a_question_of_conduct() -> None:
    answers = [{"kind": "discipline", "duty": duty} for duty in ("on", "off")]

    assert [rule["class"] for rule in asked("lapor-rules.js", "ruleFor", answers)] == [
        "discipline",
        "ethics",
    ]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("hubungi 081234567890 malam hari", ["phone"]),
        ("WA +62 812 3456 7890", ["phone"]),
        ("9971010101900001", ["nik"]),
        ("99.7101.010190.0001", ["nik"]),
        ("surat ke ratna@contoh.example", ["mail"]),
        ("cuma saya yang lihat", ["only-me"]),
        ("tidak ada saksi selain saya", ["only-me"]),
        ("namaku Ratna", ["name"]),
        ("di depan rumah saya", ["kin"]),
        ("saya juga anggota di sana", ["colleague"]),
        ("only I know about it", ["only-me"]),
        ("Ia meminta Rp150.000 kepada 12 orang pada 14-09-2026 pukul 10.30.", []),
        ("Nomor kendaraan dinas 1234-56, dua saksi di loket.", []),
        ("", []),
    ],
)
def test_a_trace_is_named_and_an_ordinary_text_has_none(text: str, codes: list[str]) -> None:
    assert asked("lapor-traces.js", "tracesIn", [text]) == [codes]
