"""Settings: who has the last word, and that every mistake is reported, at once and by its place."""

import json
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from config.loading import (
    EXAMPLE_FILE,
    SITE_FILE,
    Mistake,
    SettingsError,
    load_settings,
    process_environment,
)
from config.settings import Settings
from signing.numbers import number_of


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The folder of a new installation."""
    (tmp_path / SITE_FILE).write_bytes(EXAMPLE_FILE.read_bytes())
    return tmp_path


def edit(site: Path, *edits: tuple[str, str]) -> None:
    """Change pieces of the site's file, each of which is there once."""
    path = site / SITE_FILE
    text = path.read_text(encoding="utf-8")
    for old, new in edits:
        assert text.count(old) == 1
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def append(site: Path, text: str) -> None:
    with (site / SITE_FILE).open("a", encoding="utf-8") as file:
        file.write("\n" + text + "\n")


def mistakes(site: Path, environ: dict[str, str] | None = None) -> dict[str, str]:
    """What loading complains of: sentence by place."""
    with pytest.raises(SettingsError) as caught:
        load_settings(site, environ or {})
    assert len({mistake.path for mistake in caught.value.mistakes}) == len(caught.value.mistakes)
    return {mistake.path: mistake.sentence for mistake in caught.value.mistakes}


def test_what_init_writes_is_a_demo_site_of_an_invented_unit(site: Path) -> None:
    settings = load_settings(site, {})

    assert settings.site.demo
    assert settings.unit.letterhead[:3] == (
        "KEPOLISIAN NEGARA REPUBLIK INDONESIA",
        "DAERAH CONTOH",
        "RESOR CONTOH",
    )
    assert settings.unit.code == settings.site.unit
    assert settings.unit.utc_offset == 420
    assert settings.certificates.nik_regions == "warn"
    assert settings.certificates.validity_months == 6
    assert settings.certificates.purposes[1].en == "Job application"
    assert settings.trust.status_ttl_hours == 12
    assert settings.timestamp.ca_file is None


def test_a_real_office_refuses_invented_regions_unless_it_says_otherwise(site: Path) -> None:
    edit(site, ('nik_regions = "warn"\n', ""))

    assert load_settings(site, {}).certificates.nik_regions == "refuse"


def test_the_site_overrules_the_defaults_and_the_environment_both(site: Path) -> None:
    append(site, "[web]\nport = 8100\nthreads = 2")

    settings = load_settings(site, {"SEGEL_WEB_PORT": "8200", "PATH": "/bin"})

    assert settings.web.port == 8200
    assert settings.web.threads == 2
    assert settings.web.host == "127.0.0.1"


@pytest.mark.parametrize(
    ("variable", "text", "read"),
    [
        ("SEGEL_SITE_DEMO", "false", lambda settings: settings.site.demo is False),
        ("SEGEL_SITE_DEMO", "1", lambda settings: settings.site.demo is True),
        (
            "SEGEL_SITE_FORMER_HOSTS",
            "old.example, older.example",
            lambda settings: settings.site.former_hosts == ("old.example", "older.example"),
        ),
        ("SEGEL_SITE_FORMER_HOSTS", "", lambda settings: settings.site.former_hosts == ()),
        ("SEGEL_KEYS_PKCS11_PIN", "1234", lambda settings: settings.keys.pkcs11_pin == "1234"),
        ("SEGEL_LANGUAGE_DEFAULT", "en", lambda settings: settings.language.default == "en"),
    ],
)
def test_the_environment_speaks_of_every_kind_of_value(
    site: Path, variable: str, text: str, read: Callable[[Settings], bool]
) -> None:
    edit(site, ('"DAERAH CONTOH"', '"DAERAH LAIN"'), ('"RESOR CONTOH"', '"RESOR LAIN"'))
    edit(site, ("Jalan Teladan Nomor 1, Kota Contoh 99990", "Jalan Lain 1"))

    assert read(load_settings(site, {variable: text}))


