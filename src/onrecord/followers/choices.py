# SPDX-License-Identifier: Apache-2.0
"""What a follower may choose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from onrecord.followers.errors import BadChoice
from onrecord.followers.models import Frequency, Subscription, SubscriptionLanguage
from onrecord.people.models import Organisation
from onrecord.statements.models import Topic


@dataclass(frozen=True, slots=True)
class Choices:
    """What somebody wants: topics by their addresses (None: all), languages, how often."""

    languages: tuple[str, ...]
    topics: tuple[str, ...] | None = None
    frequency: str = Frequency.EACH

    @classmethod
    def of(cls, subscription: Subscription) -> Choices:
        """Return what a follower has chosen."""
        topics = None
        if not subscription.all_topics:
            topics = tuple(subscription.topics.order_by("slug").values_list("slug", flat=True))
        spoken = subscription.languages.order_by("language").values_list("language", flat=True)
        return cls(tuple(spoken), topics, subscription.frequency)

    @classmethod
    def entered(cls, fields: Mapping[str, Iterable[str]], *, all_topics: bool) -> Choices:
        """Return what a form says; `check` tells whether it can be."""
        topics = None if all_topics else tuple(fields.get("topic", ()))
        frequency = next(iter(fields.get("frequency", ())), Frequency.EACH)
        return cls(tuple(fields.get("speaks", ())), topics, frequency)

    def check(self) -> None:
        """Raise BadChoice with a sentence for whoever chose."""
        offered = Organisation.current().languages
        unknown = [language for language in self.languages if language not in offered]
        if unknown:
            raise BadChoice(
                _("There is nothing in the language “%(language)s”. Choose one of: %(offered)s.")
                % {"language": unknown[0][:40], "offered": ", ".join(offered)}
            )
        if not self.languages:
            raise BadChoice(_("Choose at least one language."))
        if self.frequency not in Frequency.values:
            raise BadChoice(
                _("“%(frequency)s” is not how often mail can come. Choose one of: %(offered)s.")
                % {"frequency": self.frequency[:40], "offered": ", ".join(Frequency.values)}
            )
        if self.topics is not None and not self.topics:
            raise BadChoice(_("Choose at least one topic, or all."))
        missing = set(self.topics or ()) - set(
            Topic.objects.filter(slug__in=self.topics or ()).values_list("slug", flat=True)
        )
        if missing:
            raise BadChoice(
                _("There is no topic “%(topic)s”. Choose from the list.") % {"topic": min(missing)[:60]}
            )

    def store(self, subscription: Subscription) -> None:
        """Write them to a subscription."""
        subscription.frequency = self.frequency
        subscription.all_topics = self.topics is None
        subscription.save(update_fields=["frequency", "all_topics"])
        subscription.topics.set(Topic.objects.filter(slug__in=self.topics or ()))
        subscription.languages.exclude(language__in=self.languages).delete()
        SubscriptionLanguage.objects.bulk_create(
            (
                SubscriptionLanguage(subscription=subscription, language=language)
                for language in dict.fromkeys(self.languages)
            ),
            ignore_conflicts=True,
        )
