# SPDX-License-Identifier: Apache-2.0
"""Who is on a list at this moment: criteria compiled to one query.

Each criterion becomes one set of journalists that is read from an index of its values; the database joins
these sets. Under “all”, what is said about the outlet has to be true of one and the same role.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from onrecord.press import beats
from onrecord.press.models import (
    Criterion,
    Field,
    Journalist,
    JournalistBeat,
    JournalistLanguage,
    ListKind,
    ListMember,
    Match,
    MediaList,
    OutletRole,
    Standing,
)
from onrecord.press.models.journalists import UNREACHABLE

_OF_OUTLETS = {
    Field.COUNTRY: "outlet__country__in",
    Field.MEDIUM: "outlet__medium__in",
    Field.OUTLET: "outlet__in",
}
_Ids: TypeAlias = "QuerySet[OutletRole | JournalistBeat | JournalistLanguage, int]"


def members(media_list: MediaList) -> QuerySet[Journalist]:
    """Return who is on a list now and may be written to. A list without criteria has nobody on it."""
    reachable = Journalist.objects.filter(standing=Standing.ACTIVE, contact__isnull=False)
    if media_list.kind == ListKind.STATIC:
        chosen = ListMember.objects.filter(media_list=media_list)
        return reachable.filter(pk__in=chosen.values("journalist"))
    return reachable.filter(compiled(list(media_list.criteria.all()), Match(media_list.match)))


def count(media_list: MediaList) -> int:
    """Return how many `members` finds.

    SQLite counts quickest what `members` asks for. PostgreSQL would read a row of everybody there is for it,
    so it counts the ids that meet the criteria, less the few who cannot be written to.
    """
    if media_list.kind == ListKind.STATIC or connection.vendor != "postgresql":
        return members(media_list).count()
    criteria = [one for one in media_list.criteria.all() if one.values]
    including = [one for one in criteria if not one.excludes]
    if not including:
        return 0
    gone: list[QuerySet[Any]] = [Journalist.objects.filter(UNREACHABLE, pk=OuterRef("journalist"))]
    gone += [_set_of([one]).filter(journalist=OuterRef("journalist")) for one in criteria if one.excludes]
    if media_list.match == Match.ANY:
        first, *rest = (_without(_set_of([one]), gone) for one in including)
        return first.union(*rest).count() if rest else first.distinct().count()
    first, *rest = (_set_of(some) for some in _told_apart(including))
    for one in rest:
        first = first.filter(journalist__in=one)
    found: int = _without(first, gone).aggregate(found=Count("journalist", distinct=True))["found"]
    return found


def of_lists(lists: Sequence[MediaList]) -> QuerySet[Journalist]:
    """Return who is on any of these lists, once each."""
    wanted = Q(pk__in=[])
    for one in lists:
        wanted |= Q(pk__in=members(one).order_by().values("pk"))
    return Journalist.objects.filter(wanted)


def compiled(criteria: Sequence[Criterion], match: Match) -> Q:
    """Return criteria as one condition. What excludes always counts, also where one criterion is enough."""
    including = [one for one in criteria if not one.excludes and one.values]
    if not including:
        return Q(pk__in=[])
    if match == Match.ANY:
        first, *rest = (_set_of([one]) for one in including)
        wanted = Q(pk__in=first.union(*rest) if rest else first)
    else:
        wanted = Q()
        for some in _told_apart(including):
            wanted &= Q(pk__in=_set_of(some))
    for one in criteria:
        if one.excludes and one.values:
            wanted &= ~Q(pk__in=_set_of([one]))
    return wanted


def _told_apart(criteria: Sequence[Criterion]) -> list[list[Criterion]]:
    """Return what has to be true of one role together, first, and everything else by itself."""
    of_outlets = [one for one in criteria if one.field in _OF_OUTLETS]
    others = [[one] for one in criteria if one.field not in _OF_OUTLETS]
    return [of_outlets, *others] if of_outlets else others


def _without(some: _Ids, gone: Sequence[QuerySet[Any]]) -> _Ids:  # Any: rows of several kinds
    for each in gone:
        some = some.filter(~Exists(each))
    return some


def _set_of(criteria: Sequence[Criterion]) -> _Ids:
    """Return the ids of whoever meets one criterion, or several about one role."""
    first = criteria[0]
    if first.field == Field.BEAT:
        codes = beats.with_narrower(first.values)
        return JournalistBeat.objects.filter(code__in=sorted(codes)).values_list("journalist", flat=True)
    if first.field == Field.LANGUAGE:
        return JournalistLanguage.objects.filter(language__in=first.values).values_list(
            "journalist", flat=True
        )
    today = timezone.now().date()
    roles = OutletRole.objects.filter(Q(until__isnull=True) | Q(until__gte=today))
    for one in criteria:
        roles = roles.filter(**{_OF_OUTLETS[Field(one.field)]: one.values})
    return roles.values_list("journalist", flat=True)