def test_every_mistake_of_file_and_environment_is_reported_at_once(site: Path) -> None:
    edit(
        site, ('place = "Kota Contoh"', 'plaec = "Kota Contoh"'), ("demo = true\n", 'demo = "ya"\n')
    )
    append(site, '[web]\nport = 80000\n[colour]\nred = 1\n[language]\ndefault = "su"')

    found = mistakes(site, {"SEGEL_DATBASE_URL": "sqlite:///x", "SEGEL_WEB_THREADS": "many"})

    assert set(found) == {
        "SEGEL_DATBASE_URL",
        "SEGEL_WEB_THREADS",
        "site.demo",
        "units.999901.place",
        "units.999901.plaec",
        "web.port",
        "colour",
        "language.default",
    }
    assert "did you mean place?" in found["units.999901.plaec"]
    assert "did you mean SEGEL_DATABASE_URL?" in found["SEGEL_DATBASE_URL"]
    assert found["web.port"] == "is a whole number from 1 to 65535"
    assert found["units.999901.place"] == "is missing"


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("http://localhost:8000", "https://skck.example/", "site.url"),
        ("http://localhost:8000", "https://SKCK.example", "site.url"),
        ("http://localhost:8000", "http://skck.example", "site.url"),
        ("http://localhost:8000", "https://skck.example/check", "site.url"),
        ("http://localhost:8000", "https://a@skck.example", "site.url"),
        ("unit = 999901", "unit = 999902", "site.unit"),
        ("unit = 999901", "unit = true", "site.unit"),
        ("utc_offset = 420", "utc_offset = 7.0", "units.999901.utc_offset"),
        ("utc_offset = 420", "utc_offset = 900", "units.999901.utc_offset"),
        ('nrp = "00000000"', 'nrp = "12A"', "units.999901.signatory.nrp"),
        ('nrp = "00000000"', "nrp = 123456", "units.999901.signatory.nrp"),
        ('    "DAERAH CONTOH",\n    "RESOR CONTOH",\n', "", "units.999901.letterhead"),
        ('"DAERAH CONTOH"', '"DAERAH\\nCONTOH"', "units.999901.letterhead[1]"),
        ('"DAERAH CONTOH"', f'"{"X" * 61}"', "units.999901.letterhead[1]"),
        ('"DAERAH CONTOH"', "7", "units.999901.letterhead[1]"),
        ("[units.999901]", "[units.polres]", "units.polres"),
        ("[units.999901]", "[units.0]", "units.0"),
        ("{seq}/{month}", "{month}", "units.999901.number_template"),
        ('"warn"', '"perhaps"', "certificates.nik_regions"),
    ],
)
def test_a_value_out_of_bounds_is_named_by_its_place(
    site: Path, old: str, new: str, place: str
) -> None:
    edit(site, (old, new))

    assert place in mistakes(site)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[keys]\nbackend = "pkcs11"\npkcs11_token = "segel"', "keys.pkcs11_module"),
        ('[keys]\nbackend = "pkcs11"\npkcs11_module = "/lib/p11.so"', "keys.pkcs11_token"),
        ('[keys]\nbackend = "remote"', "keys.remote_url"),
        ('[timestamp]\nurl = "http://tsa.example/"', "timestamp.ca_file"),
        ("[units.7]", "units.7.name"),
        ("[units.default]\nplace = 7", "units.default.place"),
        ("[certificates.purposes.70000]\nid = 'a'\nen = 'b'", "certificates.purposes.70000"),
        ("[certificates.purposes.11]\nid = 'a'", "certificates.purposes.11.en"),
        ("[database]\nurl = 'mysql://localhost/segel'", "database.url"),
        ("[notices]\nsmtp_host = 'mail.contoh.example'", "notices.sender"),
        (
            "[notices]\nsmtp_host = 'mail.contoh.example'\nsender = 'a@contoh.example'\n"
            "smtp_security = 'none'",
            "notices.smtp_security",
        ),
        ("[files]\nbucket = 'segel'\nendpoint = 'https://s3.example'", "files.credentials_file"),
        ("[files]\nbucket = 'segel'\ncredentials_file = 'keys/s3'", "files.endpoint"),
        ("[applications]\npapers = ['ktp', 'blood']", "applications.papers[1]"),
        (
            "[applications.purposes.1]\nissued_by = ['mayor']",
            "applications.purposes.1.issued_by[0]",
        ),
    ],
)
def test_what_contradicts_itself_or_is_half_said_is_a_mistake(
    site: Path, text: str, place: str
) -> None:
    append(site, text)

    if place == "units.default.place":
        # What stands under `default` is a mistake of the units that take it.
        edit(site, ('place = "Kota Contoh"\n', ""))
        place = "units.999901.place"
    assert place in mistakes(site)


