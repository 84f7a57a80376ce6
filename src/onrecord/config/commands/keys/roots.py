# SPDX-License-Identifier: Apache-2.0
"""Root keys as files, and signing a register with them. Loads no Django: any machine will do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from onrecord.config.commands.words import safe
from onrecord.proof import keyfiles, note
from onrecord.proof import register as registers
from onrecord.proof.errors import BadKeyFile, NoKnownSignature, ProofError
from onrecord.proof.keys import PrivateKey, PublicKey, check_name
from onrecord.proof.note import Note
from onrecord.proof.register import Register

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
LEAST_PASSPHRASE = 10
"""Characters. Five common words are better than ten characters nobody remembers."""


@click.command("new-root")
@click.option("--log", "origin", required=True, help="Name of the log, as `onrecord keys show` prints it.")
@click.option("--label", required=True, help="What tells this root key from the others, as 1 or mayor.")
@click.option("--to", "folder", type=FOLDER, required=True, help="Where to write it: a stick, not this disk.")
@click.option("--passphrase-file", type=FILE, help="Its first line locks the key. Otherwise you are asked.")
def new_root(origin: str, label: str, folder: Path, passphrase_file: Path | None) -> None:
    """Make one root key on this machine, which may be on no network.

    Prints its public half, which `onrecord keys init --root-vkey` wants on the newsroom's machine.
    """
    key = make(origin, label, folder, passphrase_for(f"root key {label}", passphrase_file, new=True))
    click.echo(f"The root key is in {folder / file_name(label)}. Its public half, which is no secret:")
    click.echo(key.public.vkey)


@click.command("sign")
@click.argument("register_file", type=FILE)
@click.option("--root-key", "root_keys", type=FILE, multiple=True, required=True, help="Repeatable.")
@click.option("--passphrase-file", type=FILE, help="Its first line opens the keys. Otherwise you are asked.")
@click.option("--label", help="Of a root key that is being replaced, so that this register lists it no more.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where the signatures go.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def sign(  # noqa: PLR0917 - click passes every option by name
    register_file: Path,
    root_keys: tuple[Path, ...],
    passphrase_file: Path | None,
    label: str | None,
    out: Path | None,
    yes: bool,
) -> None:
    """Sign a register with root keys, on any machine, also one without a network.

    REGISTER_FILE is what `onrecord keys export` wrote. Shows what it says before anything is signed.
    Signatures are added to those that the note holds already.
    """
    data = register_file.read_bytes()
    found = registers.read(data)
    describe(found)
    if not yes:
        click.confirm("Is this what you want to sign?", abort=True)
    named = [
        name_of(path, open_root(path, passphrase_file), (found,), label=label, origin=found.origin)
        for path in root_keys
    ]
    target = out or register_file.with_suffix(".note")
    text = registers.note_text(data)
    signed = merged(text, note.sign(text, *named), target.read_bytes() if target.exists() else None)
    target.write_bytes(signed.to_bytes())
    click.echo(f"{len(signed.signatures)} signatures are in {target}.")
    click.echo(f"Carry it to the newsroom's machine and run there: onrecord keys import {target.name}")


def make(origin: str, label: str, folder: Path, passphrase: str) -> PrivateKey:
    """Write a new root key to a folder, read it back, and return it. Refuses to replace a file."""
    name = f"{origin}/root/{label}"
    check_name(name)
    path = folder / file_name(label)
    key = PrivateKey(name, Ed25519PrivateKey.generate())
    try:
        keyfiles.write(path, key.secret, passphrase)
    except FileExistsError as error:
        raise click.ClickException(
            f"There is a file {path} already. Move it away, or give another folder."
        ) from error
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror or error}.") from error
    if keyfiles.read(path, passphrase).public_key().public_bytes_raw() != key.public.raw:
        raise click.ClickException(f"{path} does not read back as it was written. Use another stick.")
    return key


def file_name(label: str) -> str:
    """Return the name of the file of a root key."""
    return f"root-{label.replace('/', '-')}.key"


def open_root(path: Path, passphrase_file: Path | None) -> Ed25519PrivateKey:
    """Open a root key; asks for its passphrase if it has one and none is given in a file."""
    locked = keyfiles.is_locked(path)
    passphrase = passphrase_for(path.name, passphrase_file, new=False) if locked else ""
    return keyfiles.read(path, passphrase)


def name_of(
    path: Path, secret: Ed25519PrivateKey, known: Iterable[Register], *, label: str | None, origin: str
) -> PrivateKey:
    """Return a root key with the name under which a register lists it. Refuses a key that is no root key."""
    raw = secret.public_key().public_bytes_raw()
    for register in known:
        for root in register.roots:
            if root.raw == raw:
                return PrivateKey(root.name, secret)
    if label:
        return PrivateKey(f"{origin}/root/{label}", secret)
    raise BadKeyFile(
        f"The key in {path} is not among the root keys of this register. If it is one of those before, say"
        " --label and what it was called."
    )


def merged(text: str, new: Note, stored: bytes | None) -> Note:
    """Return a note with the new signatures and those in a note over the same text."""
    lines = {(line.name, line.key_id): line for line in new.signatures}
    if stored:
        old = note.parse(stored)
        if old.text != text:
            raise NoKnownSignature("The note that is there already is over another register. Move it away.")
        lines = {(line.name, line.key_id): line for line in old.signatures} | lines
    return Note(text, tuple(lines.values()))


def passphrase_for(what: str, file: Path | None, *, new: bool) -> str:
    """Return the passphrase in a file's first line, or ask for it; a new one twice."""
    if file is not None:
        passphrase = file.read_text(encoding="utf-8").partition("\n")[0].strip()
    else:
        passphrase = click.prompt(f"Passphrase for {what}", hide_input=True, confirmation_prompt=new)
    if new and len(passphrase) < LEAST_PASSPHRASE:
        raise click.ClickException(
            f"The passphrase has {len(passphrase)} characters; use at least {LEAST_PASSPHRASE}. Five words"
            " that have nothing to do with each other are good."
        )
    return str(passphrase)


