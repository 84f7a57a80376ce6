# SPDX-License-Identifier: Apache-2.0
"""WordPress: comments stand within the posts. Trackbacks, pingbacks, spam and bin are left out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from onrecord.conversation.errors import BadFile
from onrecord.conversation.formats.foreign import Foreign, plain
from onrecord.conversation.formats.xml import elements, text_of

_VERSIONS = ("1.0", "1.1", "1.2")


def read(path: Path) -> Iterator[Foreign]:
    """Yield the comments of an export, whichever version it is. Raises BadFile."""
    for item in elements(path, "item"):
        page = text_of(item, "link")
        for version in _VERSIONS:
            space = f"{{http://wordpress.org/export/{version}/}}"
            for comment in item.findall(f"{space}comment"):

                def value(name: str, comment: object = comment, space: str = space) -> str:
                    return text_of(comment, f"{space}comment_{name}")  # type: ignore[arg-type]  # an Element

                if value("type") not in {"", "comment"} or value("approved") not in {"0", "1"}:
                    continue
                yield Foreign(
                    id=value("id"),
                    page=page,
                    parent=value("parent") if value("parent") != "0" else "",
                    name=value("author"),
                    address=value("author_email"),
                    link=value("author_url"),
                    text=plain(value("content").replace("\n", "<br>")),
                    at=_moment(value("date_gmt"), path, value("id")),
                    approved=value("approved") == "1",
                )


def _moment(text: str, path: Path, number: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError as error:
        raise BadFile(f"{path.name}, comment {number}: comment_date_gmt is “{text[:40]}”.") from error
