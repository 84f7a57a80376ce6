# SPDX-License-Identifier: Apache-2.0
"""What a browser calls itself, in the words of whoever uses it: “Firefox on Windows”.

For a list of one's own sessions, where one must know one's own again; nothing is decided by it. A browser may
call itself anything, so what is not known is said not to be.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

# The first that is found counts: nearly all name others too, and Safari and Linux come last.
_BROWSERS = (
    (r"\bEdg(e|A|iOS)?/", "Edge"),
    (r"\b(OPR|Opera|OPiOS|OPT)/", "Opera"),
    (r"\bVivaldi/", "Vivaldi"),
    (r"\bSamsungBrowser/", "Samsung Internet"),
    (r"\bYaBrowser/", "Yandex Browser"),
    (r"\b(DuckDuckGo|Ddg)/", "DuckDuckGo"),
    (r"\b(Firefox|FxiOS)/", "Firefox"),
    (r"\b(Chrome|CriOS|HeadlessChrome)/", "Chrome"),
    (r"\bVersion/\S+ .*\bSafari/", "Safari"),
)
_SYSTEMS = (
    (r"\biPhone\b", "iPhone"),
    (r"\biPad\b", "iPad"),
    (r"\bAndroid\b", "Android"),
    (r"\bWindows\b", "Windows"),
    (r"\bCrOS\b", "ChromeOS"),
    (r"\bMac OS X\b|\bMacintosh\b", "macOS"),
    (r"\bLinux\b|\bX11\b", "Linux"),
)
_PROGRAM = re.compile(r"(?!Mozilla/)([A-Za-z][\w .-]{0,40}?)(/[\w.-]+)?( |$)")
_ROBOT = re.compile(r"bot\b|crawl|spider|https?://|HeadlessChrome", re.IGNORECASE)


def in_words(agent: str) -> str:
    """Return what to call a browser that sent this User-Agent; the words are of the language at hand."""
    system = _first(_SYSTEMS, agent)
    browser = _first(_BROWSERS, agent)
    if _ROBOT.search(agent) or (not browser and not system and _PROGRAM.match(agent)):
        return _("a program, not a browser")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    if system:
        return _("an unknown browser on %(system)s") % {"system": system}
    return browser or _("an unknown browser")


def _first(known: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((name for pattern, name in known if re.search(pattern, agent)), "")
