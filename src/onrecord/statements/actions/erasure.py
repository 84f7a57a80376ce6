# SPDX-License-Identifier: Apache-2.0
"""Erase what the law obliges to erase: an administrator proposes, an editor confirms, the record says so.

The hash stays in the log, named by an edition that says why; nothing that opens it stays here. Each step is
safe to run twice.
"""

from __future__ import annotations

from datetime import datetime
from urllib.parse import unquote, urlsplit

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.bakery import actions as bakery
from onrecord.journal import actions as journal
from onrecord.journal.events import CLOCK
from onrecord.people.models import User
from onrecord.people.roles import Right, require
from onrecord.prepared import PreparedObjects
from onrecord.proof.edition import read
from onrecord.record import erasures
from onrecord.record.models import Document, Opening
from onrecord.statements import events
from onrecord.statements.actions import forgetting
from onrecord.statements.errors import Incomplete, NotYetLogged, OwnStatement, WrongState
from onrecord.statements.models import Edition, Erasure, Publication, Seal, Statement, Tombstone
from onrecord.statements.pages import documents, log, logbook, tombstones


def propose_erasure(address: str, *, ground: str, legal_ground: str = "", by: User) -> Erasure:
    """Propose to erase what stands at a public address: a statement with its translations, or one edition.

    The newest edition is only erased together with the statement.
    """
    require(by, Right.ADMINISTER)
    statement, number, path = _at(address)
    if not ground.strip():
        raise Incomplete("ground", _("Say why it is erased: the record says it in public, for good."))
    with transaction.atomic():
        try:
            with transaction.atomic():
                erasure = Erasure.objects.create(
                    statement=statement,
                    number=number,
                    path=path,
                    ground=ground.strip(),
                    legal_ground=legal_ground.strip(),
                    proposed_by=by,
                    proposed_at=timezone.now(),
                )
        except IntegrityError:
            raise WrongState(_("An erasure of this statement waits already.")) from None
        journal.write(
            events.ErasureProposed(subject=statement.subject, erasure_id=erasure.pk, path=path),
            by=by.as_actor(),
        )
    return erasure


@transaction.atomic
def confirm_erasure(erasure: Erasure, *, by: User) -> Erasure:
    """Confirm an erasure, which is then carried out. Refuses the proposer unless there is no other editor."""
    require(by, Right.APPROVE)
    own = why_not_confirm(erasure, by)
    if own:
        raise OwnStatement(own)
    _decide(erasure, Erasure.State.CONFIRMED, by=by)
    journal.write(
        events.ErasureConfirmed(subject=f"statement/{erasure.statement_id}", erasure_id=erasure.pk),
        by=by.as_actor(),
    )
    return erasure


@transaction.atomic
def drop_erasure(erasure: Erasure, *, by: User) -> Erasure:
    """Let a proposed erasure be: nothing happens. For editors, and for whoever proposed it."""
    if by.pk != erasure.proposed_by_id:
        require(by, Right.APPROVE)
    _decide(erasure, Erasure.State.DROPPED, by=by)
    journal.write(
        events.ErasureDropped(subject=f"statement/{erasure.statement_id}", erasure_id=erasure.pk),
        by=by.as_actor(),
    )
    return erasure


def why_not_confirm(erasure: Erasure, person: User) -> str:
    """Say why somebody may not confirm an erasure; nothing if they may."""
    if person.pk != erasure.proposed_by_id:
        return ""
    if not User.objects.who_may(Right.APPROVE).exclude(pk=person.pk).exists():
        return ""
    return _("You proposed this erasure yourself. Somebody else has to confirm it.")


@transaction.atomic
def erase(erasure_id: int) -> Erasure:
    """Carry out a confirmed erasure: log the edition that says so, forget text and nonces; all or nothing.

    Raises record.errors.Forked, and erases nothing, if readers have seen more of the log than there is here.
    """
    erasure = Erasure.objects.select_for_update(of=("self",)).get(pk=erasure_id)
    if erasure.state != Erasure.State.CONFIRMED or erasure.statement is None:
        return erasure
    everything = erasure.number is None
    statements = _with_translations(erasure.statement) if everything else [erasure.statement]
    editions = _editions(statements, erasure.number)
    seals = Seal.objects.filter(statement__in=statements if everything else [], leaf_index__isnull=False)
    of_seals = seals.values_list("leaf_index", flat=True)
    of_editions = (edition.leaf_index for edition in editions)
    leaves = sorted(index for index in (*of_editions, *of_seals) if index is not None)
    document = erasures.erase(leaves, reason=erasure.ground, legal_ground=erasure.legal_ground, by=CLOCK)
    _forget(erasure, statements, editions, leaves, document)
    return erasure


def forget_erased() -> int:
    """Delete what the log says is erased but is here again, as after the restore of an older backup.

    Called before anything is baked. Return how many statements or single editions there were.
    """
    forgotten = 0
    while (erased := _erased_and_here.first()) is not None:
        with transaction.atomic():
            _forget_again(erased)
        forgotten += 1
    return forgotten


_erased_and_here = PreparedObjects(
    lambda: (
        Opening.erased().filter(Exists(Edition.objects.filter(leaf_index=OuterRef("pk")))).order_by("pk")[:1]
    ),
)


