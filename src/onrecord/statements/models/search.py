# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.db import models

from onrecord.statements.models.editions import Edition, Publication


class SearchEntry(models.Model):
    """Says which edition of a statement readers find; its words are in the database's own full-text index.

    SQLite: the FTS5 table `statements_searchwords`, without a copy of the text; its rowid is this row's id.
    PostgreSQL: the column `words` of this table. Migration 0004 creates either.
    """

    publication = models.OneToOneField(Publication, on_delete=models.CASCADE, related_name="search_entry")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    dated = models.DateField()

    def __str__(self) -> str:
        return f"search entry of {self.publication}"
