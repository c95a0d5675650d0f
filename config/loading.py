"""Settings from defaults.toml, the site's site.toml and the environment; all mistakes at once.

Later ones win.
What may stand where is read from the annotations in `config.settings`; there is no second list of
settings here.
"""

import base64
import difflib
import hashlib
import os
import re
import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from itertools import combinations
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, cast, get_args, get_origin, get_type_hints

from config.settings import (
    Between,
    Length,
    Lines,
    NumberTemplate,
    OnionAddress,
    Pattern,
    Settings,
    UnitSettings,
)

__all__ = [
    "EXAMPLE_FILE",
    "SITE_FILE",
    "Mistake",
    "SettingsError",
    "load_settings",
    "process_environment",
]

SITE_FILE = "site.toml"
DEFAULTS_FILE = Path(__file__).with_name("defaults.toml")
EXAMPLE_FILE = Path(__file__).with_name("site.example.toml")

PREFIX = "SEGEL_"
# Not settings, but read by the commands themselves; SEGEL_TEST_… belongs to the tests.
NOT_SETTINGS = ("SEGEL_SITE", "SEGEL_PASSPHRASE", "SEGEL_PASSPHRASE_FILE", "SEGEL_TRUST")
TEST_PREFIX = "SEGEL_TEST_"
# Secrets that would otherwise end up in a file which is shown around.
ENVIRONMENT_ONLY = ("keys.pkcs11_pin",)
UNIT_DEFAULTS = "default"
# As many as have to sign a directory of keys (signing.directory).
NEEDED_HOLDERS = 2
# The parts of a number template, and what may stand for the open ones.
_PARTS = re.compile(r"\{[a-z]+\}|[A-Za-z0-9]+|[^A-Za-z0-9{}]")
_OPEN = {"{seq}": "[1-9][0-9]*", "{month}": "[IVX]+", "{year}": "[0-9]{4}"}
SITE_ONLY = ("units", "certificates.purposes", "applications.purposes")

_MISSING: Any = object()


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """One thing wrong with the settings: where it stands, and a sentence about it."""

    path: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}: {self.sentence}"


