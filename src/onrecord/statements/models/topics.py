# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import unicodedata
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.search import index


class Topic(index.Indexed, ClusterableModel):  # type: ignore[misc]  # Wagtail publishes no types
    """A subject that statements are filed under. Its address never changes; its name may, by language."""

    slug = models.SlugField(
        _("address"),
        unique=True,
        allow_unicode=True,
        help_text=_("The last part of the topic's address. It stays for good once something is filed here."),
    )
    name = models.CharField(_("name"), max_length=100)

    search_fields: ClassVar = [index.SearchField("name"), index.AutocompleteField("name")]

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return str(self.name)

    @classmethod
    def named_in(cls, language: str, **conditions: object) -> list[tuple[str, str]]:
        """Return address and name of the topics that meet the conditions, as names are looked up."""
        topics = cls.objects.filter(**conditions).prefetch_related("names")
        named = [(topic.slug, topic.name_in(language)) for topic in topics]
        return sorted(named, key=lambda one: looked_up(one[1]))

    def name_in(self, language: str) -> str:
        """Return the name in a language, or the first name where nobody has translated it."""
        for translated in self.names.all():
            if translated.language == language:
                return str(translated.name)
        return str(self.name)


class TopicName(models.Model):
    """A topic's name in another language."""

    topic = ParentalKey(Topic, on_delete=models.CASCADE, related_name="names")
    language = models.CharField(_("language"), max_length=20)
    name = models.CharField(_("name"), max_length=100)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["topic", "language"], name="statements_topic_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


def looked_up(name: str) -> tuple[str, str]:
    """Return what names are ordered by: first without accents and capitals, so that “École” is near “E”."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(each for each in plain if not unicodedata.combining(each)), name
