# SPDX-License-Identifier: Apache-2.0
"""The formats of the wire, one module each: an item goes in, bytes come out. No database, no network.

`items` says what every format writes, `notes` the words for editors, `bodies` how a text travels. A format
is a value with a name, a media type and two functions; `FORMATS` lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from onrecord.press.formats import newsml_g2, ninjs
from onrecord.press.formats.items import Envelope, Item


@dataclass(frozen=True, slots=True)
class Format:
    """One format: how it is called, how its files are named, how items become bytes."""

    name: str
    label: str
    media_type: str
    suffix: str
    write: Callable[[Item], bytes]
    """Returns one item by itself."""
    transmit: Callable[[Item, Envelope], bytes]
    """Returns one item with its pictures, as it is handed over."""
    page: Callable[[Sequence[tuple[int, Item]], Envelope, str], bytes]
    """Returns numbered items together, and the cursor after them."""


FORMATS: Mapping[str, Format] = {
    each.name: each
    for each in (
        Format(
            name="ninjs",
            label="ninjs 3.1",
            media_type="application/json",
            suffix="json",
            write=ninjs.write,
            transmit=lambda item, _envelope: ninjs.write(item),
            page=ninjs.page,
        ),
        Format(
            name="newsml-g2",
            label="NewsML-G2 2.35",
            media_type="application/vnd.iptc.g2.newsitem+xml",
            suffix="xml",
            write=newsml_g2.write,
            transmit=newsml_g2.transmit,
            page=newsml_g2.page,
        ),
    )
}
"""By name. A further one is a module beside these and one entry here."""
