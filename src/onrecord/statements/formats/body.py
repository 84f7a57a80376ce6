# SPDX-License-Identifier: Apache-2.0
"""A statement's body, frozen: plain blocks for the record, HTML for the page, the files both refer to.

Each block is an object `{id, kind, text, …}`; `text` is plain (NFC, LF) and is what a quote is checked
against. The kinds and what they add:

- `paragraph`, `note`: nothing
- `heading`: `level` (2 or 3)
- `list`: `style` (bullets, numbers), `items` (texts)
- `quotation`: `speaker`, `role`
- `image`: `file` (SHA-256 of the picture shown), `alt`, `caption`, `credit`
- `file`: `file` (SHA-256)
- `table`: `caption`, `head` (texts), `rows` (lists of texts)
- `forgery`: `file` (SHA-256 of what others issued in our name), `form` (file, text), `appeared`, `seen`
  (YYYY-MM-DD or empty); `text` says what is false in it. The forged words are in the file alone.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import nh3
from wagtail.rich_text import expand_db_html

from onrecord.statements.formats.files import (
    FrozenFile,
    freeze_document,
    freeze_forged_words,
    freeze_forgery,
    freeze_image,
)

_INLINE_TAGS = {"p", "br", "b", "strong", "i", "em", "a"}
_BREAKS = re.compile(r"</p>\s*<p[^>]*>|<br\s*/?>")
_SPACES = re.compile(r"[^\S\n]+")
_CARRIES = {"image": "image", "file": "file"}


@dataclass(frozen=True, slots=True)
class FrozenBlock:
    """One block in both forms."""

    content: dict[str, Any]
    html: str
    files: tuple[FrozenFile, ...] = ()


@dataclass
class FrozenBody:
    """`blocks` for the edition file, `html` for the page, `files` in order of first appearance."""

    blocks: list[dict[str, Any]] = field(default_factory=list)
    html: str = ""
    files: list[FrozenFile] = field(default_factory=list)


def freeze_body(stream: Any) -> FrozenBody:
    """Return the frozen form of a StreamField value made of `blocks.BodyBlock`."""
    body = FrozenBody()
    parts = []
    for number, child in enumerate(stream, start=1):
        carried = _CARRIES.get(child.block_type)
        if carried and child.value[carried] is None:
            continue  # a draft may still lack its picture; nothing incomplete is ever submitted
        if child.block_type == "forgery" and not (child.value["file"] or child.value["words"]):
            continue
        block_id = str(child.id or number)
        frozen = _KINDS[child.block_type](child.value, block_id)
        if child.block_type == "paragraph" and not frozen.content["text"]:
            continue
        body.blocks.append({"id": block_id, "kind": child.block_type, **frozen.content})
        parts.append(frozen.html)
        body.files.extend(file for file in frozen.files if file not in body.files)
    body.html = "\n".join(parts)
    return body


def plain(text: str) -> str:
    """Return text as the record keeps it: NFC, lines ended by LF, no runs of spaces, none at the ends."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(_SPACES.sub(" ", line).strip() for line in lines).strip("\n")


def esc(text: str) -> str:
    """Return text escaped for HTML, attributes included."""
    return html.escape(text, quote=True)


def _rich(value: Any) -> tuple[str, str]:
    """Return (plain text, clean HTML of paragraphs) of a rich text value."""
    markup = nh3.clean(
        expand_db_html(str(getattr(value, "source", value))),
        tags=_INLINE_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    )
    text = html.unescape(nh3.clean(_BREAKS.sub("\n", markup), tags=set()))
    return plain(text), unicodedata.normalize("NFC", markup)


def _anchor(block_id: str) -> str:
    return f'id="b-{esc(block_id)}"'


def _paragraph(value: Any, block_id: str) -> FrozenBlock:
    text, markup = _rich(value)
    return FrozenBlock({"text": text}, f'<div class="paragraph" {_anchor(block_id)}>{markup}</div>')


def _note(value: Any, block_id: str) -> FrozenBlock:
    text, markup = _rich(value)
    return FrozenBlock({"text": text}, f'<aside class="note" {_anchor(block_id)}>{markup}</aside>')


def _heading(value: Any, block_id: str) -> FrozenBlock:
    text, level = plain(value["text"]), int(value["level"])
    return FrozenBlock(
        {"text": text, "level": level}, f"<h{level} {_anchor(block_id)}>{esc(text)}</h{level}>"
    )


def _list(value: Any, block_id: str) -> FrozenBlock:
    items = [_rich(item) for item in value["items"]]
    tag = "ol" if value["style"] == "numbers" else "ul"
    rows = "".join(f"<li>{markup}</li>" for _text, markup in items)
    texts = [text for text, _markup in items]
    return FrozenBlock(
        {"text": "\n".join(texts), "style": value["style"], "items": texts},
        f"<{tag} {_anchor(block_id)}>{rows}</{tag}>",
    )


