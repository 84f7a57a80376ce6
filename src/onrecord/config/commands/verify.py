# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from pathlib import Path
from typing import BinaryIO

import click

from onrecord.config.commands.pins import given_pins
from onrecord.config.commands.words import print_cannot_tell, print_verdict
from onrecord.config.dns import dns_roots
from onrecord.config.errors import ConfigError
from onrecord.config.evidence import Evidence, gather, pins_of, register_from
from onrecord.proof import object_verdict, verdict
from onrecord.proof.case import Pins
from onrecord.proof.errors import Unreadable
from onrecord.proof.verdict import LIMITS, Outcome, Verdict

STATUS = {Outcome.HOLDS: 0, Outcome.FAILS: 1, Outcome.UNKNOWN: 2}
A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("target")
@click.option(
    "--edition", type=A_FILE, help="The edition file that a proof is about, if it is not beside it."
)
@click.option(
    "--register",
    "register_file",
    type=A_FILE,
    help="For an object of the fediverse: a bundle, or register.json with its proof beside it.",
)
@click.option(
    "--policy", "policy_file", type=click.File("rb"), help="Whom you trust, as c2sp.org/tlog-policy."
)
@click.option("--root", help="Fingerprint of the root keys that you know from elsewhere.")
@click.option("--key", "vkeys", multiple=True, help="A key that you know from elsewhere (vkey). Repeatable.")
@click.option("--offline", is_flag=True, help="Ask nobody: neither the newsroom's site nor DNS.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON for a script to read.")
def command(  # noqa: PLR0917 - click passes every option by name
    target: str,
    edition: Path | None,
    register_file: Path | None,
    policy_file: BinaryIO | None,
    root: str | None,
    vkeys: tuple[str, ...],
    offline: bool,
    as_json: bool,
) -> None:
    """Say whether a statement is on the record, and whose record that is.

    TARGET is a bundle (.onrecord.zip) or a folder with its content, a proof (.tlog-proof), an edition file
    (.json), the proof of a decision (.json), an object or activity of the fediverse, a checkpoint, or the
    address of a statement or of any of these.

    Ends with status 0 if it holds, 1 if it does not, 2 if that cannot be told.
    """
    pins = given_pins(policy_file, root, vkeys)
    notices: tuple[str, ...] = ()
    try:
        evidence = gather(target, edition_file=edition, offline=offline, register_file=register_file)
        if not offline:
            evidence, pins = pins_of(evidence, pins, dns=dns_roots)
        found, notices = _judged(evidence, pins), evidence.notices
    except Unreadable as error:
        found = verdict.unreadable(error)
    except (ConfigError, OSError) as error:
        _print_cannot_tell(str(error), as_json)
        raise SystemExit(STATUS[Outcome.UNKNOWN]) from error
    if as_json:
        click.echo(json.dumps({**found.to_json(), "limits": LIMITS, "notices": list(notices)}, indent=2))
    else:
        print_verdict(found, notices)
    raise SystemExit(STATUS[found.outcome])


def _judged(evidence: Evidence, pins: Pins) -> Verdict:
    if evidence.object is not None:
        return object_verdict.judge(evidence.object, evidence.bundle, pins)
    if evidence.decision is not None and evidence.bundle is not None:
        return verdict.judge_decision(evidence.decision, evidence.bundle, pins)
    if evidence.bundle is not None:
        return verdict.judge(evidence.bundle, pins)
    lent = None if evidence.source is None else register_from(evidence.source)
    return verdict.judge_checkpoint(evidence.checkpoint or b"", lent, pins)


def _print_cannot_tell(reason: str, as_json: bool) -> None:
    if not as_json:
        print_cannot_tell(reason)
        return
    told = {"verdict": "unknown", "steps": [], "facts": {}, "limits": LIMITS, "notices": [reason]}
    click.echo(json.dumps(told, indent=2))