def bake_erased(erasure_id: int) -> None:
    """Take from the site what was erased, put in its place a page that says so, delete files left unused."""
    erasure = Erasure.objects.get(pk=erasure_id)
    if erasure.state != Erasure.State.DONE:
        raise WrongState(f"Erasure {erasure_id} is {erasure.state}; it is baked once it is carried out.")
    bakery.bake(
        [
            *((family, tuple(key)) for family, key in erasure.keys),
            *tombstones.keys_for(erasure),
            *documents.keys_for(erasure.document_path),
            *log.keys_before_pages(),
            *log.keys_of_leaves(erasure.leaves),
            *logbook.all_keys(),
        ]
    )
    forgetting.delete_files(erasure.files)
    forgetting.clean_database()


def _at(address: str) -> tuple[Statement, int | None, str]:
    """Return what stands at a public address: the statement, the number of the edition if it is one's."""
    path = "/" + _path_in(address).strip("/") + "/"
    whole = Publication.objects.filter(path=path).select_related("statement").first()
    if whole is not None:
        return whole.statement, None, path
    parent, _slash, last = path.rstrip("/").rpartition("/")
    publication = Publication.objects.filter(path=f"{parent}/").select_related("statement", "edition").first()
    number = int(last) if last.isascii() and last.isdigit() and len(last) < 9 else 0
    if publication is None or not publication.statement.editions.filter(number=number).exists():
        raise Incomplete(
            "address",
            _("No statement stands at “%s”. Copy the address of its page, or of one of its editions.") % path,
        )
    if publication.edition.number == number:
        raise Incomplete(
            "address",
            _(
                "This is the newest edition. Give the address without “%s/” to erase the whole statement, or "
                "publish a correction without the words in question first and then erase this edition."
            )
            % number,
        )
    return publication.statement, number, path


def _path_in(address: str) -> str:
    try:
        return unquote(urlsplit(address.strip()).path)
    except ValueError:  # what is between brackets is no host
        return address.strip()


def _decide(erasure: Erasure, state: Erasure.State, *, by: User) -> None:
    won = Erasure.objects.filter(pk=erasure.pk, state=Erasure.State.PROPOSED).update(
        state=state, decided_by=by, decided_at=timezone.now()
    )
    if not won:
        raise WrongState(_("This erasure was decided already."))
    erasure.refresh_from_db()


def _with_translations(statement: Statement) -> list[Statement]:
    """Return what is erased together, translations first: they refer to their original."""
    return [*statement.translations.order_by("pk"), statement]


def _editions(statements: list[Statement], number: int | None) -> list[Edition]:
    rows = Edition.objects.filter(statement__in=statements).select_related("statement__publication")
    editions = list(rows.filter(number=number) if number else rows.order_by("pk"))
    waiting = next((edition for edition in editions if edition.leaf_index is None), None)
    if waiting is not None:
        raise NotYetLogged(f"Edition {waiting.number} is not in the record yet. It is erased once it is.")
    return editions


def _forget_again(opening: Opening) -> None:
    """Delete an edition that the log says is erased; with its statement if nothing of that is left."""
    edition = Edition.objects.select_related("statement__publication").get(leaf_index=opening.pk)
    statement = edition.statement
    document = Document.objects.get(leaf_index=opening.erased_by_id)
    said = read(bytes(document.content))
    logged = set(statement.editions.values_list("leaf_index", flat=True))
    whole = logged <= set(Opening.erased().filter(leaf__in=logged - {None}).values_list("pk", flat=True))
    path = statement.publication.path
    erasure = Erasure.objects.create(
        statement=statement,
        number=None if whole else edition.number,
        path=path if whole else f"{path}{edition.number}/",
        ground=said.reason,
        legal_ground=str(said.members.get("legal_ground", "")),
        state=Erasure.State.DONE,
        proposed_at=timezone.now(),
    )
    statements = _with_translations(statement) if whole else [statement]
    editions = _editions(statements, erasure.number)
    leaves = [one.leaf_index for one in editions if one.leaf_index is not None]
    _forget(erasure, statements, editions, leaves, document)


def _forget(
    erasure: Erasure,
    statements: list[Statement],
    editions: list[Edition],
    leaves: list[int],
    document: Document,
) -> None:
    """Delete what is erased, and remember what has to be baked; the leaves are erased already."""
    everything = erasure.number is None
    forgetting.overwrite_what_is_deleted()
    erasure.keys = forgetting.keys_of(editions)
    erasure.files = forgetting.files_of(editions)
    _put_tombstones(erasure, editions, everything=everything)
    if everything:
        Seal.objects.filter(statement__in=statements).delete()
        for statement in statements:
            forgetting.forget_statement(statement)
    else:
        for edition in editions:
            forgetting.forget_edition(edition)
    erasure.refresh_from_db(fields=["statement"])
    erasure.leaves, erasure.document_path, erasure.leaf_index = leaves, document.path, document.leaf_index
    # As the record has it: after a recovery the pages about it are what they were.
    issued = read(bytes(document.content)).members["issued"]
    erasure.state, erasure.done_at = Erasure.State.DONE, datetime.fromisoformat(str(issued))
    erasure.save()
    journal.write(
        events.Erased(
            subject=f"erasure/{erasure.pk}", erasure_id=erasure.pk, document_path=document.path, leaves=leaves
        ),
        by=CLOCK,
    )


def _put_tombstones(erasure: Erasure, editions: list[Edition], *, everything: bool) -> None:
    paths = {}
    for edition in editions:
        publication = edition.statement.publication
        paths[f"{publication.path}{edition.number}/"] = edition.language
        if everything:
            paths[publication.path] = edition.language
    known = set(Tombstone.objects.filter(path__in=paths).values_list("path", flat=True))
    Tombstone.objects.bulk_create(
        Tombstone(path=path, language=language, erasure=erasure)
        for path, language in sorted(paths.items())
        if path not in known
    )
