# SPDX-License-Identifier: Apache-2.0
"""What stands below a statement: its comments from the oldest, the form, further pages of a long thread.

The first page stands on the statement's own page. Comments stand in the order of their paths; what has no
place in public – waiting, unconfirmed – is not asked for at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import translation
from django.utils.translation import gettext as _
from markupsafe import Markup

from onrecord.bakery.batch import once_per_batch
from onrecord.bakery.pages import Family, File, Key
from onrecord.conversation.models import Appearance, Comment, Mode, Thread
from onrecord.conversation.pages import fragments
from onrecord.conversation.trust import mode_for
from onrecord.delivery import mail
from onrecord.prepared import Prepared
from onrecord.statements.models import Publication
from onrecord.statements.pages.articles import (
    PUBLICATION,
    Article,
    newest_of,
    statement_of,
    statements_of_batch,
)
from onrecord.statements.pages.below import Below
from onrecord.statements.pages.gathered import Gathered
from onrecord.statements.pages.layout import Page
from onrecord.statements.pages.site import Site
from onrecord.statements.pages.statement import page_file
from onrecord.statements.pages.templates import render

NAME = "conversation.thread"
STATEMENT = "statements.statement"
PER_PAGE = 200
_FOLDER = "comments/"

_in_public = Prepared(
    lambda statement: (
        Comment.objects.filter(statement=statement)
        .exclude(appearance=Appearance.ABSENT)
        .order_by("path")
        .values_list("pk", "fragment", "fragment_made_for")
    ),
)
_counts = Gathered(
    lambda statements: (
        Comment.objects.filter(statement__in=statements)
        .exclude(appearance=Appearance.ABSENT)
        .order_by()
        .values("statement")
        .annotate(placed=Count("pk"), readable=Count("pk", filter=Q(appearance=Appearance.READABLE)))
        .values_list("statement", "placed", "readable")
    ),
    statements_of_batch,
)


@dataclass(frozen=True, slots=True)
class Size:
    """How many comments have a place, and how many of them can be read."""

    placed: int = 0
    readable: int = 0

    @property
    def pages(self) -> int:
        """How many pages the thread fills; the first one always counts."""
        return max(1, -(-self.placed // PER_PAGE))


def below(site: Site, publication: int, article: Article) -> Below | None:
    """Return the first page of comments and the form; nothing where nobody commented nor can."""
    statement = None if article.preview else statement_of(publication)
    if statement is None:
        return None
    size, is_open = size_of(statement), takes_comments(statement)
    if not size.placed and not is_open:
        return None
    language = article.facts.language
    context = {
        "site": site,
        "page": Page(title="", path=article.path, language=language),
        "publication": publication,
        "size": size,
        "number": 1,
        "is_open": is_open,
        "path": article.path,
        "comments": joined(site, language, statement, 1, size),
    }
    markup = Markup(render("parts/thread.html", context, language))  # noqa: S704  # escaped by the template
    head = Markup(render("parts/thread_head.html", context, language))  # noqa: S704
    return Below(markup, head)


def joined(site: Site, language: str, statement: int, number: int, size: Size) -> Markup:
    """Return the comments of one page, one after the other, as they are kept."""
    if not size.placed:
        return Markup()
    wanted = fragments.made_for(site, language)
    rows = _rows(statement, number, size)
    stale = [pk for pk, _fragment, made_for in rows if made_for != wanted]
    again = fragments.made_again(stale, site, language) if stale else {}
    return Markup("\n".join(again.get(pk, fragment) for pk, fragment, _for in rows))  # noqa: S704


def takes_comments(statement: int) -> bool:
    """Tell whether the form is shown below a statement: comments are open, and who writes can confirm."""
    return mail.relay() is not None and mode_for(statement) != Mode.CLOSED


@once_per_batch
def size_of(statement: int) -> Size:
    """Return how long a thread is."""
    return next((Size(*row) for row in _counts(statement)), Size())


def path_of(statement_path: str, number: int) -> str:
    """Return the address of a page of a thread."""
    return statement_path if number == 1 else f"{statement_path}{_FOLDER}{number}/"


def number_of(comment: Comment) -> int:
    """Return the page on which a comment stands now, or would."""
    placed = Comment.objects.filter(statement=comment.statement_id, path__lt=comment.path)
    return placed.exclude(appearance=Appearance.ABSENT).count() // PER_PAGE + 1


def address_of(comment: Comment) -> str:
    """Return where a comment can be read now."""
    path = Publication.objects.values_list("path", flat=True).get(statement=comment.statement_id)
    return f"{path_of(path, number_of(comment))}#comment-{comment.pk}"


def keys_from(thread: Thread) -> list[tuple[str, Key]]:
    """Return the pages that changed since the thread was baked last, and the one that counts."""
    publication = Publication.objects.filter(statement=thread.statement_id).first()
    if publication is None:
        return []
    before = Comment.objects.filter(statement=thread.statement_id, path__lt=thread.lowest)
    first = before.exclude(appearance=Appearance.ABSENT).count() // PER_PAGE + 1
    last = size_of(thread.statement_id).pages + 1  # one that vanished is removed
    # The page before the first that changed may gain or lose its link to the next.
    numbers = range(max(2, first - 1), last + 1)
    name = str(publication.pk)
    return [(STATEMENT, (name,)), *((NAME, (name, str(number))) for number in numbers)]


def keys_of(statement: int) -> list[tuple[str, Key]]:
    """Return every page of a thread: below the statement, and the further ones."""
    publication = Publication.objects.filter(statement=statement).first()
    if publication is None:
        return []
    name, last = str(publication.pk), size_of(statement).pages
    return [(STATEMENT, (name,)), *((NAME, (name, str(number))) for number in range(2, last + 1))]


def keys() -> Iterator[Key]:
    """Return the further pages of every long thread."""
    rows = Comment.objects.exclude(appearance=Appearance.ABSENT).exclude(statement=None)
    long = rows.order_by("statement").values("statement").annotate(placed=Count("pk"))
    for row in long.filter(placed__gt=PER_PAGE).iterator(chunk_size=2000):
        publication = Publication.objects.filter(statement=row["statement"]).first()
        for number in range(2, Size(row["placed"]).pages + 1) if publication else ():
            yield (str(publication.pk), str(number))  # type: ignore[union-attr]  # only if there is one


def render_page(key: Key) -> Iterable[File]:
    """Render a further page of a thread, if there is one."""
    publication, number = map(int, key)
    statement, article = statement_of(publication), newest_of(publication)
    if statement is None or article is None:
        return
    size = size_of(statement)
    if not 1 < number <= size.pages:
        return
    site, language = Site.current(), article.facts.language
    with translation.override(language):
        title = _("Comments on “%(title)s”, page %(number)d") % {
            "title": article.facts.title,
            "number": number,
        }
    page = Page(
        title=title,
        path=path_of(article.path, number),
        language=language,
        section="statements",
        indexed=False,
    )
    context = {
        "site": site,
        "page": page,
        "title": article.facts.title,
        "publication": publication,
        "size": size,
        "number": number,
        "is_open": takes_comments(statement),
        "path": article.path,
        "comments": joined(site, language, statement, number, size),
    }
    yield page_file(page.path, render("thread.html", context, language))


@once_per_batch
def _all_rows(statement: int) -> Sequence[tuple[int, str, str]]:
    return [(pk, fragment, made_for) for pk, fragment, made_for in _in_public(statement)]


def _rows(statement: int, number: int, size: Size) -> Sequence[tuple[int, str, str]]:
    start = (number - 1) * PER_PAGE
    if size.placed <= 20 * PER_PAGE:  # read once for all pages that are baked together
        return _all_rows(statement)[start : start + PER_PAGE]
    rows = Comment.objects.filter(statement=statement).exclude(appearance=Appearance.ABSENT)
    chosen = rows.order_by("path").values_list("pk", "fragment", "fragment_made_for")
    return list(chosen[start : start + PER_PAGE])


FAMILIES = (Family(NAME, keys, render_page, group=PUBLICATION),)
