# SPDX-License-Identifier: Apache-2.0
"""An edition beside the one before: which fields and blocks changed, and which words in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from onrecord.statements.pages import wording
from onrecord.statements.pages.differences import Budget, Piece, Sort, compare, script

Block = Mapping[str, Any]

_ALIKE = 0.4
"""Part of their words that two blocks share when one can be called a changed form of the other."""
_PASSED_OVER = 3
"""From this many unchanged blocks in a row on, readers are not made to read them again."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A field or block: `label` says what it is, `sort` what became of it; SAME with `note` for a change
    that is not in its words."""

    label: str
    sort: Sort
    pieces: tuple[Piece, ...]
    note: str = ""

    @property
    def changed(self) -> bool:
        """Tell whether anything about it changed."""
        return (
            bool(self.note) or self.sort is not Sort.SAME or any(p.sort is not Sort.SAME for p in self.pieces)
        )


@dataclass(frozen=True, slots=True)
class Run:
    """Passages in a row that all changed, or that all stayed as they were; `folded` if those are many."""

    passages: tuple[Passage, ...]
    folded: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed between two editions of a statement."""

    fields: tuple[Passage, ...]
    """Only the fields that changed."""
    runs: tuple[Run, ...]
    only_format: bool
    """Nothing but bold, italics or links changed, none of which is in the text of the record."""
    added: int = field(default=0)
    removed: int = field(default=0)


def compare_editions(before: Mapping[str, Any], after: Mapping[str, Any]) -> Comparison:
    """Return what changed from one edition file to the next, in the language that is active."""
    budget = Budget()
    fields = tuple(
        Passage(label, Sort.SAME, tuple(compare(old, new, budget)))
        for label, old, new in zip(_labels(), _fields(before), _fields(after), strict=True)
        if old != new
    )
    passages = _blocks(before["blocks"], after["blocks"], budget)
    pieces = [piece for passage in (*fields, *passages) for piece in passage.pieces]
    same_words = not fields and not any(passage.changed for passage in passages)
    return Comparison(
        fields=fields,
        runs=_runs(passages),
        only_format=same_words and before["html_sha256"] != after["html_sha256"],
        added=sum(piece.words for piece in pieces if piece.sort is Sort.ADDED),
        removed=sum(piece.words for piece in pieces if piece.sort is Sort.REMOVED),
    )


def _labels() -> list[str]:
    return [_("Kind"), _("Title"), _("Summary"), _("Place"), _("Date"), _("Spokespeople"), _("Topics")]


def _fields(data: Mapping[str, Any]) -> list[str]:
    return [
        wording.kind(data["kind"]),
        data["title"],
        data["summary"],
        data["place"],
        data["dated"],
        "; ".join(", ".join(filter(None, [one["name"], one["role"]])) for one in data["spokespeople"]),
        "; ".join(topic["name"] for topic in data["topics"]),
    ]


def _blocks(before: Sequence[Block], after: Sequence[Block], budget: Budget) -> list[Passage]:
    """Match blocks by id, those left over between two matches by their words, in order."""
    old, new = {block["id"]: block for block in before}, {block["id"]: block for block in after}
    passages: list[Passage] = []
    gone: list[Block] = []
    come: list[Block] = []
    for sort, block_id in script(list(old), list(new), budget):
        if sort is Sort.REMOVED:
            gone.append(old[block_id])
        elif sort is Sort.ADDED:
            come.append(new[block_id])
        else:
            passages += _replaced(gone, come, budget)
            gone, come = [], []
            passages += _matched(old[block_id], new[block_id], budget)
    return passages + _replaced(gone, come, budget)


def _matched(old: Block, new: Block, budget: Budget) -> list[Passage]:
    if old["kind"] != new["kind"]:
        return [_whole(old, Sort.REMOVED), _whole(new, Sort.ADDED)]
    before, after = _words_of(old), _words_of(new)
    if before != after:
        return [Passage(_label(new), Sort.SAME, tuple(compare(before, after, budget)))]
    note = ""
    if old.get("file") != new.get("file"):
        note = _("Another file stands here now.")
    elif {**old, "id": ""} != {**new, "id": ""}:
        note = _("Its form changed, not its words.")
    return [Passage(_label(new), Sort.SAME, (Piece(Sort.SAME, after),), note)]


def _replaced(gone: Sequence[Block], come: Sequence[Block], budget: Budget) -> list[Passage]:
    passages: list[Passage] = []
    waiting = list(come)
    for old in gone:
        at = next((at for at, new in enumerate(waiting) if _alike(old, new)), None)
        if at is None:
            passages.append(_whole(old, Sort.REMOVED))
            continue
        passages += [_whole(new, Sort.ADDED) for new in waiting[:at]]
        passages += _matched(old, waiting[at], budget)
        waiting = waiting[at + 1 :]
    return passages + [_whole(new, Sort.ADDED) for new in waiting]


def _alike(old: Block, new: Block) -> bool:
    if old["kind"] != new["kind"]:
        return False
    one, other = Counter(_words_of(old).split()), Counter(_words_of(new).split())
    return (one & other).total() >= _ALIKE * max(one.total(), other.total(), 1)


def _whole(block: Block, sort: Sort) -> Passage:
    return Passage(_label(block), sort, (Piece(sort, _words_of(block)),))


def _words_of(block: Block) -> str:
    """Return what a reader reads or hears of a block, as plain text."""
    text = str(block["text"])
    if block["kind"] == "quotation":
        return f"{text}\n— {', '.join(filter(None, [block['speaker'], block['role']]))}"
    if block["kind"] == "image":
        return "\n".join(filter(None, [block["alt"], text, block["credit"]]))
    return text


def _label(block: Block) -> str:
    return {
        "heading": _("Heading"),
        "list": _("List"),
        "quotation": _("Quotation"),
        "image": _("Picture"),
        "file": _("File"),
        "table": _("Table"),
        "note": _("Note to editors"),
        "forgery": _("Forgery"),
    }.get(block["kind"], _("Paragraph"))


def _runs(passages: Iterable[Passage]) -> tuple[Run, ...]:
    grouped: list[list[Passage]] = []
    for passage in passages:
        if grouped and grouped[-1][-1].changed == passage.changed:
            grouped[-1].append(passage)
        else:
            grouped.append([passage])
    return tuple(
        Run(tuple(group), folded=not group[0].changed and len(group) >= _PASSED_OVER) for group in grouped
    )
