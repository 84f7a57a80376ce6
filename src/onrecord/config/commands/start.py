# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import os
import sys

import click

from onrecord.config import environment, home


@click.command()
@click.option("--reload", is_flag=True, help="Start again whenever a source file changes.")
def command(reload: bool) -> None:
    """Open the newsroom: web server and worker in one program.

    A part that crashes is started again. SIGTERM and Ctrl+C let it finish what it has begun.
    """
    settings = environment.read()
    place = home.locate(settings)
    with home.open_home(place):
        from onrecord.config.program import Program

        again = Program(settings, place, reload=reload).run()
    if again:
        click.echo("A source file has changed; starting again ...")
        os.execv(sys.executable, [sys.executable, *sys.argv])  # noqa: S606 - this very program
