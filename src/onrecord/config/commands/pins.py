# SPDX-License-Identifier: Apache-2.0
"""What the reader knows from elsewhere, as options of the commands that judge a record."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO, TypeVar

import click

from onrecord.proof import policy
from onrecord.proof.case import Pins
from onrecord.proof.errors import ProofError
from onrecord.proof.keys import PublicKey

_Command = TypeVar("_Command", bound=Callable[..., None])


def pin_options(command: _Command) -> _Command:
    """Add --policy, --root and --key to a command, which takes them as policy_file, root and vkeys."""
    for option in (
        click.option("--key", "vkeys", multiple=True, help="A key that you know from elsewhere (vkey)."),
        click.option("--root", help="Fingerprint of the root keys that you know from elsewhere."),
        click.option(
            "--policy", "policy_file", type=click.File("rb"), help="Whom you trust, as c2sp.org/tlog-policy."
        ),
    ):
        command = option(command)
    return command


def given_pins(policy_file: BinaryIO | None, root: str | None, vkeys: tuple[str, ...]) -> Pins:
    """Read what the reader gave. A mistake in it is a wrong option."""
    try:
        return Pins(
            policy=policy.parse(policy_file.read()) if policy_file else None,
            keys=tuple(PublicKey.from_vkey(text) for text in vkeys),
            root=root,
        )
    except ProofError as error:
        raise click.UsageError(str(error)) from error