def _quotation(value: Any, block_id: str) -> FrozenBlock:
    text, speaker, role = plain(value["text"]), plain(value["speaker"]), plain(value["role"] or "")
    # The same comma in every language: a draft is frozen again and compared with what was approved or signed.
    by = f"<cite>{esc(speaker)}</cite>" + (f", <span>{esc(role)}</span>" if role else "")
    words = "".join(f"<p>{esc(line)}</p>" for line in text.split("\n") if line)
    return FrozenBlock(
        {"text": text, "speaker": speaker, "role": role},
        f'<figure class="quotation" {_anchor(block_id)}><blockquote>{words}</blockquote>'
        f"<figcaption>{by}</figcaption></figure>",
    )


def _image(value: Any, block_id: str) -> FrozenBlock:
    small, large = freeze_image(value["image"])
    alt, caption, credit = (plain(value[name] or "") for name in ("alt", "caption", "credit"))
    lines = [f"<span>{esc(caption)}</span>"] if caption else []
    if credit:
        lines.append(f"<small>{esc(credit)}</small>")
    legend = f"<figcaption>{' '.join(lines)}</figcaption>" if lines else ""
    sources = ", ".join(f"{file.path} {file.width}w" for file in dict.fromkeys((small, large)))
    return FrozenBlock(
        {"text": caption, "file": large.sha256, "alt": alt, "caption": caption, "credit": credit},
        f'<figure class="image" {_anchor(block_id)}><img src="{esc(large.path)}" srcset="{esc(sources)}" '
        f'sizes="(min-width: 46em) 42rem, 92vw" width="{large.width}" height="{large.height}" '
        f'alt="{esc(alt)}" loading="lazy" decoding="async">{legend}</figure>',
        tuple(dict.fromkeys((large, small))),
    )


def _file(value: Any, block_id: str) -> FrozenBlock:
    file, text = freeze_document(value["file"]), plain(value["description"])
    return FrozenBlock(
        {"text": text, "file": file.sha256},
        f'<p class="file" {_anchor(block_id)}><a href="{esc(file.path)}" download>{esc(text)}</a> '
        f"<small>{esc(file.name)}, {file.size_in_words}</small></p>",
        (file,),
    )


def _table(value: Any, block_id: str) -> FrozenBlock:
    caption = plain(value.caption or "")
    head = [plain(column["heading"]) for column in value.columns]
    rows = [[plain(str(cell or "")) for cell in row["values"]] for row in value.row_data]
    cells = "".join(f'<th scope="col">{esc(text)}</th>' for text in head)
    lines = "".join("<tr>" + "".join(f"<td>{esc(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    text = "\n".join(" | ".join(row) for row in [head, *rows])
    return FrozenBlock(
        {"text": f"{caption}\n{text}" if caption else text, "caption": caption, "head": head, "rows": rows},
        f'<div class="table" {_anchor(block_id)} role="region" aria-label="{esc(caption)}" tabindex="0">'
        f"<table><caption>{esc(caption)}</caption>"
        f"<thead><tr>{cells}</tr></thead><tbody>{lines}</tbody></table></div>",
    )


def _forgery(value: Any, block_id: str) -> FrozenBlock:
    words, form = value["words"] or "", "text" if value["file"] is None else "file"
    file = freeze_forged_words(words) if form == "text" else freeze_forgery(value["file"])
    text, appeared = plain(value["false"]), plain(value["appeared"] or "")
    seen = value["seen"].isoformat() if value["seen"] else ""
    where = " · ".join(filter(None, [appeared, seen]))
    lines = "".join(f"<p>{esc(line)}</p>" for line in text.split("\n") if line)
    return FrozenBlock(
        {"text": text, "file": file.sha256, "form": form, "appeared": appeared, "seen": seen},
        f'<aside class="forgery" {_anchor(block_id)}>{lines}'
        + (f'<p class="forgery-where">{esc(where)}</p>' if where else "")
        + f'<p class="forgery-item"><a href="{esc(file.path)}" rel="nofollow" download>{esc(file.name)}</a>, '
        f"{file.size_in_words}<br><small>SHA-256 <code>{file.sha256}</code></small></p></aside>",
        (file,),
    )


_KINDS: dict[str, Callable[[Any, str], FrozenBlock]] = {
    "paragraph": _paragraph,
    "heading": _heading,
    "list": _list,
    "quotation": _quotation,
    "image": _image,
    "file": _file,
    "table": _table,
    "note": _note,
    "forgery": _forgery,
}
