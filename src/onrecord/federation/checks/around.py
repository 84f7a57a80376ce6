# SPDX-License-Identifier: Apache-2.0
"""What stands around the site: whether it is there, its other names, http, the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from django.core.checks import Error
from django.core.checks import Warning as Caution
from django.utils import timezone

from onrecord.federation.checks.asking import Findings, Outside, answered
from onrecord.outbound import OutboundError, Response
from onrecord.outbound.addresses import is_literal

OFF = timedelta(seconds=30)
FAR_OFF = timedelta(hours=1)
"""Beyond it servers refuse what is signed; the most patient wait for twelve hours."""


def other_names(outside: Outside) -> Findings:
    """W015: under `www.` or without it, the site does not stand a second time."""
    host = urlsplit(outside.address).hostname or ""
    if is_literal(host) or "." not in host:
        return
    other = host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"
    response = _asked(outside, outside.address.replace(host, other, 1) + "/")
    if response is None or _leads_here(response, outside):
        return
    if response.status == 200 and response.body == outside.get("/").body:
        yield Caution(
            f"{other} shows the same site as {host}, without a redirect.",
            hint=f"Let every address there lead to the same path at {host} (301): servers compare hosts.",
            id="federation.W015",
        )


def https(outside: Outside) -> Findings:
    """W016: whoever comes by http is led to https."""
    parts = urlsplit(outside.address)
    if parts.scheme != "https" or parts.port is not None:
        return
    response = _asked(outside, f"http://{parts.netloc}/")
    if response is not None and not _leads_here(response, outside):
        yield Caution(
            f"http://{parts.netloc}/ answers {answered(response)}, and does not lead to https.",
            hint="Let every address there lead to the same one with https (301).",
            id="federation.W016",
        )


def clock(outside: Outside) -> Findings:
    """W017, E018: the clocks of site and program agree."""
    said = outside.get("/").headers.get("date", "")
    try:
        there = parsedate_to_datetime(said)
    except ValueError:
        return
    there = there if there.tzinfo else there.replace(tzinfo=UTC)
    off = abs(timezone.now() - there)
    if off <= OFF:
        return
    told = (
        f"The site says it is {_shown(there)}, this machine {_shown(timezone.now())}:"
        f" {round(off.total_seconds())} seconds apart."
    )
    hint = "Let both machines set their clocks by the network (NTP)."
    if off > FAR_OFF:
        yield Error(f"{told} Signatures made here are refused elsewhere.", hint=hint, id="federation.E018")
    else:
        yield Caution(told, hint=hint, id="federation.W017")


def _asked(outside: Outside, url: str) -> Response | None:
    """Return the answer of an address that need not be there."""
    try:
        return outside.ask(url, {"Accept": "*/*"})
    except OutboundError:
        return None


def _leads_here(response: Response, outside: Outside) -> bool:
    target = response.headers.get("location", "")
    return 300 <= response.status < 400 and (target + "/").startswith(f"{outside.address}/")


def _shown(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
