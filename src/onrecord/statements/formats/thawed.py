# SPDX-License-Identifier: Apache-2.0
"""From an edition back to a text that can be worked on: the reverse of `formats/body.py`.

The words come from the edition file; bold, italic and links only from the HTML of the body, whose hash is in
the edition file. What was frozen in this way freezes to the same bytes again, pictures excepted: they were
made smaller, and are so again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from onrecord.statements.formats.body import esc
from onrecord.statements.formats.files import location

_BEFORE = '<div class="body">\n'
_AFTER = "\n</div>\n"

Raw = dict[str, Any]
"""One block as a StreamField stores it."""
Chooser = Callable[[str], int | None]
"""Return the id of the picture or file with this SHA-256 in the media library; None if there is none."""


def body_on(page: str, sha256: str) -> str | None:
    """Return the body as HTML from an edition's page: the part that has this SHA-256; None without one."""
    start = page.find(_BEFORE)
    while start >= 0:
        begin = start + len(_BEFORE)
        end = page.find(_AFTER, begin - 1)
        while end >= 0:
            body = page[begin:end] if end > begin else ""
            if hashlib.sha256(body.encode()).hexdigest() == sha256:
                return body
            end = page.find(_AFTER, end + 1)
        start = page.find(_BEFORE, begin)
    return None


def stream(
    blocks: Sequence[Mapping[str, Any]], html: str, *, picture: Chooser, document: Chooser
) -> list[Raw]:
    """Return the raw value of a body that freezes to these blocks and this HTML.

    Pictures and files that are not in the media library are left out.
    """
    raw = []
    for block, markup in zip(blocks, _parts(blocks, html), strict=True):
        value = _value(block, markup, picture, document)
        if value is not None:
            raw.append({"type": block["kind"], "value": value, "id": block["id"]})
    return raw


def _parts(blocks: Sequence[Mapping[str, Any]], html: str) -> list[str]:
    """Return the HTML of each block. Each begins with a tag that follows from its content."""
    starts, at = [], 0
    for block in blocks:
        at = html.index(_opening(block), at)
        starts.append(at)
    ends = [*(start - 1 for start in starts[1:]), len(html)]
    return [html[start:end] for start, end in zip(starts, ends, strict=False)]


def _opening(block: Mapping[str, Any]) -> str:
    anchor = f'id="b-{esc(block["id"])}"'
    match block["kind"]:
        case "heading":
            return f"<h{block['level']} {anchor}>"
        case "list":
            return f"<{_list_tag(block)} {anchor}>"
    tags = {"note": "aside", "quotation": "figure", "image": "figure", "file": "p", "forgery": "aside"}
    return f'<{tags.get(block["kind"], "div")} class="{block["kind"]}" {anchor}'


def _list_tag(block: Mapping[str, Any]) -> str:
    return "ol" if block["style"] == "numbers" else "ul"


def _value(block: Mapping[str, Any], markup: str, picture: Chooser, document: Chooser) -> Any:
    kind = block["kind"]
    if kind in {"paragraph", "note"}:
        return _inside(markup)
    if kind in {"image", "file"}:
        return _carrying(block, (picture if kind == "image" else document)(block["file"]))
    if kind == "forgery":
        return _forgery(block, document)
    if kind == "list":
        rows = _inside(markup).removeprefix("<li>").removesuffix("</li>").split("</li><li>")
        return {"style": block["style"], "items": rows}
    if kind == "table":
        return {
            "caption": block["caption"],
            "columns": [{"type": "text", "heading": text} for text in block["head"]],
            "rows": [{"values": list(row)} for row in block["rows"]],
        }
    rest = {name: value for name, value in block.items() if name not in {"id", "kind"}}
    return rest | ({"level": str(block["level"])} if kind == "heading" else {})


def _carrying(block: Mapping[str, Any], chosen: int | None) -> Raw | None:
    if chosen is None:
        return None
    if block["kind"] == "file":
        return {"file": chosen, "description": block["text"]}
    return {"image": chosen, **{name: block[name] for name in ("alt", "caption", "credit")}}


def _forgery(block: Mapping[str, Any], document: Chooser) -> Raw | None:
    kept, chosen = location(block["file"]), None
    words = kept.read_bytes().decode() if block["form"] == "text" and kept.exists() else ""
    if block["form"] == "file":
        chosen = document(block["file"])
    if chosen is None and not words:
        return None
    return {
        "false": block["text"],
        "appeared": block["appeared"],
        "seen": block["seen"] or None,
        "file": chosen,
        "words": words,
    }


def _inside(markup: str) -> str:
    return markup[markup.index(">") + 1 : markup.rindex("</")]
