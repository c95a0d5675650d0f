"""The parts of the documents that are drawn from the program: names, settings, commands.

`make reference` writes them anew; tests/house/test_reference.py compares.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from kiosk.cli.main import main
from tests.house.repository import ROOT, module_name, parse, sources, text_of

ARCHITECTURE = Path("docs/architecture.md")
SETTINGS = Path("docs/operations/settings.md")
COMMANDS = Path("docs/operations/commands.md")

NAMES_HEADER = "| module | names |"
_NAMES_TABLE = re.compile(rf"{re.escape(NAMES_HEADER)}\n\|[-| ]+\|\n((?:\|.*\|\n)*)")


def written(page: Path) -> str:
    """What a page says now."""
    return (ROOT / page).read_text(encoding="utf-8") if (ROOT / page).exists() else ""


def listed(path: Path) -> tuple[str, ...]:
    """What a module lists in `__all__`, in its order."""
    for statement in parse(path).body:
        match statement:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=value):
                return tuple(ast.literal_eval(value))
            case _:
                pass
    return ()


def public_names() -> dict[str, tuple[str, ...]]:
    """The names of every module that lists some."""
    return {module_name(path): listed(path) for path in sources() if listed(path)}


def architecture_page() -> str:
    """docs/architecture.md as it stands, with its table of public names drawn anew."""
    if _NAMES_TABLE.search(written(ARCHITECTURE)) is None:
        raise LookupError(f"{ARCHITECTURE} has no table that begins with {NAMES_HEADER}")
    rows = "".join(
        f"| {module} | {', '.join(names)} |\n" for module, names in sorted(public_names().items())
    )
    return _NAMES_TABLE.sub(lambda _: f"{NAMES_HEADER}\n|---|---|\n{rows}", written(ARCHITECTURE))


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A line of defaults.toml: its section, its name, its default as written, its sentence."""

    section: str
    name: str
    default: str
    sentence: str


def settings() -> Iterator[Setting]:
    """The settings that have a default, in the order of defaults.toml.

    A sentence above a setting goes for those that follow it without another.
    """
    section = ""
    sentence: list[str] = []
    fresh = True
    for line in text_of(Path("config/defaults.toml")).splitlines():
        if line.startswith("#"):
            sentence = sentence if fresh else []
            fresh = True
            sentence.append(line.removeprefix("#").strip())
        elif line.startswith("["):
            section = line.strip("[]")
            fresh = False
        elif "=" in line:
            name, _, default = line.partition(" = ")
            fresh = False
            yield Setting(section=section, name=name, default=default, sentence=" ".join(sentence))


def settings_page() -> str:
    """docs/operations/settings.md, from defaults.toml and site.example.toml."""
    tables = []
    sections: dict[str, list[Setting]] = {}
    for setting in settings():
        if not re.search(r"\.\d", setting.section):
            sections.setdefault(setting.section, []).append(setting)
    for section, members in sections.items():
        rows = [
            f"| `{member.section}.{member.name}` | `{member.default}` | {member.sentence} |\n"
            for member in members
        ]
        tables.append(
            f"## {section}\n\n| setting | default | what it is |\n|---|---|---|\n{''.join(rows)}"
        )
    return _SETTINGS_PAGE.format(
        tables="\n".join(tables), example=text_of(Path("config/site.example.toml"))
    )


_SETTINGS_PAGE = """\
# Settings

*Written by `make reference` from `config/defaults.toml` and `config/site.example.toml`.*

An installation is a folder, and its settings are the file `site.toml` in it. The file names only
what differs from the defaults below. The environment has the last word: `SEGEL_WEB_PORT=8080` sets
`web.port`, and lists are written with commas. Units and purposes are set in the file only. Relative
paths start at the site's folder. All mistakes are reported at once, each with its place.

{tables}
## The units and the purposes

Every issuing unit is a table `[units.CODE]`, and its signatory a table `[units.CODE.signatory]`;
every purpose is a table `[certificates.purposes.CODE]` with its sentence in both languages, `id`
and `en`. Who issues for a purpose (`issued_by`), which papers are asked for besides (`papers`) and
whether its fee is `waived` is a table `[applications.purposes.CODE]`. This is the file that `segel
init` writes:

```toml
{example}```
"""


def commands() -> dict[str, click.Command]:
    """Every command, by the words an operator types."""

    def walk(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
        yield name, command
        if isinstance(command, click.Group):
            context = click.Context(command)
            for word in command.list_commands(context):
                below = command.get_command(context, word)
                if below is None:
                    raise LookupError(f"{name} lists {word}, and does not have it")
                yield from walk(f"{name} {word}", below)

    return dict(walk("segel", main))


def commands_page() -> str:
    """docs/operations/commands.md, from what each command says of itself."""
    parts = [_COMMANDS_PAGE]
    for name, command in commands().items():
        # With the group's own settings: a command remembers the names of its help option.
        context = click.Context(
            command,
            info_name=name,
            terminal_width=88,
            max_content_width=88,
            **main.context_settings,
        )
        parts.append(f"## {name}\n\n```text\n{command.get_help(context)}\n```\n")
    return "\n".join(parts)


_COMMANDS_PAGE = """\
# Commands

*Written by `make reference` from the commands' own help: `segel --help`, `segel issue --help`, and
so on.*
"""

PAGES = {
    ARCHITECTURE: architecture_page,
    SETTINGS: settings_page,
    COMMANDS: commands_page,
}


def write() -> None:
    """Write every page anew."""
    for page, draw in PAGES.items():
        (ROOT / page).write_text(draw(), encoding="utf-8")


if __name__ == "__main__":
    write()
