# SPDX-License-Identifier: Apache-2.0
"""Each sample that was drawn, as data: with the seed and the public log anybody draws the same decisions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from django.db.models import Count

from onrecord.bakery.headers import media_type_of
from onrecord.bakery.pages import Family, File, Key
from onrecord.moderation.models import Recheck, Sample
from onrecord.proof import sample as proofs
from onrecord.proof.edition import timestamp
from onrecord.proof.encoding import to_base64

NAME = "moderation.samples"


def keys() -> Iterator[Key]:
    """Return each sample that was drawn."""
    drawn = Sample.objects.exclude(drawn_at=None).order_by("number")
    for number in drawn.values_list("number", flat=True):
        yield (str(number),)


def all_keys() -> list[tuple[str, Key]]:
    """Return every sample, to be baked again; each is written only if it changes."""
    return [(NAME, key) for key in keys()]


def path_of(number: int) -> str:
    """Return where a sample stands."""
    return f"/transparency/samples/{number}.json"


def render(key: Key) -> Iterable[File]:
    """Render one sample; the seed of one that is not drawn yet is nobody's."""
    (number,) = key
    rows = Sample.objects.exclude(drawn_at=None).select_related("begins", "ends")
    row = rows.filter(number=int(number)).first() if number.isdecimal() else None
    if row is not None:
        path = path_of(row.number)
        yield File(path, json.dumps(_shape(row), indent=1).encode(), media_type_of(path))


def _shape(row: Sample) -> dict[str, object]:
    assert row.ends is not None  # noqa: S101 - what is drawn has ended: the database says so too
    assert row.drawn_at is not None  # noqa: S101 - as above
    rechecks = Recheck.objects.filter(sample=row)
    digests = rechecks.order_by("place").values_list("decision__commitment__digest", flat=True)
    found = dict(rechecks.exclude(outcome="").values_list("outcome").annotate(many=Count("pk")))
    states = dict(rechecks.values_list("state").annotate(many=Count("pk")))
    return {
        "v": proofs.VERSION,
        "number": row.number,
        "drawn_at": timestamp(row.drawn_at),
        "seed": to_base64(bytes(row.seed)),
        "commitment": to_base64(proofs.commitment(bytes(row.seed))),
        "begins": row.begins.path,
        "ends": row.ends.path,
        "percent": row.percent,
        "population": row.population,
        "drawn": [to_base64(bytes(digest)) for digest in digests],
        "examined": states.get(Recheck.State.EXAMINED.value, 0),
        "omitted": states.get(Recheck.State.OMITTED.value, 0),
        "waiting": states.get(Recheck.State.WAITING.value, 0),
        **{outcome.value: found.get(outcome.value, 0) for outcome in Recheck.Outcome},
    }


FAMILIES = (Family(NAME, keys, render),)
