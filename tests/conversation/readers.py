# SPDX-License-Identifier: Apache-2.0
"""Short ways to comments in some state, through the same actions as everybody."""

from __future__ import annotations

from onrecord.bakery import actions as bakery
from onrecord.conversation import actions
from onrecord.conversation.actions import Circumstances, Said
from onrecord.conversation.models import Comment, Commenter, Mode, Policy, State
from onrecord.journal import reactions
from onrecord.people.models import User
from onrecord.statements.models import Publication

JAN, KIM = "jan@reader.example", "kim@reader.example"


def said(text: str = "Thank you for testing.", *, address: str = JAN, name: str = "", link: str = "") -> Said:
    """Return what somebody entered."""
    return Said.entered(name=name or address.partition("@")[0].title(), address=address, link=link, text=text)


def commented(
    publication: Publication,
    text: str = "Thank you for testing.",
    *,
    address: str = JAN,
    answers: Comment | None = None,
    name: str = "",
    link: str = "",
) -> Comment:
    """Return a comment that its author has confirmed: it waits for a moderator."""
    entered = said(text, address=address, name=name, link=link)
    comment = actions.submit(publication, entered, Circumstances(language="en"), answers=answers)
    assert comment is not None
    return actions.confirm(comment)


def shown(
    publication: Publication, by: User, text: str = "Thank you for testing.", **more: object
) -> Comment:
    """Return a comment that a moderator has approved."""
    comment = commented(publication, text, **more)  # type: ignore[arg-type]  # as in the tests
    if comment.state != State.SHOWN:
        comment = actions.approve(comment, by=by)
    work()
    return comment


def somebody_known(publication: Publication, by: User, address: str = JAN) -> Commenter:
    """Return somebody of whom a comment was shown, where comments appear at once from such people."""
    Policy.objects.update_or_create(pk=Policy.ONLY, defaults={"mode": Mode.AFTER})
    return shown(publication, by, f"My first comment, by {address}.", address=address).commenter


def page(publication: Publication, number: int = 1) -> str:
    """Return a baked page of a thread; empty if there is none."""
    path = publication.path if number == 1 else f"{publication.path}comments/{number}/"
    file = bakery.site_directory() / path.strip("/") / "index.html"
    return file.read_text(encoding="utf-8") if file.exists() else ""


def everything_baked() -> str:
    """Return all text of the site, one file after the other."""
    return "\n".join(
        file.read_text(encoding="utf-8")
        for file in sorted(bakery.site_directory().rglob("*"))
        if file.suffix in {".html", ".xml", ".json", ".txt", ".jsonl"}
    )


def work() -> None:
    """Let the worker do what follows."""
    actions.take_arrivals()
    while reactions.drain():
        pass
