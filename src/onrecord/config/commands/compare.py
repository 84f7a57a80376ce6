# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import click

from onrecord.config.commands.pins import given_pins
from onrecord.config.commands.words import print_cannot_tell, readable_anywhere, safe
from onrecord.config.errors import ConfigError
from onrecord.config.sources import SourceError, ask, is_address, open_log, site_of
from onrecord.proof import bundle, compare, register, tlogproof
from onrecord.proof.compare import Comparison, Relation
from onrecord.proof.encoding import to_base64
from onrecord.proof.errors import ProofError
from onrecord.proof.keys import NOTE_KIND, PublicKey
from onrecord.proof.kinds import kind_of
from onrecord.proof.logged import attempt
from onrecord.proof.register import Register
from onrecord.proof.tree import Reader

STATUS = {
    Relation.SAME: 0,
    Relation.CONSISTENT: 0,
    Relation.EQUIVOCATION: 1,
    Relation.UNDECIDED: 2,
}
HEADLINES = {
    Relation.SAME: ("THE SAME", "green"),
    Relation.CONSISTENT: ("CONSISTENT", "green"),
    Relation.EQUIVOCATION: ("TWO HISTORIES", "red"),
    Relation.UNDECIDED: ("CANNOT TELL", "yellow"),
}


@dataclass(frozen=True, slots=True)
class _View:
    """What one place shows of a log."""

    signed: bytes
    keys: tuple[PublicKey, ...]
    read: Reader | None


@click.command()
@click.argument("one")
@click.argument("other")
@click.option("--key", "vkeys", multiple=True, help="A key of the log that you know from elsewhere (vkey).")
@click.option("--evidence", type=click.Path(dir_okay=False, path_type=Path), help="Where to write evidence.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON for a script to read.")
def command(one: str, other: str, vkeys: tuple[str, ...], evidence: Path | None, as_json: bool) -> None:
    """Say whether two views of one log agree, or whether it has shown two histories.

    ONE and OTHER are sites or folders with a log, or checkpoints, proofs or bundles that somebody kept. If
    the log has shown two histories, both checkpoints are written to a file: evidence that needs nobody's
    word.

    Ends with status 0 if they agree, 1 if they contradict each other, 2 if that cannot be told.
    """
    readable_anywhere()
    trusted = given_pins(None, None, vkeys).keys
    try:
        views = [_view(one), _view(other)]
        found = compare.compare(
            views[0].signed,
            views[1].signed,
            readers=[view.read for view in views if view.read],
            trusted=trusted,
            claimed=[key for view in views for key in view.keys],
        )
    except (ConfigError, ProofError, OSError) as error:
        print_cannot_tell(str(error))
        raise SystemExit(2) from error
    written = None
    if found.relation is Relation.EQUIVOCATION:
        log = re.sub(r"[^A-Za-z0-9.]+", "-", found.later.origin)
        written = evidence or Path(f"two-histories-{log}-{found.earlier.size}-{found.later.size}.txt")
        written.write_bytes(compare.evidence(found, views[0].signed, views[1].signed))
    _print(found, written, as_json)
    raise SystemExit(STATUS[found.relation])


def _view(place: str) -> _View:
    """Return what a site, a folder or a kept file shows. Raises SourceError or ProofError."""
    path = Path(place)
    if path.is_dir() or (is_address(place) and site_of(place)[1] == "/"):
        source, log = open_log(place)
        signed = source.read(f"{log}/checkpoint") or b""
        keys = _log_keys(source.read("/register.json"))
        return _View(signed, keys, lambda file: source.read(f"{log}/{file}"))
    if is_address(place):
        data = ask(place, allow_private=True)
    else:
        data = path.read_bytes() if path.is_file() else None
    if data is None:
        raise SourceError(f"There is nothing at {place}.")
    kind = kind_of(data, place)
    if kind == "bundle":
        held = bundle.read(data)
        return _View(tlogproof.parse(held.proof).signed_checkpoint, _log_keys(held.register), None)
    if kind == "proof":
        return _View(tlogproof.parse(data).signed_checkpoint, (), None)
    return _View(data, (), None)


def _log_keys(register_bytes: bytes | None) -> tuple[PublicKey, ...]:
    found = attempt(register.read, register_bytes or b"")
    if not isinstance(found, Register):
        return ()
    return tuple(listed.key for listed in found.keys if listed.key.kind == NOTE_KIND)


def _print(found: Comparison, written: Path | None, as_json: bool) -> None:
    if as_json:
        sizes = [{"size": head.size, "root": to_base64(head.root)} for head in (found.earlier, found.later)]
        told = {
            "relation": str(found.relation),
            "detail": found.detail,
            "origin": found.later.origin,
            "checkpoints": sizes,
            "consistency_proof": [to_base64(value) for value in found.proof],
            "evidence": None if written is None else str(written),
        }
        click.echo(json.dumps(told, indent=2))
        return
    word, colour = HEADLINES[found.relation]
    click.secho(f"{word}: ", bold=True, fg=colour, nl=False)
    click.echo(safe(found.detail))
    click.echo(f"\n{'Log':<11} {safe(found.later.origin)}")
    for head in (found.earlier, found.later):
        click.echo(f"{head.size:<11} entries, root {to_base64(head.root)}")
    for key in dict.fromkeys(found.signers):
        click.echo(f"{'Signed by':<11} {safe(key.vkey)}")
    if written is not None:
        click.echo(
            f"\n{written} holds both signed checkpoints. They cannot both be honest, and no one but the"
            " holder of the key can have signed them. Keep the file, and show it to others."
        )