def test_a_pin_in_the_sites_file_is_a_mistake_and_is_not_repeated(site: Path) -> None:
    append(site, '[keys]\npkcs11_pin = "98765"')

    found = mistakes(site)

    assert "SEGEL_KEYS_PKCS11_PIN" in found["keys.pkcs11_pin"]
    assert "98765" not in str(found)


def test_secrets_do_not_show_when_settings_are_printed(site: Path) -> None:
    settings = load_settings(
        site,
        {
            "SEGEL_KEYS_PKCS11_PIN": "98765",
            "SEGEL_DATABASE_URL": "postgresql://segel:geheim@localhost/segel",
        },
    )

    assert "98765" not in repr(settings)
    assert "geheim" not in repr(settings)
    assert settings.register_url == "postgresql://segel:geheim@localhost/segel"


def test_paths_start_at_the_sites_folder(site: Path) -> None:
    append(site, '[keys]\npkcs11_pin_file = "keys/pin"\npkcs11_module = "/usr/lib/p11.so"')

    settings = load_settings(site, {})

    assert settings.folder == site
    assert settings.keys.pkcs11_pin_file == site / "keys/pin"
    assert settings.keys.pkcs11_module == Path("/usr/lib/p11.so")
    assert settings.register_url == f"sqlite:///{site}/register.sqlite3"


def test_a_site_that_is_no_demo_needs_a_letterhead_of_its_own(site: Path) -> None:
    edit(site, ("demo = true\n", "demo = false\n"))

    assert list(mistakes(site)) == ["units.999901.letterhead"]


def test_two_units_with_one_number_template_would_share_numbers(site: Path) -> None:
    text = (site / SITE_FILE).read_text(encoding="utf-8")
    start, end = text.index("[units."), text.index("[certificates]")
    append(site, text[start:end].replace("999901", "999902"))

    assert list(mistakes(site)) == ["units.999902.number_template"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SKCK/{seq}/{year}", "SKCK-{seq}-{year}"),
        ("SKCK/{seq} {year}", "SKCK {seq}/{year}"),
        ("S/1/{seq}/{year}", "S/{seq}/1/{year}"),
        ("{seq}/{year}", "{year}/{seq}"),
        ("{seq}/X/{year}", "{seq}/{month}/{year}"),
    ],
)
def test_two_units_with_templates_that_may_meet_would_share_numbers_or_files(
    site: Path, one: str, other: str
) -> None:
    two_units(site, one, other)

    assert list(mistakes(site)) == ["units.999902.number_template"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SKCK/{seq}/{year}/A", "SKCK/{seq}/{year}/B"),
        ("SKCK/{seq}/{year}", "SKCK.{seq}.{year}"),
        ("S/01/{seq}/{year}", "S/{seq}/01/{year}"),
        ("{seq}/{month}/{year}", "{month}/{seq}/{year}"),
    ],
)
def test_templates_that_never_meet_may_stand_side_by_side(site: Path, one: str, other: str) -> None:
    two_units(site, one, other)

    assert load_settings(site, {}).units[999902].number_template == other


def two_units(site: Path, one: str, other: str) -> None:
    """Give the site two units with these number templates."""
    text = (site / SITE_FILE).read_text(encoding="utf-8").replace(USUAL, one)
    start, end = text.index("[units."), text.index("[certificates]")
    later = text[start:end].replace("999901", "999902").replace(one, other)
    (site / SITE_FILE).write_text(text + "\n" + later, encoding="utf-8")


def test_what_units_leave_out_comes_from_the_default_unit(site: Path) -> None:
    edit(site, ("utc_offset = 420\n", ""))
    append(site, "[units.default]\nutc_offset = 540")

    assert load_settings(site, {}).unit.utc_offset == 540


def test_host_and_check_url_follow_from_the_sites_url(site: Path) -> None:
    local = load_settings(site, {})
    public = load_settings(site, {"SEGEL_SITE_URL": "https://skck.contoh.example"})

    assert (local.site.host, local.site.check_url) == ("localhost:8000", "http://localhost:8000/#")
    assert public.site.host == "skck.contoh.example"
    assert public.site.check_url == "https://skck.contoh.example/#"


@pytest.mark.parametrize("content", [None, b"\xff\xfe", b"[site\n", b"a = 1\na = 2\n"])
def test_a_file_that_is_missing_or_no_toml_is_one_mistake(
    tmp_path: Path, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / SITE_FILE).write_bytes(content)

    assert SITE_FILE in mistakes(tmp_path)


