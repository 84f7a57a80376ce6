# SPDX-License-Identifier: Apache-2.0
"""Beats: the subjects that journalists cover, as the IPTC Media Topics name and nest them.

The file beside this module was made from the IPTC's own (CC BY 4.0); its credit stands in its first lines.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

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


def paths(language: str) -> list[tuple[str, str]]:
    """Return every code with where it stands, as “environment › conservation”, in order of the names."""
    return sorted(
        ((code, " › ".join(_trail(code, language))) for code in every()), key=lambda pair: pair[1].casefold()
    )


def _trail(code: str, language: str) -> list[str]:
    beat = every()[code]
    above = _trail(beat.broader[0], language) if beat.broader else []
    return [*above, beat.label(language)]
