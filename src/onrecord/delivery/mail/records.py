# SPDX-License-Identifier: Apache-2.0
"""What a domain says in DNS about its mail: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489).

It asks nobody.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass

MOST_SPF_LOOKUPS = 10
"""RFC 7208 section 4.6.4: with more of them the record counts for nothing."""
_ASKS = ("include", "a", "mx", "ptr", "exists")
_VALUES = {
    **dict.fromkeys(("include", "exists", "ip4", "ip6"), True),
    **dict.fromkeys(("a", "mx", "ptr"), None),
    "all": False,
}
"""Whether a word has a value: it must, it may, it must not."""
_TERM = re.compile(r"([+\-~?]?)([A-Za-z][A-Za-z0-9_.-]*)(?:([:=/])(.*))?")


@dataclass(frozen=True, slots=True)
class Term:
    """One word of an SPF record. `qualifier` is +, -, ~ or ?, and empty for a modifier, as redirect=."""

    qualifier: str
    name: str
    value: str

    @property
    def asks(self) -> bool:
        """Whether receivers have to ask DNS for it."""
        return self.name in _ASKS or (self.name == "redirect" and not self.qualifier)

    @property
    def leads_to(self) -> str:
        """The domain whose record is read too; '' for none, and for one that depends on the message."""
        is_link = self.name == "include" or (self.name == "redirect" and not self.qualifier)
        return self.value if is_link and "%" not in self.value else ""


def spf_records(texts: Sequence[str]) -> list[str]:
    """Return which of the TXT records of a domain are SPF records."""
    return [text for text in texts if text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")]


def spf_terms(record: str) -> list[Term]:
    """Take an SPF record apart. Raises ValueError with the word that is none."""
    terms = []
    for word in record.split()[1:]:
        found = _TERM.fullmatch(word)
        if found is None:
            raise ValueError(f"“{word[:60]}” is no word of SPF")
        qualifier, name, separator, value = found.groups(default="")
        terms.append(_term(word, qualifier, name.lower(), separator, value))
    return terms


def _term(word: str, qualifier: str, name: str, separator: str, value: str) -> Term:
    if separator == "=":
        if qualifier:
            raise ValueError(f"“{word[:60]}” is no word of SPF")
        return Term("", name, value)
    if name not in _VALUES or _VALUES[name] not in (None, bool(value)):
        raise ValueError(f"“{word[:60]}” is no word of SPF")
    if name in ("ip4", "ip6"):
        network = ipaddress.ip_network(value, strict=False)  # raises ValueError
        if f"ip{network.version}" != name:
            raise ValueError(f"“{word[:60]}” has no {name} address")
    return Term(qualifier or "+", name, value)


def lets_everybody(terms: Sequence[Term]) -> bool:
    """Tell whether a record allows any machine in the world to send."""
    everything = ("0.0.0.0/0", "::/0")
    return any(term.qualifier == "+" and (term.name == "all" or term.value in everything) for term in terms)


def tags(text: str) -> dict[str, str]:
    """Take a record of DKIM or DMARC apart: `v=DKIM1; k=rsa; p=…`. Raises ValueError."""
    found: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        name, equals, value = part.partition("=")
        name = name.strip().lower()
        if not equals or not re.fullmatch(r"[a-z][a-z0-9_]*", name) or name in found:
            raise ValueError(f"“{part[:60]}” is no part of such a record, or is there twice")
        found[name] = value.strip()
    return found


def same_dkim_key(published: str, own: str) -> bool:
    """Tell whether a published DKIM record holds the key of another record. Raises ValueError."""
    one, other = tags(published), tags(own)
    squeezed = ("".join(found.get("p", "").split()) for found in (one, other))
    return len(set(squeezed)) == 1 and one.get("k", "rsa") == other.get("k", "rsa")


def dmarc_records(texts: Sequence[str]) -> list[str]:
    """Return which of the TXT records at `_dmarc` are DMARC records."""
    return [text for text in texts if re.match(r"(?i)v\s*=\s*DMARC1\s*(;|$)", text)]


def dmarc(record: str) -> dict[str, str]:
    """Take a DMARC record apart. Raises ValueError for one that receivers ignore."""
    found = tags(record)
    if found.get("p", "").lower() not in ("none", "quarantine", "reject"):
        raise ValueError("its policy p= is none of none, quarantine, reject")
    for name in ("adkim", "aspf"):
        if found.get(name, "r").lower() not in ("r", "s"):
            raise ValueError(f"{name}= is neither r nor s")
    return found


def parents(domain: str) -> list[str]:
    """Return a domain and those above it that may have a policy for it, at most six in all."""
    labels = domain.lower().strip(".").split(".")
    names = [".".join(labels[at:]) for at in range(max(len(labels) - 1, 1))]
    return [names[0], *names[1:][-5:]]
