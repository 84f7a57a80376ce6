# SPDX-License-Identifier: Apache-2.0
"""A database that is lost, while site, keys and mirrors stay."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings
from django.db import transaction
from wagtail.documents.models import Document as Attachment
from wagtail.images.models import Image
from wagtail.models import Revision

from onrecord.bakery.models import BakedFile
from onrecord.journal.models import Entry, Reaction
from onrecord.record.models import Document, Leaf, LogHead, Node, Opening
from onrecord.statements.models import (
    Asset,
    Edition,
    Progress,
    Publication,
    Seal,
    SearchEntry,
    Spokesperson,
    Statement,
    Topic,
)
from onrecord.statements.search.databases import database_index
from tests.append_only import guards_lifted

RECORD = (LogHead, Opening, Node, Document, Leaf)
NEWSROOM = (
    SearchEntry,
    BakedFile,
    Reaction,
    Entry,
    Publication,
    Edition,
    Progress,
    Seal,
    Revision,
    Statement,
    Asset,
    Topic,
    Spokesperson,
    Image,
    Attachment,
)


def lose_the_database() -> None:
    """Forget every statement and the log; the organisation was set up again, with the same people."""
    database_index().clear()
    Statement.objects.update(original=None)
    with guards_lifted():
        for model in (*NEWSROOM, *RECORD):
            model._default_manager.all().delete()


def copy_of_the_site() -> Path:
    """Return a copy of the baked site, as a mirror has it."""
    home = Path(settings.HOME)
    return Path(shutil.copytree(home / "site", home / "mirror"))


def files_below(folder: Path) -> dict[str, bytes]:
    """Return all files of a site by their name."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


class Backup:
    """The database as it is now, to be put back after more has happened. Site, keys and media stay."""

    def __init__(self) -> None:
        self._point = transaction.savepoint()

    def restore(self) -> None:
        """Put the database back. Works more than once."""
        transaction.savepoint_rollback(self._point)
