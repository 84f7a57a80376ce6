# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from functools import cached_property
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from onrecord.people.models import User
from onrecord.prepared import Prepared, PreparedObjects
from onrecord.statements.models.contacts import PressContact
from onrecord.statements.models.statements import Statement
from onrecord.statements.models.topics import Topic


class Asset(models.Model):
    """The bytes of a picture or file that an edition carries, named by what they are."""

    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.BigIntegerField(help_text=_("Bytes."))
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        """Return the public address, as `/media/3f2a…-map.png`."""
        return f"/media/{self.sha256[:16]}-{self.name}"


class Edition(models.Model):
    """One immutable published version of a statement: the bytes that are signed and what they render to.

    Written once by `actions.release`. Only the later facts may be filled in: the place in the log, the
    moment it could be read, and a review that came after. The database refuses any other change.
    """

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    language = models.CharField(max_length=20)
    op = models.CharField(max_length=20)
    change = models.CharField(max_length=20, blank=True)
    content = models.BinaryField(help_text=_("The edition file: RFC 8785 canonical JSON."))
    body_html = models.TextField(help_text=_("The body as HTML; its SHA-256 is in the content."))
    nonce = models.BinaryField(max_length=32)
    commitment = models.BinaryField(max_length=32, unique=True)
    assets = models.ManyToManyField(Asset, related_name="editions")
    contacts = models.ManyToManyField(
        PressContact, related_name="+", help_text=_("Shown beside the text, but not part of the record.")
    )
    released_at = models.DateTimeField()
    released_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    writers = models.ManyToManyField(
        User, related_name="+", help_text=_("Who wrote or submitted it, and so may not approve it after.")
    )
    approved_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    review_due = models.BooleanField(default=False, help_text=_("Published now, to be reviewed after."))
    reviewed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    leaf_index = models.BigIntegerField(null=True, unique=True)
    published_at = models.DateTimeField(null=True, help_text=_("When it could first be read and checked."))

    class Meta:
        ordering: ClassVar = ["statement", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["statement", "number"], name="statements_edition_number"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["id"], condition=models.Q(published_at=None), name="statements_edition_unbaked"
            ),
            models.Index(
                fields=["id"], condition=models.Q(review_due=True), name="statements_edition_review"
            ),
            models.Index(
                fields=["statement"], condition=models.Q(number__gt=1), name="statements_edition_further"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.data['title']} ({self.number})"

    @cached_property
    def data(self) -> dict[str, Any]:
        """Return the edition file as parsed JSON; its fields are described in `formats/edition.py`."""
        parsed: dict[str, Any] = json.loads(bytes(self.content))
        return parsed


class Publication(models.Model):
    """Where a statement appears in public: its address, its place in the archive, its newest edition."""

    statement = models.OneToOneField(Statement, on_delete=models.PROTECT, related_name="publication")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=20)
    year = models.PositiveIntegerField()
    slug = models.CharField(max_length=80)
    path = models.CharField(
        max_length=140,
        unique=True,
        help_text=_("As /s/2026/water/ or, for a translation, /s/2026/water/fr/."),
    )
    position = models.PositiveIntegerField(
        help_text=_("From 1, within language and year, in order of release.")
    )
    first_released_at = models.DateTimeField()
    changed_at = models.DateTimeField(
        help_text=_("Release of the newest edition that is more than a minor change: the order of feeds.")
    )
    withdrawn = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["language", "year", "position"], name="statements_publication_position"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["language", "-first_released_at", "-id"], name="statements_publication_newest"
            ),
            models.Index(fields=["language", "-changed_at", "-id"], name="statements_publication_changed"),
            models.Index(fields=["first_released_at"], name="statements_publication_recent"),
        ]

    def __str__(self) -> str:
        return self.path

    @classmethod
    def of(cls, statement: int) -> Publication | None:
        """Return where a statement, given by its id, appears; None before its first release."""
        return _of_statement.first(statement)

    @classmethod
    def standing(cls, statement: int) -> Publication:
        """Return where a statement, given by its id, appears. Raises DoesNotExist before its release."""
        found = cls.of(statement)
        if found is None:
            raise cls.DoesNotExist(f"Statement {statement} appears nowhere: it has not been released.")
        return found

    @classmethod
    def last_position(cls, language: str, year: int) -> int:
        """Return the newest place in a year of the archive; 0 if there is none."""
        return sum(place for (place,) in _last_in_year(language, year))


_of_statement = PreparedObjects(lambda statement: Publication.objects.filter(statement=statement))
_last_in_year = Prepared(
    lambda language, year: (
        Publication.objects.filter(language=language, year=year)
        .order_by("-position")
        .values_list("position")[:1]
    )
)


class TopicListing(models.Model):
    """A statement's place under a topic; pages of a topic are numbered from the oldest."""

    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="listings")
    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="listings")
    language = models.CharField(max_length=20)
    position = models.PositiveIntegerField()
    changed_at = models.DateTimeField(
        help_text=_("That of the publication, so that an index can order by it.")
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["topic", "language", "position"], name="statements_listing_position"
            ),
            models.UniqueConstraint(fields=["topic", "publication"], name="statements_listing_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["topic", "language", "-changed_at", "-publication"],
                name="statements_listing_changed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.position}"

    @classmethod
    def last_position(cls, topic: int, language: str) -> int:
        """Return the newest place under a topic, given by its id; 0 if there is none."""
        return sum(place for (place,) in _last_under_topic(topic, language))


_last_under_topic = Prepared(
    lambda topic, language: (
        TopicListing.objects.filter(topic=topic, language=language)
        .order_by("-position")
        .values_list("position")[:1]
    )
)
