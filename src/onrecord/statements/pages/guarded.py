# SPDX-License-Identifier: Apache-2.0
"""The scripts of forms that strangers may send: one fetches ticket and work, the other does the work.

A template writes `{{ guard.fields(ticket) }}` in the form, which names its purpose as `data-guard`, and
`{{ guard.script() }}` in the head; see `parts/guard.html` and `people/strangers/`.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

from onrecord.statements.pages.site import ASSETS, Asset


def scripts() -> tuple[Asset, Asset]:
    """Return the script of the work and that of the form, which starts it by its hash."""
    return _scripts((ASSETS / "form.mjs").stat().st_mtime, (ASSETS / "form_work.mjs").stat().st_mtime)


def script_path() -> str:
    """Return the address of the script that a page with such a form loads."""
    return scripts()[1].path


@lru_cache(maxsize=2)
def _scripts(_form_changed: float, _work_changed: float) -> tuple[Asset, Asset]:
    work = _asset("form-work", (ASSETS / "form_work.mjs").read_text(encoding="utf-8"))
    form = (ASSETS / "form.mjs").read_text(encoding="utf-8")
    written = '"./form_work.mjs"'
    if form.count(written) != 1:
        raise AssertionError("form.mjs no longer names form_work.mjs once, so it cannot be given its hash.")
    return work, _asset("form", form.replace(written, f'".{work.path.removeprefix("/assets")}"'))


def _asset(name: str, source: str) -> Asset:
    body = source.encode()
    return Asset(f"/assets/{name}.{hashlib.sha256(body).hexdigest()[:12]}.js", body)
