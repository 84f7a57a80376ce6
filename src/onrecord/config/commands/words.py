# SPDX-License-Identifier: Apache-2.0
"""Verdicts as people read them in a terminal."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator

import click

from onrecord.proof.canonical import Json
from onrecord.proof.register import fingerprint
from onrecord.proof.verdict import LIMITS, Outcome, Verdict

_MARKS = {
    Outcome.HOLDS: ("✓", "green"),
    Outcome.FAILS: ("✗", "red"),
    Outcome.UNKNOWN: ("?", "yellow"),
    Outcome.SKIPPED: ("–", None),
}
NO_ROOTS = fingerprint(0, [])
"""What every newsroom without root keys has in common: nobody is recognised by it."""
_JOINERS = "\u200c\u200d"
"""Some scripts cannot be written without them."""


def safe(text: str) -> str:
    """Return text from elsewhere so that it cannot move the cursor, change colours, or run backwards."""
    return "".join(
        c if c.isprintable() or c in _JOINERS else c.encode("unicode_escape").decode("ascii") for c in text
    )


def print_verdict(found: Verdict, notices: tuple[str, ...] = ()) -> None:
    """Write the verdict in words, the steps, the facts, and what all this does not prove."""
    readable_anywhere()
    headline, colour = _headline(found)
    click.secho(safe(headline), bold=True, fg=colour)
    click.echo()
    for step in found.steps:
        mark, colour_of_mark = _MARKS[step.outcome]
        click.secho(f"  {mark} ", fg=colour_of_mark, nl=False)
        click.echo(f"{step.code:<11} {safe(step.detail)}")
    click.echo()
    for name, value in _facts(found):
        click.echo(f"{name:<11} {safe(value)}")
    for notice in notices:
        click.echo(f"{'Note':<11} {safe(notice)}")
    click.echo(f"\n{LIMITS}")


def print_cannot_tell(reason: str) -> None:
    """Write that there is too little for any verdict, and why."""
    readable_anywhere()
    click.secho("CANNOT TELL: ", bold=True, fg="yellow", nl=False)
    click.echo(f"{safe(reason)}\n\n{LIMITS}")


def readable_anywhere() -> None:
    """Let a terminal that lacks a character show another one instead of ending the program."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def _headline(found: Verdict) -> tuple[str, str]:
    of_edition = "edition" in found.decisive
    whose = str(found.facts.get("organisation") or found.facts.get("origin") or "this log")
    if found.outcome is Outcome.HOLDS:
        what = "these words, exactly, are on the record of" if of_edition else "this is a checkpoint of"
        if "decision" in found.decisive:
            what = "this decision, exactly, was committed to in the log of"
        if "object" in found.decisive:
            what = "this object, exactly, was said by an account of"
        return f"HOLDS: {what} {whose}.", "green"
    if found.outcome is Outcome.FAILS:
        wrong = next(step for step in found.steps if step.outcome is Outcome.FAILS)
        return f"DOES NOT HOLD: do not rely on this. {wrong.detail}", "red"
    missing = next(
        (s for s in found.steps if s.code in found.decisive and s.outcome is Outcome.UNKNOWN),
        next((s for s in found.steps if s.code in found.decisive and s.outcome is Outcome.SKIPPED), None),
    )
    return f"CANNOT TELL: {missing.detail if missing else 'too little is known.'}", "yellow"


def _facts(found: Verdict) -> Iterator[tuple[str, str]]:
    facts = found.facts
    claimed = "" if found.outcome is Outcome.HOLDS else "claimed: "
    if "origin" in facts:
        organisation = f"{facts['organisation']}, " if facts.get("organisation") else ""
        yield "Who", f"{claimed}{organisation}log {facts['origin']}"
    if "decided" in facts:
        yield "Decision", f"{claimed}{facts['number']}: {facts['verdict']}, decided {facts['decided']}"
    if "object" in facts:
        named = f"“{facts['name']}”, " if facts["name"] else ""
        yield "What", f"{claimed}{named}{facts['type']} {facts['object']}"
        yield "Account", f"{claimed}{facts['account']}"
        yield "Proved", f"{claimed}{facts['created']}, by the newsroom's own clock"
    if "title" in facts:
        yield (
            "What",
            f"{claimed}“{facts['title']}”, edition {facts['edition']} ({facts['op']}, {facts['lang']})",
        )
        yield "Where", f"{claimed}{facts['statement']}"
        yield "When", f"{claimed}{facts['issued']}, by the newsroom's own clock"
    if "index" in facts and "size" in facts:
        yield "Place", f"entry {facts['index']} of the log, which had {facts['size']} entries"
    elif "size" in facts:
        yield "Size", f"{facts['size']} entries, root {facts['root']}"
    if "object" not in facts:
        yield "Witnesses", _witnesses(facts.get("cosigned"))
    if facts.get("fingerprint", NO_ROOTS) != NO_ROOTS:
        yield (
            "Roots",
            f"{facts['fingerprint']} (compare it with what the organisation has told you elsewhere)",
        )


def _witnesses(cosigned: Json) -> str:
    seen = (
        [f"{one['name']} at {one['time']}" for one in cosigned if isinstance(one, dict)]
        if isinstance(cosigned, list)
        else []
    )
    return ", ".join(seen) or "none that is known here"
