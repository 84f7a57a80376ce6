# SPDX-License-Identifier: Apache-2.0
"""The `onrecord` command. Each command is a module of its own, loaded when it is called."""

from __future__ import annotations

import difflib
from importlib import import_module

import click

from onrecord import __version__
from onrecord.config.errors import ConfigError
from onrecord.config.troubles import told

COMMANDS = {
    "start": "Open the newsroom: web server and worker in one program.",
    "check": "Say what is wrong with this newsroom and how to mend it.",
    "config": "Show every setting, its value and where that came from.",
    "identity": "Say whose newsroom this is, and what known domains say about it.",
    "log": "Say how the public log stands, and bring it back after a loss.",
    "bake": "Render the whole public site again.",
    "sample": "Fill an empty newsroom with real statements from the public domain.",
    "verify": "Say whether a statement is on the record, and whose record that is.",
    "audit": "Check a whole log: every tile, every leaf, every edition.",
    "compare": "Say whether two views of one log agree, or whether it has shown two histories.",
    "keys": "Make, show, replace and revoke the keys of this newsroom.",
    "witness": "Say who witnesses this log, and for whose logs this newsroom is a witness.",
    "mail": "Try the mail relay, and take in mail that comes back.",
    "followers": "Bring followers along from a list, or write their list.",
    "federation": "Move accounts in the fediverse, and take their followers along.",
    "moderation": "Write what the law wants filed about moderation, and check it.",
    "comments": "Bring comments along from another system, or write them to a file.",
    "manage": "Run one of Django's own commands.",
}
"""Every command with its one line of help, so that `--help` need not load any of them."""


class Commands(click.Group):
    """Loads the module of a command only when that command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"onrecord.config.commands.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except ConfigError as error:
            raise click.ClickException(str(error)) from error
        except Exception as error:
            if sentence := told(error):
                raise click.ClickException(sentence) from error
            raise

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            close = difflib.get_close_matches(args[0], COMMANDS, n=1)
            if not close:
                raise
            raise click.UsageError(f"{error.message} Did you mean {close[0]!r}?", ctx) from error


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="onrecord")
def main() -> None:
    """OnRecord: the newsroom an organisation owns.

    Settings come from the environment; `onrecord config` lists them.
    """
