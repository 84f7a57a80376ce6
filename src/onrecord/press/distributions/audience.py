# SPDX-License-Identifier: Apache-2.0
"""Who gets a distribution at this moment: lists and single people, less whoever is left out or has it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from django.db.models import Q

from onrecord.delivery.models import Delivery, State
from onrecord.press import segments
from onrecord.press.models import Journalist, JournalistLanguage, PressDistribution, Standing

PREFIX = "press-"
"""How the purposes of everything begin that is sent to the press list."""
TRANSPORT = "smtp"
HAVE_IT = (
    State.ACCEPTED,
    State.COMPLAINED,
    State.UNKNOWN,
    State.QUEUED,
    State.DEFERRED,
    State.IN_FLIGHT,
)
"""Whoever has an edition, may have it, or will get it."""
AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Audience:
    """The ids of journalists, each with the number of the note that is meant for them."""

    people: Mapping[int, int]
    notes: Sequence[str]
    """The first is none."""
    languages: Mapping[int, str] = field(default_factory=dict)
    left_out: int = 0
    have_it: int = 0
    followers: int = 0
    barred: int = 0
    """Those who may get nothing before its time, because they broke an embargo."""

    def __len__(self) -> int:
        return len(self.people)

    @property
    def by_language(self) -> list[tuple[str, int]]:
        """How many get it in which language, the most first."""
        return Counter(self.languages.values()).most_common()


def find(
    row: PressDistribution,
    languages: Sequence[str],
    known: Collection[tuple[str, int]],
    *,
    have: Collection[int] = (),
    barred: Collection[int] = (),
) -> Audience:
    """Return who would get it now, each in one of these languages, the first if there is no better.

    `known` is what the ledger calls it: key and version. `have` are those who have it otherwise, `barred`
    those to whom it may not be sent.
    """
    notes: list[str] = [""]
    wanted: dict[int, int] = {}
    for part in row.lists.select_related("media_list"):
        note = part.note.strip()
        if note not in notes:
            notes.append(note)
        for pk in segments.members(part.media_list).order_by().values_list("pk", flat=True):
            wanted.setdefault(pk, notes.index(note))
    singles = row.people.filter(standing=Standing.ACTIVE, contact__isnull=False)
    for pk in singles.order_by().values_list("pk", flat=True):
        wanted.setdefault(pk, 0)
    left_out = _take(wanted, _excluded(row))
    have_it = _take(wanted, having(known) | set(have))
    followers = _take(wanted, _following(known)) if row.not_to_followers else 0
    kept_out = _take(wanted, barred)
    return Audience(
        wanted, notes, _languages(wanted, list(languages)), left_out, have_it, followers, kept_out
    )


def having(said: Iterable[tuple[str, int]]) -> set[int]:
    """Return the ids of journalists who have one of these versions over this channel, or will get it."""
    about = Q(pk__in=[])
    for object_key, version in said:
        about |= Q(distribution__object_key=object_key, distribution__version=version)
    rows = Delivery.objects.filter(
        about,
        distribution__transport=TRANSPORT,
        distribution__purpose__startswith=PREFIX,
        state__in=HAVE_IT,
    )
    return ids_of(rows.order_by().values_list("recipient_key", flat=True))


def ids_of(keys: Iterable[str]) -> set[int]:
    """Return the ids of the journalists whom keys of the ledger name."""
    numbers = (key.partition("/") for key in keys)
    return {int(number) for kind, _slash, number in numbers if kind == "journalist" and number.isdigit()}


def batches(ids: Iterable[int], size: int = AT_ONCE) -> Iterator[list[int]]:
    """Yield ids, so many at a time."""
    source = iter(ids)
    while some := list(islice(source, size)):
        yield some


def _take(wanted: dict[int, int], gone: Iterable[int]) -> int:
    """Take out whoever is there; return how many that were."""
    return sum(wanted.pop(pk, None) is not None for pk in gone)


def _excluded(row: PressDistribution) -> set[int]:
    gone = set(row.without_people.order_by().values_list("pk", flat=True))
    for one in row.without_lists.all():
        gone.update(segments.members(one).order_by().values_list("pk", flat=True))
    return gone


def _following(said: Iterable[tuple[str, int]]) -> set[int]:
    """Return whose address got one of these versions by mail otherwise."""
    found: set[int] = set()
    for object_key, version in said:
        rows = Delivery.objects.filter(
            distribution__transport=TRANSPORT,
            distribution__object_key=object_key,
            distribution__version=version,
            state__in=HAVE_IT,
        ).exclude(distribution__purpose__startswith=PREFIX)
        addresses = rows.order_by().values("recipient")
        found.update(
            Journalist.objects.filter(contact__address__in=addresses).order_by().values_list("pk", flat=True)
        )
    return found


def _languages(wanted: Iterable[int], there: list[str]) -> dict[int, str]:
    """Return for each the language in which they get it: that of their mails, one they read, or the first."""
    if not there:
        return {}
    chosen = dict.fromkeys(wanted, there[0])
    if len(there) == 1:
        return chosen
    rank = {language: place for place, language in enumerate(there)}
    reads = JournalistLanguage.objects.filter(language__in=there[1:]).values_list("journalist", "language")
    first_read = set(
        JournalistLanguage.objects.filter(language=there[0]).values_list("journalist", flat=True)
    )
    for pk, language in reads:
        if pk in chosen and pk not in first_read:
            chosen[pk] = min(chosen[pk], language, key=lambda one: rank[one] or len(rank))
    for pk, language in Journalist.objects.filter(language__in=there).values_list("pk", "language"):
        if pk in chosen:
            chosen[pk] = language
    return chosen
