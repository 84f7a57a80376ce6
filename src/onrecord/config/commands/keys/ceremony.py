# SPDX-License-Identifier: Apache-2.0
"""`onrecord keys init | export | import`: the root keys come into the register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onrecord.config.commands.keys import roots
from onrecord.config.commands.keys.roots import FILE, FOLDER, grouped
from onrecord.config.commands.keys.showing import finish, newsroom, operator, print_standing

if TYPE_CHECKING:
    from onrecord.people.models import Organisation
    from onrecord.proof.keys import PrivateKey
    from onrecord.proof.register import Register
    from onrecord.record.models import Document

USUAL_LABELS = ("1", "2", "3")
USUAL_THRESHOLD = 2

INTRODUCTION = """\
This makes the root keys of {name}.

Root keys sign one thing only: the register, the list of keys that count for this newsroom. Whoever
knows their fingerprint can tell a genuine register from a forged one, even if this machine is
broken into. That is why they must not stay on this machine.

You need: {count} USB sticks, paper and a pen, and about a quarter of an hour. Best is to have the
people there who will keep the sticks: any {threshold} of the {count} keys can confirm a change, none of them
alone, and one may be lost.
"""


@dataclass(frozen=True, slots=True)
class _Plan:
    """How many root keys there will be, what they are called, and where they and their locks come from."""

    threshold: int
    labels: tuple[str, ...]
    folders: tuple[Path, ...]
    passphrases: tuple[Path, ...]

    def folder(self, number: int) -> Path | None:
        """Return the folder for key `number`, if one was named."""
        return _one_of(self.folders, number)

    def passphrase(self, number: int) -> Path | None:
        """Return the file with the passphrase of key `number`, if one was named."""
        return _one_of(self.passphrases, number)


@click.command("init")
@click.option("--threshold", type=click.IntRange(1, 100), help="How many must sign. Usually 2.")
@click.option("--label", "labels", multiple=True, help="What a key is called. Repeatable. Usually 1, 2, 3.")
@click.option("--to", "folders", type=FOLDER, multiple=True, help="Where keys go: one for all, or one each.")
@click.option("--passphrase-file", "passphrases", type=FILE, multiple=True, help="One for all, or one each.")
@click.option("--root-vkey", "vkeys", multiple=True, help="A root key made by `keys new-root`. Repeatable.")
@click.option("--replace", is_flag=True, help="Replace the root keys there are. Those have to sign too.")
@click.option("--root-key", "old_roots", type=FILE, multiple=True, help="With --replace: those of before.")
@click.option("--yes", is_flag=True, help="Ask nothing; everything is given.")
def init(  # noqa: PLR0917 - click passes every option by name
    threshold: int | None,
    labels: tuple[str, ...],
    folders: tuple[Path, ...],
    passphrases: tuple[Path, ...],
    vkeys: tuple[str, ...],
    replace: bool,
    old_roots: tuple[Path, ...],
    yes: bool,
) -> None:
    """Hold the ceremony: make the root keys, name them in the register, and sign it with them.

    Without options it asks for everything, and says what to write down and what to put where.
    """
    organisation, before = _ready(replace)
    from onrecord.record import ceremony

    chosen = labels or USUAL_LABELS
    if vkeys:
        public = [roots.read_vkey(text) for text in vkeys]
        document = ceremony.name_roots(threshold or min(2, len(public)), public, by=operator())
        finish(document, old_roots, None)
        _say_what_to_publish(organisation, document)
        return
    plan = _Plan(threshold or min(USUAL_THRESHOLD, len(chosen)), chosen, folders, passphrases)
    _check(plan, yes)
    if not yes:
        _introduce(plan, organisation.name)
    made = [_make(plan, number, organisation.origin, yes) for number in range(len(plan.labels))]
    document = ceremony.name_roots(plan.threshold, [key.public for key in made], by=operator())
    _sign(document, made, old_roots, before)
    print_standing(document)
    _say_what_to_keep(plan)
    _say_what_to_publish(organisation, document)
    if not yes:
        _check_the_paper(document)


@click.command("export")
@click.option("--to", "folder", type=FOLDER, default=Path(), help="Where to write it, as a stick.")
def export(folder: Path) -> None:
    """Write the newest register to a file, to be signed with root keys on another machine."""
    document = _newest()
    path = folder / f"register-{document.number}.json"
    path.write_bytes(bytes(document.content))
    if document.note:
        path.with_suffix(".note").write_bytes(bytes(document.note))
    click.echo(f"{path} is written. It holds no secret.")
    click.echo(f"Where a root key is: onrecord keys sign {path.name} --root-key <file>")


@click.command("import")
@click.argument("notes", type=FILE, nargs=-1, required=True)
def import_(notes: tuple[Path, ...]) -> None:
    """Take in what `onrecord keys sign` wrote. Signatures by anybody but root keys are refused."""
    document = _newest()
    from onrecord.record import ceremony

    for path in notes:
        ceremony.add_signatures(path.read_bytes(), by=operator())
    print_standing(document)


def _ready(replace: bool) -> tuple[Organisation, Register | None]:
    """Return the organisation and the register so far; refuse a second ceremony by mistake."""
    organisation = newsroom()
    from onrecord.record import keys, register

    register.bring_up_to_date(by=operator())
    before = keys.newest_register()
    if before and before.roots and not replace:
        raise click.ClickException(
            f"There are root keys already: any {before.threshold} of {len(before.roots)}, fingerprint"
            f" {grouped(before.fingerprint())}. If signatures are missing: onrecord keys export. To replace"
            " the root keys: onrecord keys init --replace, with enough of the old ones at hand."
        )
    return organisation, before


def _newest() -> Document:
    newsroom()
    from onrecord.record.models import Document

    document = Document.newest_register()
    if document is None:
        raise click.ClickException("There is no register yet. `onrecord keys update` logs the first one.")
    return document


def _check(plan: _Plan, yes: bool) -> None:
    """Refuse a plan that cannot work, before anything is made."""
    count = len(plan.labels)
    if plan.threshold > count:
        raise click.UsageError(f"{plan.threshold} of {count} root keys cannot be demanded.")
    if len(set(plan.labels)) != count:
        raise click.UsageError("Two root keys have the same label.")
    for given, what in ((plan.folders, "--to"), (plan.passphrases, "--passphrase-file")):
        if len(given) not in {0, 1, count}:
            raise click.UsageError(f"Give {what} once, or once for each of the {count} keys.")
        if yes and not given:
            raise click.UsageError(f"With --yes, give {what} too.")
    for folder in plan.folders:
        _refuse_home(folder)


def _introduce(plan: _Plan, name: str) -> None:
    count = len(plan.labels)
    click.echo(INTRODUCTION.format(name=name, count=count, threshold=plan.threshold))
    click.confirm("Shall we begin?", default=True, abort=True)


def _make(plan: _Plan, number: int, origin: str, yes: bool) -> PrivateKey:
    """Make one root key on its stick, and have the passphrase read back from paper."""
    label, folder = plan.labels[number], plan.folder(number)
    if not yes:
        click.secho(f"\nRoot key {label} ({number + 1} of {len(plan.labels)})", bold=True)
    if folder is None:
        click.echo("Put a USB stick into this machine. Use a fresh one for each key.")
        folder = Path(click.prompt("In which folder is the stick", type=FOLDER))
        _refuse_home(folder)
    file = plan.passphrase(number)
    if file is None:
        click.echo(
            "Choose a passphrase: five words that have nothing to do with each other. Write it on paper\n"
            "now; the paper will be kept apart from the stick."
        )
    passphrase = roots.passphrase_for(f"root key {label}", file, new=True)
    key = roots.make(origin, label, folder, passphrase)
    if file is None:
        while click.prompt("Type it once more, reading it from the paper", hide_input=True) != passphrase:
            click.echo("That is not what the key is locked with. Correct the paper and try again.")
    click.echo(f"Root key {label} is in {folder / roots.file_name(label)}, and reads back as it was written.")
    if not yes:
        click.prompt(
            f"Take the stick out and label it “root key {label}, {origin}”. Then press Enter",
            default="",
            show_default=False,
        )
    return key


def _sign(
    document: Document, made: Sequence[PrivateKey], old_roots: Sequence[Path], before: Register | None
) -> None:
    from onrecord.proof import note
    from onrecord.proof import register as registers
    from onrecord.record import ceremony

    data = bytes(document.content)
    ceremony.add_signatures(note.sign(registers.note_text(data), *made).to_bytes(), by=operator())
    if old_roots and before:
        ceremony.add_signatures(roots.sign_with(data, old_roots, None, before), by=operator())


def _say_what_to_keep(plan: _Plan) -> None:
    click.echo(
        f"\nKeep the {len(plan.labels)} sticks in different places, with different people: a safe, a bank,"
        "\nanother building. Keep each passphrase on paper, apart from its stick. No copy stays on this"
        " machine."
    )


def _say_what_to_publish(organisation: Organisation, document: Document) -> None:
    from onrecord.proof import dns_record
    from onrecord.proof import register as registers
    from onrecord.proof.dns_record import DnsRecord

    fingerprint = registers.read(bytes(document.content)).fingerprint()
    domain = organisation.known_domain
    name = dns_record.name_for(domain) if domain else "_onrecord.<the domain people know>"
    click.echo("\nWrite this down and let people know it: on paper, in print, on a second site.")
    click.secho(f"  Fingerprint of the root keys of {organisation.name}:", bold=True)
    for start in range(0, 64, 32):
        click.echo(f"    {grouped(fingerprint[start : start + 32])}")
    click.echo("\nAsk whoever looks after your domain to enter this in DNS:")
    click.echo(
        f"  name  {name}\n  type  TXT\n  text  {DnsRecord(organisation.origin, fingerprint).to_text()}"
    )


def _check_the_paper(document: Document) -> None:
    from onrecord.proof import register as registers

    last = registers.read(bytes(document.content)).fingerprint()[-4:]
    while click.prompt("\nType the last four characters of the fingerprint from your paper").lower() != last:
        click.echo("That is not right. Compare it group by group with what stands above.")
    click.echo("Done. `onrecord keys show` shows all this again, except what is on the sticks.")


def _refuse_home(folder: Path) -> None:
    from django.conf import settings

    if folder.resolve().is_relative_to(Path(settings.HOME).resolve()):
        raise click.ClickException(
            f"{folder} is in the data directory of the newsroom. Root keys must not stay on this machine:"
            " give the folder of a USB stick."
        )


def _one_of(given: tuple[Path, ...], number: int) -> Path | None:
    if not given:
        return None
    return given[0] if len(given) == 1 else given[number]
