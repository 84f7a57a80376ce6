# SPDX-License-Identifier: Apache-2.0
"""Large XML files, one element at a time; entities and everything that is fetched are refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from onrecord.conversation.errors import BadFile


def elements(path: Path, *names: str) -> Iterator[Element]:
    """Yield the outermost elements of these names as they end, and forget them after. Raises BadFile."""
    try:
        with path.open("rb") as file:
            root: Element | None = None
            depth = 0
            events: Iterator[tuple[str, Any]] = iterparse(file, events=("start", "end"))
            for event, element in events:
                if root is None:
                    root = element
                if element.tag not in names:
                    continue
                depth += 1 if event == "start" else -1
                if event == "end" and not depth:
                    yield element
                    element.clear()
                    root.clear()
    except (ParseError, DefusedXmlException) as error:
        raise BadFile(f"{path.name} cannot be read as XML: {error}.") from error


def text_of(element: Element, name: str) -> str:
    """Return the text of a child, without spaces around it; empty if there is none."""
    return (element.findtext(name) or "").strip()
