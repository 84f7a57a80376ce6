# SPDX-License-Identifier: Apache-2.0
"""`onrecord keys`: the ceremony of root keys, rotation, revocation (docs/keys.md).

roots      root keys as files, and signing with them; without Django, for a machine that is on no network
ceremony   init, export, import
changing   rotate, revoke, update, lock
showing    show, and what is printed after every change
"""

from __future__ import annotations

import click

from onrecord.config.commands.keys.ceremony import export, import_, init
from onrecord.config.commands.keys.changing import lock, revoke, rotate, update
from onrecord.config.commands.keys.roots import new_root, sign
from onrecord.config.commands.keys.showing import show
from onrecord.proof.errors import ProofError
from onrecord.record.errors import RecordError


class Keys(click.Group):
    """Says in a sentence what was refused."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (RecordError, ProofError) as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Keys)
def command() -> None:
    """Make, show, replace and revoke the keys of this newsroom.

    Begin with `onrecord keys init`. docs/keys.md tells it step by step.
    """


for subcommand in (init, new_root, show, sign, export, import_, rotate, revoke, update, lock):
    command.add_command(subcommand)
