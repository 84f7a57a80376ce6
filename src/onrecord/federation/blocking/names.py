# SPDX-License-Identifier: Apache-2.0
"""Hosts as people write them, and which servers that are known stand at or below one."""

from __future__ import annotations

import re
from ipaddress import ip_address

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from onrecord.federation.errors import BadHost
from onrecord.federation.models import RemoteHost
from onrecord.outbound.addresses import host_of
from onrecord.people.identity import normalise_domain
from onrecord.people.models import Organisation

_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_PORT = re.compile(r":(\d{1,5})\Z")
LONGEST = 253


def normalised(text: str) -> str:
    """Return a host in its one spelling, as bad.example: from a host, an address or the name of an account.

    Names beyond ASCII are written as DNS has them. Raises BadHost for what is no host, for one that ends
    every name there is, and for this newsroom's own.
    """
    bare = text.strip()
    bare = host_of(bare) if "://" in bare else bare.partition("/")[0]
    bare = bare.rpartition("@")[2]
    port = "" if bare.endswith("]") or bare.count(":") > 1 else _port_of(bare)
    host = normalise_domain(bare.removesuffix(port)).strip(".")
    if not _is_host(host):
        raise BadHost(
            _("“%(text)s” is no host. Write it as social.example, without anything before or after.")
            % {"text": text.strip()[:100]}
        )
    _refuse_own(host)
    return host + port


def at_or_below(host: str) -> QuerySet[RemoteHost]:
    """Return the servers that are known and that a block of this host is about, on whatever port."""
    name = host.partition(":")[0] if _port_of(host) else host
    if name != host:
        return RemoteHost.objects.filter(name=host)
    mine = Q(name=name) | Q(name__startswith=f"{name}:")
    return RemoteHost.objects.filter(
        mine | Q(name__endswith=f".{name}") | Q(name__contains=f".{name}:")
    ).order_by("pk")


def _port_of(text: str) -> str:
    found = _PORT.search(text)
    return found[0] if found else ""


def _is_host(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        labels = host.split(".")
        named = len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels)
        return named and len(host) <= LONGEST and not labels[-1].isdigit()
    return True


def _refuse_own(host: str) -> None:
    own = Organisation.current().host.partition(":")[0].lower()
    if own == host or own.endswith(f".{host}"):
        raise BadHost(
            _("“%(host)s” is this newsroom itself, or above it. Block another server.") % {"host": host}
        )
