# SPDX-License-Identifier: Apache-2.0
"""JSON without spaces, in UTF-8, by the quickest encoder at hand: msgspec, or else the standard library's.

Both write the same bytes for what JSON knows: dicts with text keys, lists, tuples, text, integers, booleans,
None. What else a value holds they treat differently, so ask before, or make it of these.
"""

from __future__ import annotations

import json
from collections.abc import Callable

try:
    import msgspec.json as _msgspec
except ImportError:  # there is none for this machine
    _msgspec = None  # type: ignore[assignment]  # asked below


def _encoder(*, ordered: bool) -> Callable[[object], bytes]:
    dumps = json.JSONEncoder(
        ensure_ascii=False, check_circular=False, allow_nan=False, separators=(",", ":"), sort_keys=ordered
    ).encode
    if _msgspec is None:
        return lambda value: dumps(value).encode("utf-8")
    quick = _msgspec.Encoder(order="deterministic" if ordered else None).encode

    def encode(value: object) -> bytes:
        try:
            return quick(value)
        except TypeError:  # text that is marked as HTML, for one, is text for the standard library alone
            return dumps(value).encode("utf-8")

    return encode


compact = _encoder(ordered=False)
"""Return a value as JSON, its members as they come. A lone surrogate is a UnicodeEncodeError."""

compact_sorted = _encoder(ordered=True)
"""Return a value as JSON, its members sorted by code points. A lone surrogate is a UnicodeEncodeError."""
