# SPDX-License-Identifier: Apache-2.0
"""Beats: the subjects that journalists cover, as the IPTC Media Topics name and nest them.

The file beside this module was made from the IPTC's own (CC BY 4.0); its credit stands in its first lines.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from django.utils.translation import gettext as _

from onrecord.press.errors import BadEntry

_FALLBACK = "en"
_NEAREST = {"pt": "pt-br", "zh": "zh-hans", "zh-cn": "zh-hans", "no": "da", "nb": "da"}


@dataclass(frozen=True, slots=True)
class Beat:
    """A subject. `code` is eight digits, `broader` the codes of what it belongs to."""

    code: str
    broader: tuple[str, ...]
    labels: Mapping[str, str]

    def label(self, language: str) -> str:
        """Return its name in a language (as Django spells it), or in English."""
        for name in (language, language.partition("-")[0]):
            found = self.labels.get(_NEAREST.get(name, name))
            if found:
                return found
        return self.labels.get(_FALLBACK) or self.code


@cache
def every() -> Mapping[str, Beat]:
    """Return all beats by their codes, the top level first."""
    data = json.loads(files(__package__).joinpath("mediatopics.json").read_text(encoding="utf-8"))
    return {
        code: Beat(code, tuple(broader), dict(zip(data["languages"], labels, strict=True)))
        for code, broader, labels in data["topics"]
    }


@cache
def _narrower() -> Mapping[str, tuple[str, ...]]:
    below: dict[str, tuple[str, ...]] = {}
    for beat in every().values():
        for code in beat.broader:
            below[code] = (*below.get(code, ()), beat.code)
    return below


def with_narrower(codes: Iterable[str]) -> set[str]:
    """Return these codes and all below them: who covers forests covers the environment."""
    found: set[str] = set()
    waiting = list(codes)
    while waiting:
        code = waiting.pop()
        if code not in found:
            found.add(code)
            waiting += _narrower().get(code, ())
    return found


def label(code: str, language: str) -> str:
    """Return the name of a beat, or its code if it is none of these."""
    beat = every().get(code)
    return beat.label(language) if beat else code


def found(text: str) -> str:
    """Return the code of a beat, written as code, name in any language, or as `paths` shows it.

    Raises BadEntry, with the names that look most like it.
    """
    word = text.strip().removeprefix("medtop:").rpartition("›")[2].strip().casefold()
    if word in every():
        return word
    code = _by_name().get(word)
    if code is None:
        near = difflib.get_close_matches(word, _by_name(), n=3) if len(word) < 60 else []
        message = _("There is no beat “%(beat)s”.") % {"beat": text.strip()[:60]}
        hint = _("Perhaps: %(names)s?") % {"names": ", ".join(near)} if near else _("Choose from the list.")
        raise BadEntry(f"{message} {hint}")
    return code


@cache
def _by_name() -> Mapping[str, str]:
    """Return codes by names in every language; of two with one name, the one nearer to the top."""
    named: dict[str, str] = {}
    for beat in sorted(every().values(), key=lambda one: (_depth(one), one.code)):
        for name in beat.labels.values():
            if name:
                named.setdefault(name.casefold(), beat.code)
    return named


def _depth(beat: Beat) -> int:
    return 1 + _depth(every()[beat.broader[0]]) if beat.broader else 0


@cache
def paths(language: str) -> Sequence[tuple[str, str]]:
    """Return every code with where it stands, as “environment › conservation”, in order of the names."""
    return sorted(
        ((code, " › ".join(_trail(code, language))) for code in every()), key=lambda pair: pair[1].casefold()
    )


def _trail(code: str, language: str) -> list[str]:
    beat = every()[code]
    above = _trail(beat.broader[0], language) if beat.broader else []
    return [*above, beat.label(language)]
