# SPDX-License-Identifier: Apache-2.0
"""One statement as the wire carries it: embargoed, corrected, withdrawn; and with all that may go along."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from onrecord.press.formats.items import (
    Asset,
    Contact,
    Embargo,
    Item,
    Notice,
    Origin,
    Party,
    Proof,
    Rendition,
    Rights,
    Signal,
    Spokesperson,
    Status,
    Subject,
)

BASE = "https://press.example.org"
EMBARGOED = Item(
    uri=f"{BASE}/id/s/7f3c",
    version=1,
    language="en",
    kind="press-release",
    headline="Union opens talks on the safety agreement",
    summary="Talks start on 1 December.",
    body='<div class="paragraph" id="b-1"><p>Talks start on 1 December.</p></div>',
    base=BASE,
    issuer=Party("Example Union", f"{BASE}/"),
    rights=Rights("Example Union", "Free for editorial use with attribution."),
    proof=Proof("ab" * 32, "press.example.org/log", 4711),
    first_created=datetime(2026, 11, 20, 9, 0, tzinfo=UTC),
    version_created=datetime(2026, 11, 21, 9, 30, tzinfo=UTC),
    embargo=Embargo(datetime(2026, 11, 23, 8, 0, tzinfo=UTC)),
    subjects=(Subject("collective agreements", "20000525"),),
    contacts=(Contact("Press office", phone="+00 000"),),
    corrections_page=f"{BASE}/corrections",
)
CORRECTED = replace(
    EMBARGOED,
    version=2,
    version_created=datetime(2026, 11, 22, 9, 30, tzinfo=UTC),
    embargo=None,
    contacts=(),
    signal=Signal.CORRECTION,
    notice=Notice.CORRECTION,
    reason="paragraph 1, date corrected from 1 November to 1 December",
)
WITHDRAWN = replace(
    CORRECTED,
    version=3,
    version_created=datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
    status=Status.CANCELED,
    signal=Signal.NONE,
    notice=Notice.WITHDRAWAL,
    reason="published in error",
)
WHOLE = replace(
    CORRECTED,
    headline="Safety & <work>",
    body=(
        '<div class="paragraph" id="b-1"><p>Read <a href="/s/2026/water/" class="x">this</a>,<br>now: 3 &lt;'
        ' 4 &amp; more.</p></div><figure class="image"><img src="/media/ab-map.png" srcset="/x 800w" alt="A'
        ' map &quot;new&quot;" width="800" height="400" loading="lazy"><figcaption><span>Map</span>'
        "</figcaption>"
        '</figure><div class="table" tabindex="0"><table><caption>C</caption><thead><tr><th scope="col">H'
        "</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table></div>"
    ),
    place="Brussels",
    dated=date(2026, 11, 22),
    embargo=Embargo(datetime(2026, 11, 23, 8, 0, tzinfo=UTC), "Europe/Brussels", "Not for social media"),
    subjects=(Subject("collective agreements", "20000525"), Subject("Harbour")),
    spokespeople=(Spokesperson("Ana Lind", "president"),),
    contacts=(Contact("Jo Marsh", "press officer", "+32 2 555 01 02", "jo@example.org", "en, fr", "8-18"),),
    assets=(
        Asset(
            uri=f"{BASE}/media/ab",
            title="Map",
            is_picture=True,
            renditions=(
                Rendition("web", f"{BASE}/media/ab-map.png", "image/png", 1000, 800, 400),
                Rendition("highRes", f"{BASE}/media/cd-map.png", "image/png", 4000, 1600, 800),
            ),
            caption="The harbour",
            alt="A map",
            credit="A. Photographer",
        ),
        Asset(
            uri=f"{BASE}/media/ef",
            title="Agreement",
            is_picture=False,
            renditions=(Rendition("original", f"{BASE}/media/ef-a.pdf", "application/pdf", 9),),
        ),
    ),
    page=f"{BASE}/s/2026/water/",
    translation_of=Origin(f"{BASE}/id/s/1", 2),
)
