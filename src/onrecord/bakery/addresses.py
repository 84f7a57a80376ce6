# SPDX-License-Identifier: Apache-2.0
"""Addresses of baked files, and the file names they have below the site directory."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from onrecord.bakery.errors import UnsafeAddress

INDEX = "index.html"
GONE = "gone.html"
"""The page in place of one that was erased: its folder's address answers with it and status 410."""
GONE_OBJECT = ".gone"
"""How the name of the file ends that stands in the place of an erased one which is no page."""
LONGEST = 1024
"""Bytes of a whole address in UTF-8."""
LONGEST_SEGMENT = 200
"""Bytes of one name; leaves room for temporary names within the 255 that file systems allow."""
TWINS = {"br": ".br", "gzip": ".gz"}
"""Content codings and the ending of the file that holds a body so coded."""

_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff\\?#%:*\"<>|]")
_HIDDEN = re.compile(r"/\.(?!well-known/)|(?<!^)/\.well-known/")


def check(address: str) -> None:
    """Refuse an address that is not plain: whatever it says must be what every server looks up."""
    problem = _problem(address)
    if problem:
        raise UnsafeAddress(f"{address!r} cannot be the address of a baked file: it {problem}.")


def is_plain(address: str) -> bool:
    """Tell whether a baked file may have this address."""
    return _problem(address) is None


def file_name(address: str) -> str:
    """Return the name of the file below the site directory; refuse what `check` refuses."""
    check(address)
    return address[1:] + INDEX if address.endswith("/") else address[1:]


def address_of(file_name: str) -> str:
    """Return the address under which readers get the file of this name below the site directory."""
    address = "/" + file_name
    return address[: -len(INDEX)] if address.endswith("/" + INDEX) else address


@lru_cache(maxsize=1024)
def _problem(address: str) -> str | None:
    encoded = address.encode("utf-8", "surrogatepass")
    for is_so, problem in (
        (not address.startswith("/"), "does not start with '/'"),
        ("//" in address, "holds an empty name ('//')"),
        (_FORBIDDEN.search(address), 'holds a control character or one of \\ ? # % : * " < > |'),
        (_HIDDEN.search(address), "holds a name that starts with '.' (only /.well-known/ may)"),
        (address.endswith("/" + INDEX), f"ends in {INDEX} (end it in '/')"),
        (address.endswith(tuple(TWINS.values())), "ends like the compressed twin of another file"),
        (len(encoded) > LONGEST, f"is longer than {LONGEST} bytes"),
        (
            max(map(len, encoded.split(b"/"))) > LONGEST_SEGMENT,
            f"holds a name of over {LONGEST_SEGMENT} bytes",
        ),
        (unicodedata.normalize("NFC", address) != address, "is not in Unicode normal form C"),
    ):
        if is_so:
            return problem
    return None
