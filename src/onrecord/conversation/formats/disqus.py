# SPDX-License-Identifier: Apache-2.0
"""Disqus: threads first, then posts that name them. Deleted and unwanted posts are left out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from onrecord.conversation.errors import BadFile
from onrecord.conversation.formats.foreign import Foreign, plain
from onrecord.conversation.formats.xml import elements, text_of

_NS, _ID = "{http://disqus.com}", "{http://disqus.com/disqus-internals}id"


def read(path: Path) -> Iterator[Foreign]:
    """Yield the comments of an export. Raises BadFile."""
    pages: dict[str, str] = {}
    for element in elements(path, f"{_NS}thread", f"{_NS}post"):
        number = element.get(_ID, "")
        if element.tag == f"{_NS}thread":
            pages[number] = text_of(element, f"{_NS}link")
            continue
        if "true" in {text_of(element, f"{_NS}isDeleted"), text_of(element, f"{_NS}isSpam")}:
            continue
        thread, parent = element.find(f"{_NS}thread"), element.find(f"{_NS}parent")
        author = element.find(f"{_NS}author")
        try:
            at = datetime.fromisoformat(text_of(element, f"{_NS}createdAt"))
        except ValueError as error:
            raise BadFile(f"{path.name}, post {number}: createdAt is no moment.") from error
        yield Foreign(
            id=number,
            page=pages.get(thread.get(_ID, "") if thread is not None else "", ""),
            parent=parent.get(_ID, "") if parent is not None else "",
            name=text_of(author, f"{_NS}name") if author is not None else "",
            address=text_of(author, f"{_NS}email") if author is not None else "",
            link="",
            text=plain(text_of(element, f"{_NS}message")),
            at=at,
            approved=text_of(element, f"{_NS}isApproved") != "false",
            author=text_of(author, f"{_NS}username") if author is not None else "",
        )