class SettingsError(Exception):
    """The settings cannot be used; `mistakes` has every reason, in the order of the files."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
        self.mistakes = tuple(mistakes)


def process_environment() -> dict[str, str]:
    """The environment of this process, for `load_settings` and the commands."""
    return dict(os.environ)


def load_settings(site: Path, environ: Mapping[str, str]) -> Settings:
    """The settings of the installation in the folder `site`.

    Raises:
        SettingsError: with every mistake in the site's file and the environment.
    """
    folder = site.absolute()
    reader = _Reader(folder)
    tree = _parsed(DEFAULTS_FILE, str(DEFAULTS_FILE), reader)
    own = _parsed(folder / SITE_FILE, SITE_FILE, reader)
    reader.refuse_secrets(own)
    _merge(tree, own)
    _merge(tree, _environment_tree(environ, reader))
    reader.spread_unit_defaults(tree)
    tree["folder"] = folder
    read = reader.table(Settings, tree, "")
    if reader.mistakes:
        raise SettingsError(reader.mistakes)
    settings = cast(Settings, read)
    mistakes = list(_contradictions(settings))
    if mistakes:
        raise SettingsError(mistakes)
    return settings


def _parsed(path: Path, name: str, reader: "_Reader") -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        reader.fault(name, f"there is no such file in {path.parent}; `segel init` makes one")
    except OSError as problem:
        reader.fault(name, f"cannot be read: {problem.strerror}")
    except UnicodeDecodeError:
        reader.fault(name, "is not UTF-8 text")
    except tomllib.TOMLDecodeError as problem:
        reader.fault(name, f"is not TOML: {problem}")
    return {}


def _merge(tree: dict[str, Any], upper: Mapping[str, Any]) -> None:
    for key, value in upper.items():
        below = tree.get(key)
        if isinstance(below, dict) and isinstance(value, Mapping):
            _merge(below, value)
        else:
            tree[key] = value


def _environment_tree(environ: Mapping[str, str], reader: "_Reader") -> dict[str, Any]:
    """The settings named in the environment, as the tables that a file would have given."""
    known = {
        f"{PREFIX}{section}_{name}".upper(): (section, name, kind)
        for section, kind_of_section in _kinds(Settings).items()
        if is_dataclass(kind_of_section)
        for name, kind in _kinds(kind_of_section).items()
        if f"{section}.{name}" not in SITE_ONLY
    }
    tree: dict[str, Any] = {}
    for variable, text in environ.items():
        if not variable.startswith(PREFIX) or variable.startswith(TEST_PREFIX):
            continue
        if variable in NOT_SETTINGS:
            continue
        if variable not in known:
            reader.fault(variable, "is not a setting" + _guess(variable, [*known, *NOT_SETTINGS]))
            continue
        section, name, kind = known[variable]
        tree.setdefault(section, {})[name] = _from_text(kind, text)
        reader.names[f"{section}.{name}"] = variable
    return tree


def _from_text(kind: object, text: str) -> object:
    """What `text` would be in TOML for a field of this kind; as it is where it does not fit."""
    kind, _ = _bounds(kind)
    if kind is bool:
        return {"true": True, "false": False, "1": True, "0": False}.get(text.lower(), text)
    if kind is int:
        return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else text
    if get_origin(kind) is tuple:
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


def _contradictions(settings: Settings) -> list[Mistake]:
    """What is wrong between settings that are right by themselves."""
    found = []
    keys = settings.keys
    if settings.site.unit not in settings.units:
        found.append(
            Mistake(path="site.unit", sentence=f"there is no [units.{settings.site.unit}] table")
        )
    if keys.backend == "pkcs11":
        found += [
            Mistake(path=f"keys.{name}", sentence='is needed where backend = "pkcs11"')
            for name in ("pkcs11_module", "pkcs11_token")
            if not getattr(keys, name)
        ]
    if keys.backend == "remote":
        found += [
            Mistake(path=f"keys.{name}", sentence='is needed where backend = "remote"')
            for name in ("remote_url", "remote_credentials_file", "remote_ca_file")
            if not getattr(keys, name)
        ]
    found += _of_sending(settings)
    if settings.reports.enabled and len(set(settings.reports.holders)) < NEEDED_HOLDERS:
        found.append(
            Mistake(
                path="reports.holders",
                sentence="names fewer than two holders, and two have to sign whose keys may read",
            )
        )
    if settings.timestamp.url and settings.timestamp.ca_file is None:
        found.append(
            Mistake(path="timestamp.ca_file", sentence="is needed where timestamp.url is set")
        )
    if not settings.site.demo:
        found += [
            Mistake(
                path=f"units.{unit.code}.letterhead",
                sentence="is still the invented one of the example; a site with demo = false "
                "needs its own",
            )
            for unit in settings.units.values()
            if any("CONTOH" in line.upper().split() for line in unit.letterhead)
        ]
    return found + _shared_templates(settings.units)


def _of_sending(settings: Settings) -> list[Mistake]:
    """What is wrong between the settings of notices and files."""
    notices, files = settings.notices, settings.files
    found = []
    if notices.smtp_host and not notices.sender:
        found.append(Mistake(path="notices.sender", sentence="is needed where smtp_host is set"))
    on_this_machine = notices.smtp_host in {"", "localhost", "127.0.0.1", "::1"}
    if notices.smtp_security == "none" and not on_this_machine:
        found.append(
            Mistake(path="notices.smtp_security", sentence='is "none" only for this machine')
        )
    if files.bucket:
        found += [
            Mistake(path=f"files.{name}", sentence="is needed where bucket is set")
            for name in ("endpoint", "credentials_file")
            if not getattr(files, name)
        ]
    return found


def _shared_templates(units: Mapping[int, UnitSettings]) -> list[Mistake]:
    found = []
    for (one, unit), (other, later) in combinations(units.items(), 2):
        if _may_meet(unit.number_template, later.number_template):
            sentence = f"is too much like that of unit {one}"
            if unit.number_template == later.number_template:
                sentence = f"is also that of unit {one}"
            found.append(
                Mistake(
                    path=f"units.{other}.number_template",
                    sentence=f"{sentence}: two certificates would get the same number, or their "
                    "files the same name",
                )
            )
    return found


def _may_meet(one: str, other: str) -> bool:
    """Whether two templates can make one number, or numbers whose files have one name.

    What is left open never touches a letter or a digit, so numbers meet part by part.
    """
    # In the name of a file there is a hyphen for these.
    first, second = (_PARTS.findall(re.sub("[/ ]+", "-", template)) for template in (one, other))
    return len(first) == len(second) and all(map(_may_be_one, first, second))


def _may_be_one(one: str, other: str) -> bool:
    return (
        one == other
        or {one, other} == {"{seq}", "{year}"}
        or re.fullmatch(_OPEN.get(one, "(?!)"), other) is not None
        or re.fullmatch(_OPEN.get(other, "(?!)"), one) is not None
    )


class _Reader:
    """Turns tables into sections, and collects every mistake on the way."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mistakes: list[Mistake] = []
        self.names: dict[str, str] = {}

    def fault(self, path: str, sentence: str) -> Any:
        """Note a mistake; the value that stands for it is never looked at."""
        self.mistakes.append(Mistake(path=self.names.get(path, path), sentence=sentence))
        return _MISSING

    def refuse_secrets(self, own: Mapping[str, Any]) -> None:
        """Note settings of the site's file that may only come from the environment."""
        for path in ENVIRONMENT_ONLY:
            section, name = path.split(".")
            table = own.get(section)
            if isinstance(table, dict) and table.pop(name, ""):
                variable = f"{PREFIX}{section}_{name}".upper()
                self.fault(path, f"does not belong in a file; set {variable}")

    def spread_unit_defaults(self, tree: dict[str, Any]) -> None:
        """Give every unit its code and what [units.default] says of all."""
        units = tree.get("units")
        if not isinstance(units, dict):
            return
        shared = units.pop(UNIT_DEFAULTS, {})
        if not isinstance(shared, dict):
            self.fault("units.default", "is a table")
            return
        for code, unit in units.items():
            if not isinstance(unit, dict):
                continue
            if "code" in unit:
                self.fault(f"units.{code}.code", "is the name of the table, and not set in it")
            unit["code"] = int(code) if re.fullmatch("[1-9][0-9]{0,9}", code) else code
            for name, value in shared.items():
                unit.setdefault(name, value)

    def table(self, kind: Any, value: object, path: str) -> Any:
        """A section of `kind` from a TOML table."""
        if not isinstance(value, Mapping):
            return self.fault(path, "is a table")
        kinds = _kinds(kind)
        before = len(self.mistakes)
        for name in value:
            if name not in kinds:
                known = [known for known in kinds if known not in ("folder", "code")]
                self.fault(_join(path, name), "is not a setting" + _guess(name, known))
        found = {
            name: self.value(field_kind, value[name], _join(path, name))
            if name in value
            else self.fault(_join(path, name), "is missing")
            for name, field_kind in kinds.items()
        }
        return kind(**found) if len(self.mistakes) == before else _MISSING

    def value(self, kind: Any, value: object, path: str) -> Any:
        """A field of `kind`, within its bounds."""
        kind, bounds = _bounds(kind)
        if is_dataclass(kind):
            return self.table(kind, value, path)
        if get_origin(kind) is Mapping:
            return self.mapping(kind, value, path)
        if get_origin(kind) is tuple:
            return self.lines(kind, bounds, value, path)
        if get_origin(kind) is Literal:
            choices = get_args(kind)
            wrong = "is one of " + ", ".join(f'"{choice}"' for choice in choices)
            return value if value in choices else self.fault(path, wrong)
        if kind is Path or isinstance(kind, UnionType):
            return self.path(value, path)
        if kind is bool:
            return value if type(value) is bool else self.fault(path, "is true or false")
        if kind is int:
            return self.number(bounds, value, path)
        return self.text(bounds, value, path)

    def mapping(self, kind: Any, value: object, path: str) -> Any:
        """Tables named by codes."""
        key_kind, item_kind = get_args(kind)
        _, key_bounds = _bounds(key_kind)
        if not isinstance(value, Mapping):
            return self.fault(path, "is a table")
        found = {}
        for key, item in value.items():
            here = _join(path, key)
            if not re.fullmatch("[1-9][0-9]{0,9}", key):
                self.fault(here, "is named by its code, a whole number")
                continue
            self.number(key_bounds, int(key), here)
            found[int(key)] = self.value(item_kind, item, here)
        return found

    def lines(self, kind: Any, bounds: object, value: object, path: str) -> Any:
        """Several short texts."""
        if not isinstance(value, list):
            return self.fault(path, "is a list of texts")
        if isinstance(bounds, Lines):
            if not bounds.least <= len(value) <= bounds.most:
                return self.fault(path, f"has {bounds.least} to {bounds.most} lines")
            item_bounds: object = Length(1, bounds.longest)
        else:
            _, item_bounds = _bounds(get_args(kind)[0])
        return tuple(
            self.text(item_bounds, item, f"{path}[{number}]") for number, item in enumerate(value)
        )

    def path(self, value: object, path: str) -> Any:
        """A file, named from the site's folder; empty for none."""
        if not isinstance(value, (str, Path)) or "\0" in str(value):
            return self.fault(path, "is a path, or empty")
        return self.folder / value if value != "" else None

    def number(self, bounds: object, value: object, path: str) -> Any:
        """A whole number within its bounds."""
        low, high = (bounds.least, bounds.most) if isinstance(bounds, Between) else (0, 1 << 62)
        if type(value) is int and low <= value <= high:
            return value
        return self.fault(path, f"is a whole number from {low} to {high}")

    def text(self, bounds: object, value: object, path: str) -> Any:
        """A text within its bounds, on one line."""
        wrong = None
        if not isinstance(value, str):
            wrong = "is a text"
        elif isinstance(bounds, Length):
            if not bounds.least <= len(value) <= bounds.most:
                wrong = f"has {bounds.least} to {bounds.most} characters"
            elif not value.isprintable() or value != value.strip():
                wrong = "is one line of printable characters, without spaces around it"
        elif isinstance(bounds, Pattern):
            if not re.fullmatch(bounds.expression, value):
                wrong = f"is {bounds.meaning}"
        elif isinstance(bounds, NumberTemplate):
            wrong = _template_fault(value, bounds.longest)
        elif isinstance(bounds, OnionAddress):
            wrong = _onion_fault(value)
        return value if wrong is None else self.fault(path, wrong)


