# SPDX-License-Identifier: Apache-2.0
"""Why a comment should be looked at before it is shown. Doubts sort and hold; they never refuse.

A doubt is kept as [kind, detail]; moderators read it as a sentence in their language.
"""

from __future__ import annotations

import hashlib
import re
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onrecord.bakery.batch import once_per_batch
from onrecord.conversation import classifier, folding, keys, markup
from onrecord.conversation.models import Comment, HoldWord

MOST_LINKS = 2
UNWANTED_ABOVE = 0.9
REPEATED_WITHIN = timedelta(days=2)
ALIKE_BITS = 8
_RECENT = 200
_SHORT = 40
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+|\+?\d[\d ()/.-]{7,}\d")
_MASK = 2**64 - 1
_COMPARED = 1000
_LANES = [sum(1 << 16 * bit for bit in range(8) if byte >> bit & 1) for byte in range(256)]
"""For each byte its bits, sixteen bits apart, so that one addition counts eight of them."""

Doubt = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Likeness:
    """By what a text is recognised when it, or one nearly the same, is said again."""

    digest: str
    shingles: int
    """64 bits, as a database keeps them: signed."""
    is_short: bool
    """Too short to be compared with what is merely alike."""


def likeness_of(text: str) -> Likeness:
    """Return by what a text is recognised."""
    plain = folding.folded(text)
    return Likeness(keys.digest_of(plain), signed(shingles_of(plain)), len(plain) <= _SHORT)


class Lately:
    """What was said in the last two days, as far as the texts at hand may repeat it."""

    def __init__(self, texts: Iterable[Likeness]) -> None:
        since = timezone.now() - REPEATED_WITHIN
        said = Comment.objects.filter(digest__in={text.digest for text in texts}, created_at__gt=since)
        self._same = set(said.values_list("digest", flat=True))
        self._recent = deque(_recent_shingles(since), maxlen=_RECENT)

    def doubts(self, text: Likeness) -> list[Doubt]:
        """Tell whether the same, or nearly the same, was said."""
        if text.digest in self._same:
            return [("repeated", "")]
        alike = sum(((text.shingles ^ other) & _MASK).bit_count() <= ALIKE_BITS for other in self._recent)
        return [("alike", str(alike))] if alike and not text.is_short else []

    def add(self, text: Likeness) -> None:
        """Count a text as said from now on."""
        self._same.add(text.digest)
        self._recent.appendleft(text.shingles)


def doubts_about(
    text: str,
    html: str,
    name: str,
    link: str,
    judged: classifier.Judgement,
    *,
    likeness: Likeness,
    lately: Lately | None = None,
) -> list[Doubt]:
    """Return what should be looked at in a comment that is about to be kept."""
    found: list[Doubt] = []
    links = [*markup.links_in(html), *([link] if link else [])]
    if len(links) > MOST_LINKS:
        found.append(("links", str(len(links))))
    held = folding.holds(f"{name}\n{text}", _hold_words())
    found += [("word", phrase) for phrase in held[:5]]
    mixed = [word for word in re.findall(r"\w+", f"{name} {text}") if folding.is_mixed(word)]
    found += [("lookalike", word[:40]) for word in mixed[:3]]
    if _ADDRESS.search(text):
        found.append(("personal", ""))
    found += (lately or Lately([likeness])).doubts(likeness)
    if judged.score > UNWANTED_ABOVE:
        found.append(("resembles", f"{judged.score:.2f}"))
    return found


def shingles_of(plain: str) -> int:
    """Return 64 bits (SimHash of four letters at a time) in which texts that are alike differ little."""
    start = plain[:_COMPARED]
    pieces = {start[place : place + 4] for place in range(max(len(start) - 3, 1))}
    sums = [0] * 8
    for piece in pieces:
        for place, byte in enumerate(hashlib.blake2b(piece.encode(), digest_size=8).digest()):
            sums[place] += _LANES[byte]
    half = len(pieces) / 2
    bits = 0
    for place, lanes in enumerate(sums):
        for lane in range(8):
            if lanes >> 16 * lane & 0xFFFF > half:
                bits |= 1 << 8 * place + lane
    return bits


def signed(bits: int) -> int:
    """Return 64 bits as a database keeps them."""
    return bits - 2**64 if bits >= 2**63 else bits


@once_per_batch
def _hold_words() -> list[str]:
    return list(HoldWord.objects.order_by("pk").values_list("folded", flat=True))


def _recent_shingles(since: datetime) -> list[int]:
    recent = Comment.objects.filter(created_at__gt=since, shingles__isnull=False).order_by("-pk")
    return [bits for bits in recent.values_list("shingles", flat=True)[:_RECENT] if bits is not None]


def sentences(doubts: Sequence[Sequence[str]]) -> list[str]:
    """Return doubts as moderators read them, in the language at hand."""
    return [_sentence(kind, detail) for kind, detail in doubts]


def _sentence(kind: str, detail: str) -> str:
    if kind == "links":
        count = int(detail)
        return ngettext("It holds %(count)d link.", "It holds %(count)d links.", count) % {"count": count}
    said = {
        "word": _("It holds “%(detail)s”, a word to look at."),
        "lookalike": _("“%(detail)s” mixes letters of several scripts that look alike."),
        "personal": _("It may hold somebody’s address or number."),
        "repeated": _("The same was said elsewhere in the last two days."),
        "alike": _("Nearly the same was said elsewhere in the last two days."),
        "resembles": _("It resembles comments that were unwanted (%(detail)s)."),
        "crowded": _("Many forms came at that time."),
        "new": _("It is the first comment of this person, or none was shown yet."),
        "before": _("Every comment is looked at first."),
        "edited": _("It was edited after it was shown."),
    }
    return said.get(kind, kind) % {"detail": detail}
