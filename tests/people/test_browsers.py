# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from onrecord.people.browsers import in_words

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
IOS = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
SEEN = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0": "Firefox on Windows",
    "Mozilla/5.0 (Android 14; Mobile; rv:132.0) Gecko/132.0 Firefox/132.0": "Firefox on Android",
    f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) {IOS} FxiOS/131.0 Mobile/15E148 "
    "Safari/605.1.15": "Firefox on iPhone",
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/131.0.0.0 Safari/537.36": "Chrome on Windows",
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/131.0.0.0 Safari/537.36 Edg/131.0.2903.51": (
        "Edge on Windows"
    ),
    f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} Chrome/130.0.0.0 Safari/537.36 OPR/115.0.0.0": (
        "Opera on Linux"
    ),
    f"Mozilla/5.0 (Linux; Android 13; SM-S911B) {WEBKIT} SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile "
    "Safari/537.36": "Samsung Internet on Android",
    f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {WEBKIT} Chrome/131.0.0.0 Safari/537.36": "Chrome on ChromeOS",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 "
    "Safari/605.1.15": "Safari on macOS",
    f"Mozilla/5.0 (iPad; CPU OS 17_6 like Mac OS X) {IOS} Version/17.6 Mobile/15E148 Safari/604.1": (
        "Safari on iPad"
    ),
    f"Mozilla/5.0 (Linux; Android 14; Pixel 8) {WEBKIT} Chrome/131.0.0.0 Mobile Safari/537.36": (
        "Chrome on Android"
    ),
    f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} HeadlessChrome/131.0.0.0 Safari/537.36": (
        "a program, not a browser"
    ),
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)": "a program, not a browser",
    "curl/8.5.0": "a program, not a browser",
    "python-requests/2.32.3": "a program, not a browser",
    "Wget/1.21.4": "a program, not a browser",
    "Mozilla/5.0 (PlayStation 5; like Gecko)": "an unknown browser",
    "Mozilla/5.0 (X11; Linux x86_64) Ladybird/1.0": "an unknown browser on Linux",
    "": "an unknown browser",
    "\u202egnihtemos <b>": "an unknown browser",
}


@pytest.mark.parametrize(("agent", "words"), SEEN.items())
def test_a_session_is_named_as_its_owner_would(agent: str, words: str) -> None:
    assert in_words(agent) == words