def _onion_fault(address: str) -> str | None:
    """What is wrong with the address of an onion service (rend-spec-v3, 6), if anything."""
    if not address:
        return None
    if re.fullmatch(r"[a-z2-7]{56}\.onion", address):
        parts = base64.b32decode(address.removesuffix(".onion").upper())
        key, checksum, version = parts[:32], parts[32:34], parts[34:]
        whole = hashlib.sha3_256(b".onion checksum" + key + version).digest()
        if version == b"\x03" and checksum == whole[:2]:
            return None
    return "is 56 letters and digits and .onion, as Tor wrote them into its file hostname"


def _template_fault(template: str, longest: int) -> str | None:
    """What is wrong with a number template, if anything."""
    try:
        parts = list(string.Formatter().parse(template))
    except ValueError:
        return "has a { or } too many"
    names = [name for _, name, _, _ in parts if name is not None]
    literals = "".join(literal for literal, _, _, _ in parts)
    if not re.fullmatch(r"[A-Za-z0-9/._ -]*", literals) or len(template) > longest:
        return f"has at most {longest} characters: letters, digits, spaces and / . - _"
    if sorted({*names, "month"}) != ["month", "seq", "year"] or len(names) != len(set(names)):
        return "has {seq} and {year} once, {month} at most once, and nothing else in braces"
    if re.search(r"[A-Za-z0-9}]\{|\}[A-Za-z0-9{]", template) or re.search(
        r"\{[^}]*[^a-z}]", template
    ):
        return "has a / or another sign between {seq}, {month} or {year} and what stands beside"
    return None


def _kinds(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind, include_extras=True)
    return {item.name: hints[item.name] for item in fields(kind)}


def _bounds(kind: Any) -> tuple[Any, object]:
    if get_origin(kind) is Annotated:
        plain, bounds = get_args(kind)
        return plain, bounds
    return kind, None


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _guess(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {near[0]}?" if near else ""