def test_other_variables_are_left_alone(site: Path) -> None:
    load_settings(
        site,
        {
            "SEGEL_SITE": str(site),
            "SEGEL_PASSPHRASE": "x",
            "SEGEL_PASSPHRASE_FILE": "y",
            "SEGEL_TRUST": "z",
            "SEGEL_TEST_SERVER": "z",
            "SEGELIDAS": "1",
        },
    )


def test_an_error_reads_as_one_line_for_each_mistake() -> None:
    error = SettingsError(
        [Mistake(path="web.port", sentence="is wrong"), Mistake(path="a.b", sentence="is missing")]
    )

    assert str(error) == "web.port: is wrong\na.b: is missing"


def test_the_environment_of_the_process_is_a_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEGEL_WEB_PORT", "8300")
    environ = process_environment()
    monkeypatch.delenv("SEGEL_WEB_PORT")

    assert environ["SEGEL_WEB_PORT"] == "8300"


USUAL = tomllib.loads(EXAMPLE_FILE.read_text(encoding="utf-8"))["units"]["999901"][
    "number_template"
]


def takes_template(site: Path, template: str) -> bool:
    """Whether a unit may number its certificates so."""
    text = EXAMPLE_FILE.read_text(encoding="utf-8")
    (site / SITE_FILE).write_text(
        text.replace(f'"{USUAL}"', json.dumps(template)), encoding="utf-8"
    )
    try:
        load_settings(site, {})
    except SettingsError as problem:
        places = {mistake.path for mistake in problem.mistakes}
        if places == {"units.999901.number_template"}:
            return False
        raise
    return True


@pytest.mark.parametrize(
    "template",
    [USUAL, "SKCK/YANMAS/{seq}/{month}/{year}/Sek.TJ", "{year}-{seq}", "No. {seq} _ {year}"],
)
def test_units_number_their_certificates_as_they_are_used_to(site: Path, template: str) -> None:
    assert takes_template(site, template)


@pytest.mark.parametrize(
    "template",
    [
        "",
        "SKCK/{seq}",
        "SKCK/{year}",
        "SKCK/{seq}/{year}/{seq}",
        "SKCK/{seq}/{year}/{month}/{month}",
        "SKCK/{seq}/{year}/{day}",
        "SKCK/{seq}{year}",
        "SKCK{seq}/{year}",
        "SKCK/{seq}0/{year}",
        "SKCK/{seq:05}/{year}",
        "SKCK/{seq!r}/{year}",
        "SKCK/{seq/{year}",
        "SKCK/{seq}}/{year}",
        "SKCK/{{seq}}/{year}",
        "SKCK/{seq}/{year}/é",
        "SKCK\n/{seq}/{year}",
        "X" * 80 + "/{seq}/{year}",
    ],
)
def test_a_number_template_that_would_be_ambiguous_is_refused(site: Path, template: str) -> None:
    assert not takes_template(site, template)


GLUE = st.sampled_from(["/", "-", " ", "./", "/7/", "/I/", "/", ".", "A", ""])
TEMPLATES = st.tuples(
    GLUE, st.permutations(["{seq}", "{year}", "{month}"]), GLUE, GLUE, GLUE, st.booleans()
).map(
    lambda parts: "".join(
        [parts[0], parts[1][0], parts[2], parts[1][1], parts[3], parts[1][2], parts[4]]
    ).replace("{month}", "{month}" if parts[5] else "")
)
SEQUENCES = st.tuples(st.integers(1, 10**7), st.dates(date(2020, 1, 1), date(2099, 12, 31)))


@given(TEMPLATES, SEQUENCES, SEQUENCES)
@example("{seq}/{year}", (2027, date(2026, 1, 1)), (2026, date(2027, 1, 1)))
@example(USUAL, (1, date(2026, 1, 1)), (2, date(2026, 2, 1)))
def test_no_two_certificates_of_a_unit_share_a_number(
    tmp_path_factory: pytest.TempPathFactory,
    template: str,
    one: tuple[int, date],
    other: tuple[int, date],
) -> None:
    assume((one[0], one[1].year) != (other[0], other[1].year))
    if not takes_template(tmp_path_factory.mktemp("site"), template):
        return

    numbers = {
        number_of(template, sequence=sequence, issued_on=issued_on)
        for sequence, issued_on in (one, other)
    }

    assert len(numbers) == 2


def test_settings_are_values(site: Path) -> None:
    settings = load_settings(site, {})

    assert settings == load_settings(site, {})
    assert replace(settings.web, port=1).port != settings.web.port
