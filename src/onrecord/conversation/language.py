# SPDX-License-Identifier: Apache-2.0
"""In which language somebody wrote, if the optional package py3langid is there; else that of the page."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

SHORTEST = 25
"""Letters below which a guess is worth nothing."""
SURE = 0.9


def detected(text: str, otherwise: str) -> str:
    """Return the language of a text, as `fr`; `otherwise` where it cannot be told."""
    identifier = _identifier()
    if identifier is None or sum(letter.isalpha() for letter in text) < SHORTEST:
        return otherwise
    code, probability = identifier.classify(text)
    if probability < SURE or otherwise.split("-", maxsplit=1)[0] == code:
        return otherwise  # which may say more, as `zh-hans`
    return str(code)


@lru_cache(maxsize=1)
def _identifier() -> Any:
    try:
        # Loads numpy: only where a comment is written, and only if it is installed.
        from py3langid.langid import MODEL_FILE, LanguageIdentifier
    except ImportError:
        return None
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
