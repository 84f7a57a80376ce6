# SPDX-License-Identifier: Apache-2.0
"""The page on which anyone checks a statement, of this or any other newsroom, and the file to take home.

Server and script say the same words; they stand here. The file holds page, style, words and verifier in one,
so that it works from a disk, without any newsroom (docs/verify-in-a-browser.md).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from markupsafe import Markup

from onrecord.bakery.pages import Family, File, Key
from onrecord.proof.canonical import Json
from onrecord.proof.verdict import Outcome, Verdict
from onrecord.statements.pages.layout import Other, Page
from onrecord.statements.pages.lists import front_keys
from onrecord.statements.pages.site import ASSETS, Asset, Site
from onrecord.statements.pages.templates import render
from onrecord.statements.pages.words import Words

PATH = "/verify"
SAVED = "verify.html"
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./verify\.mjs";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(async )?function|const|class)", re.MULTILINE)


def page_of(site: Site, language: str) -> Page:
    """Return what the frame needs to know of the page."""
    with translation.override(language):
        title = _("Check a statement")
    others = tuple(Other(each, address_of(site, each)) for each in site.languages)
    return Page(
        title=title, path=address_of(site, language), language=language, section="verify", others=others
    )


def address_of(site: Site, language: str) -> str:
    """Return where the page stands in a language."""
    return PATH if language == site.default_language else f"{PATH}?language={language}"


def scripts() -> tuple[Asset, Asset]:
    """Return the verifier and the script of the page, which imports it by its hash."""
    return _scripts((ASSETS / "verify.mjs").stat().st_mtime, (ASSETS / "verify_page.mjs").stat().st_mtime)


@lru_cache(maxsize=2)
def _scripts(_verifier_changed: float, _page_changed: float) -> tuple[Asset, Asset]:
    verifier = _asset("verify", _source("verify.mjs"))
    page = _source("verify_page.mjs").replace('"./verify.mjs"', json.dumps(f".{verifier.path[7:]}"))
    return verifier, _asset("verify-page", page)


def _asset(name: str, source: str) -> Asset:
    body = source.encode()
    return Asset(f"/assets/{name}.{hashlib.sha256(body).hexdigest()[:12]}.js", body)


def _source(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")


def words() -> dict[str, Any]:
    """Return everything that the page says of a verdict, in the active language."""
    return {
        "verdicts": {
            "holds": {
                "heading": _("It is on the record."),
                "text": _("%(name)s published exactly this, at this place in its public log."),
            },
            "checkpoint": {
                "heading": _("The log signed this."),
                "text": _("%(name)s signed this state of its public log. It says nothing of any statement."),
            },
            "object": {
                "heading": _("An account of theirs said this."),
                "text": _("%(name)s proved exactly this, as an account of the fediverse."),
            },
            "decision": {
                "heading": _("This was decided."),
                "text": _("%(name)s committed to exactly this decision in its public log, by then."),
            },
            "fails": {
                "heading": _("It does not hold."),
                "text": _(
                    "Something here is not what was signed and logged. Do not rely on it; "
                    "the steps say what it is."
                ),
            },
            "unknown": {
                "heading": _("It cannot be told."),
                "text": _(
                    "Nothing was found to be false, but something is missing to be sure; "
                    "the steps say what it is."
                ),
            },
        },
        "outcomes": {
            "holds": _("Holds."),
            "fails": _("Does not hold."),
            "unknown": _("Cannot be told."),
            "skipped": _("Not tried."),
        },
        "steps": _steps(),
        "decisions": {
            "no_action": _("No action"),
            "restrict": _("Something was restricted"),
            "upheld": _("The decision before stands"),
            "partially_reversed": _("The decision before is partly reversed"),
            "reversed": _("The decision before is reversed"),
        },
        "facts": {
            "organisation": _("Organisation"),
            "number": _("Number of the decision"),
            "verdict": _("Decision"),
            "decided": _("Day of the decision"),
            "title": _("Title"),
            "statement": _("Address of the statement"),
            "edition": _("Edition"),
            "issued": _("Date it bears"),
            "origin": _("Log"),
            "index": _("Place in the log, counted from 0"),
            "size": _("Entries in the log then"),
            "cosigned": _("Seen by witnesses"),
            "name": _("Title"),
            "object": _("Address in the fediverse"),
            "account": _("Account in the fediverse"),
            "created": _("Date of the proof"),
        },
        "steps_heading": _("The steps, one by one"),
        "limits": _("This proves who said what and when, never that it is true."),
        **_messages(),
    }


def _steps() -> dict[str, str]:
    return {
        "edition": _("The file is a well formed edition."),
        "text": _("Its words are exactly those that were entered in the log."),
        "released": _("The newsroom signed it for release."),
        "included": _("The entry is in the log."),
        "checkpoint": _("The log signed its state."),
        "register": _("The list of keys is itself entered in the log."),
        "root": _("The organisation’s root keys confirm that list."),
        "identity": _("The keys are those that are known from elsewhere to be this organisation’s."),
        "witnessed": _("Enough independent witnesses have seen the same log."),
        "files": _("The attachments are the original ones."),
        "current": _("There is no newer edition."),
        "object": _(
            "It is a well formed object of the fediverse, in the name of the account that proved it."
        ),
        "proof": _("Its words are exactly those that a key of that account proved."),
        "decision": _("It is what the edition commits to, and its words are those that it names."),
        "key": _("The list of keys says that this key counted then."),
    }


def _messages() -> dict[str, str]:
    return {
        "nothing_given": _("Choose a file, or enter the address of a page."),
        "nothing_known": _(
            "This is nothing that can be checked here. Give a bundle (.onrecord.zip), an edition (.json) "
            "with its proof (.tlog-proof), a checkpoint, or the address of a statement."
        ),
        "edition_missing": _("This is a proof. Choose the edition (.json) that belongs to it as well."),
        "proof_missing": _("This is an edition. Choose its proof (.tlog-proof) as well."),
        "no_edition_on_page": _("That page does not say where its signed edition is."),
        "not_answered": _(
            "Nothing could be read at that address. Save the bundle there, and choose the file here."
        ),
        "continued": _("The log of today still holds everything that it held then."),
        "forked": _(
            "The log of today does not continue this one. Keep this file and today’s checkpoint: "
            "together they are evidence that the log was rewritten."
        ),
        "tiles_not_read": _("Whether the log of today continues this one could not be found out."),
        "newer": _("There is a newer edition of this statement. Read that one as well."),
        "withdraws": _("With this edition the statement was withdrawn."),
        "site_not_asked": _("The site of the log could not be asked which keys are its own."),
        "bad_policy": _("The policy cannot be read. It should be in the format of c2sp.org/tlog-policy."),
        "too_often": _("Too many checks at a time. Try again in a minute."),
        "too_large": _(
            "That is too large to be sent. Use a browser with scripts, or the command onrecord verify."
        ),
        "broken": _("The check itself broke off. Try another browser, or the command onrecord verify."),
    }


def data_of(said: Mapping[str, Any]) -> Markup:
    """Return the words for a script element that holds data."""
    written = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return Markup(written.replace("<", "\\u003c"))  # noqa: S704  # no element can begin in it


def shown(found: Verdict, said: Mapping[str, Any], written: Words, notice: str = "") -> dict[str, Any]:
    """Return a verdict as the template shows it; `notice` is the name of one of the words."""
    facts = found.facts
    name = facts.get("organisation") or facts.get("origin") or ""
    outcome = str(found.outcome)
    codes = {step.code for step in found.steps}
    alone = next((code for code in ("decision", "object") if code in codes), "")
    alone = alone or ("checkpoint" if "edition" not in codes else "")
    told = said["verdicts"][alone if alone and found.outcome is Outcome.HOLDS else outcome]
    values = [(label, _fact(facts, key, written)) for key, label in said["facts"].items()]
    if "verdict" in facts:
        decided = str(facts["verdict"])
        values = [
            (label, said["decisions"].get(decided, decided) if label == said["facts"]["verdict"] else value)
            for label, value in values
        ]
    return {
        "outcome": outcome,
        "heading": told["heading"],
        "text": told["text"] % {"name": name},
        "notices": [said[name] for name in _notices(found, notice)],
        "facts": [(label, value) for label, value in values if value],
        "steps": [
            (str(step.outcome), said["outcomes"][step.outcome], said["steps"][step.code], step.detail)
            for step in found.steps
        ],
    }


def _notices(found: Verdict, notice: str) -> list[str]:
    """Name what a reader must not overlook although everything may hold."""
    outcomes = {step.code: step.outcome for step in found.steps}
    newer = ["newer"] if outcomes.get("current") is Outcome.UNKNOWN else []
    withdraws = ["withdraws"] if found.facts.get("op") == "withdraw" else []
    return [*withdraws, *newer, *([notice] if notice else [])]


def _fact(facts: Mapping[str, Json], key: str, written: Words) -> str:
    value = facts.get(key)
    if value is None:
        return ""
    if key in {"issued", "created", "decided"}:
        return _moment(str(value), written)
    if key == "cosigned" and isinstance(value, list):
        seen = [one for one in value if isinstance(one, dict)]
        return "; ".join(f"{one['name']}, {_moment(str(one['time']), written)}" for one in seen)
    return str(value)


def _moment(text: str, written: Words) -> str:
    try:
        moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return text
    return Words(written.language, "UTC").moment(moment)


def render_saved(key: Key) -> Iterable[File]:
    """Render the file that readers take home."""
    (language,) = key
    site = Site.current()
    if language not in site.languages:
        return
    with translation.override(language):
        said = words()
    context = {
        "site": site,
        "page": page_of(site, language),
        "said": said,
        "words_data": data_of(said),
        "style": Markup(site.stylesheet.body.decode()),  # noqa: S704  # our own stylesheet
        "script": Markup(_one_script()),  # noqa: S704  # our own scripts
    }
    path = f"{site.home(language)}{SAVED}"
    yield File(path, render("verify_saved.html", context, language).encode(), "text/html; charset=utf-8")


def _one_script() -> str:
    """Return verifier and page script as one module, for a page that must not load anything."""
    page, count = _IMPORT.subn("", _source("verify_page.mjs"))
    verifier = _EXPORT.sub("", _source("verify.mjs"))
    # In a block, the names of one do not meet those of the other.
    joined = f"{verifier}\n{{\n{page}}}\n"
    if count != 1 or "</script" in joined or re.search(r"^(import|export) ", joined, re.MULTILINE):
        raise AssertionError("verify.mjs and verify_page.mjs can no longer be joined into one module.")
    return joined


def saved_path(site: Site, language: str) -> str:
    """Return the address of the file that readers take home."""
    return f"{site.home(language)}{SAVED}"


FAMILIES = (Family("statements.verify", front_keys, render_saved),)
