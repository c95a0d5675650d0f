"""`segel`: the one command of an office.

Each command lives in a module of its own, which is imported when it is called: checking a file does
not wait for the register, nor issuing for the web server.
"""

import difflib
import importlib
import os
from pathlib import Path

import click

__all__ = ["main"]

COMMANDS = {
    "init": ("kiosk.cli.sites", "init"),
    "issue": ("kiosk.cli.issuing", "issue"),
    "verify": ("kiosk.cli.verifying", "verify"),
    "suspend": ("kiosk.cli.issuing", "suspend"),
    "reinstate": ("kiosk.cli.issuing", "reinstate"),
    "withdraw": ("kiosk.cli.issuing", "withdraw"),
    "scan": ("kiosk.cli.scanning", "scan"),
    "read-card": ("kiosk.cli.cards", "read_card"),
    "expect": ("kiosk.cli.expecting", "expect"),
    "keys": ("kiosk.cli.keys", "keys"),
    "trust": ("kiosk.cli.trust", "trust"),
    "offices": ("kiosk.cli.staff", "offices"),
    "staff": ("kiosk.cli.staff", "staff"),
    "journal": ("kiosk.cli.journal", "journal"),
    "payments": ("kiosk.cli.payments", "payments"),
    "holidays": ("kiosk.cli.holidays", "holidays"),
    "poster": ("kiosk.cli.posters", "poster"),
    "check-poster": ("kiosk.cli.posters", "check_poster"),
    "recovery": ("kiosk.cli.recovery", "recovery"),
    "reports": ("kiosk.cli.reports", "reports"),
    "directory": ("kiosk.cli.directory", "directory"),
    "notices": ("kiosk.cli.notices", "notices"),
    "database": ("kiosk.cli.database", "database"),
    "serve": ("kiosk.cli.serving", "serve"),
    "demo": ("kiosk.cli.demo", "demo"),
}
# What a command writes is for the person who runs it, and for nobody else on the machine.
PRIVATE = 0o077


def hoisted(args: list[str]) -> list[str]:
    """`args` with --site brought to the front: people write it after the command, too."""
    first: list[str] = []
    others: list[str] = []
    left = iter(args)
    for arg in left:
        if arg == "--":
            others += [arg, *left]
        elif arg == "--site":
            first += [arg, *([value] if (value := next(left, None)) is not None else [])]
        elif arg.startswith("--site="):
            first.append(arg)
        else:
            others.append(arg)
    return first + others


class LazyGroup(click.Group):
    """A group whose commands are imported when they are asked for."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The arguments, with --site read wherever it stands."""
        return super().parse_args(ctx, hoisted(args))

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order in which an office needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, or None."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that was typed; a mistyped one is told of with what it may have been."""
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            guess = f" Did you mean {near[0]!r}?" if near else ""
            ctx.fail(f"There is no command {args[0]!r}.{guess}")
        return super().resolve_command(ctx, args)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="segel")
@click.option(
    "--site",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="SEGEL_SITE",
    default=Path("site"),
    show_default=True,
    show_envvar=True,
    help="The folder of the installation: settings, keys, register, files.",
)
@click.pass_context
def main(context: click.Context, site: Path) -> None:
    """Issue, check and withdraw signed police record certificates (SKCK).

    \b
    A first day:
      segel init                                       make an installation in ./site
      segel issue APPLICANT.json --photo P.jpg --out CERT.pdf
      segel verify CERT.pdf                            0 genuine, 1 not, 2 could not be checked
      segel serve                                      the page that every phone can check with

    Nothing is written outside the site's folder but what you name with --out.
    """
    before = os.umask(PRIVATE)
    context.call_on_close(lambda: os.umask(before))
    context.obj = site