def describe(found: Register) -> None:
    """Print what a register says, for whoever is about to sign it."""
    click.echo(f"Register {found.edition.number} of {safe(found.organisation)}, log {safe(found.origin)}")
    if found.domain:
        click.echo(f"  known domain   {safe(found.domain)}")
    for number in found.identifiers:
        click.echo(f"  number         {safe(str(number.get('scheme')))} {safe(str(number.get('value')))}")
    if found.edition.reason:
        click.echo(f"  reason         {safe(found.edition.reason)}")
    click.echo(f"  root keys      any {found.threshold} of {len(found.roots)}: {names(found.roots)}")
    click.echo(f"  fingerprint    {grouped(found.fingerprint())}")
    for listed in found.keys:
        until = "" if listed.to_index is None else f" to {listed.to_index}"
        click.echo(
            f"  {listed.role:8} key   {listed.key.key_id.hex()} {listed.state},"
            f" from {listed.from_index}{until}  {safe(listed.key.name)}"
        )
    for url in found.mirrors:
        click.echo(f"  mirror         {safe(url)}")
    for witness in found.witnesses:
        click.echo(f"  witness        {safe(witness.name)}")


def names(keys: Sequence[PublicKey]) -> str:
    """Return the labels of root keys."""
    return ", ".join(safe(key.name.rpartition("/root/")[2]) for key in keys) or "none"


def grouped(fingerprint: str) -> str:
    """Return a fingerprint in groups of four, as it is written on paper."""
    return " ".join(fingerprint[start : start + 4] for start in range(0, len(fingerprint), 4))


def sign_with(data: bytes, files: Sequence[Path], passphrase_file: Path | None, *before: Register) -> bytes:
    """Return the note over a register, signed with these root keys; `before` may name those it replaces."""
    found = registers.read(data)
    signers = [
        name_of(path, open_root(path, passphrase_file), (found, *before), label=None, origin=found.origin)
        for path in files
    ]
    return note.sign(registers.note_text(data), *signers).to_bytes()


def read_vkey(text: str) -> PublicKey:
    """Read the public half of a root key: as text, or in a file."""
    path = Path(text)
    try:
        return PublicKey.from_vkey(path.read_text(encoding="utf-8").strip() if path.is_file() else text)
    except (ProofError, OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{text[:80]} is no public half of a root key: {error}") from error
