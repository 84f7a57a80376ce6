# SPDX-License-Identifier: Apache-2.0
"""The form of comments: sent from a baked page, an answer's page, or the page that shows it once more."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from onrecord.conversation import actions, doors, markup
from onrecord.conversation.actions import Circumstances, Said
from onrecord.conversation.errors import BadComment, Closed, ConversationError, NoRelay, SaidAlready
from onrecord.conversation.models import Appearance, Comment, Commenter, State
from onrecord.conversation.pages import threads
from onrecord.conversation.questions import content_of, publication_with
from onrecord.conversation.views import answering
from onrecord.people.strangers.errors import ReadFirst, SentAlready, TooOften, Trapped
from onrecord.people.strangers.guard import Admission, Guard, Limits
from onrecord.statements.answering import private, site_now
from onrecord.statements.models import Publication
from onrecord.statements.pages.site import Site

GUARD = Guard("comment", Limits(network=120, address=30, everybody=30_000))
FIELDS = ("name", "address", "link", "text")
LONGEST = 20_000
"""Of a field; what is longer is cut before it is looked at, and then refused as too long."""


@dataclass(frozen=True, slots=True)
class Form:
    """What was sent, about which statement, perhaps in answer to a comment."""

    publication: Publication
    answers: Comment | None
    fields: dict[str, str]

    @property
    def language(self) -> str:
        """The language of the page on which it stood."""
        return str(self.publication.language)


# No cookie that a foreign page can make a browser send identifies anybody: the only one is SameSite=Strict.
@csrf_exempt
@require_POST
@private
def send(request: HttpRequest) -> HttpResponse:
    """Take a comment, or show it as it would look. To strangers the answer is the same whoever they are."""
    site, form = site_now(), _form(request)
    with translation.override(form.language):
        if request.POST.get("deed") == "preview":
            return _once_more(site, form, title=_("Preview"))
        try:
            admission = GUARD.look(
                request.POST,
                reader=request.META.get("REMOTE_ADDR", ""),
                about=str(form.publication.pk),
                address=form.fields["address"],
            )
            return _take(request, site, form, admission)
        except Trapped:
            return _asked(site, form)
        except (ReadFirst, SentAlready):
            return _once_more(site, form, title=_("Is this right?"))
        except TooOften as error:
            return answering.said(site, form.language, _("Later, please"), str(error), status=429)


@require_safe
@private
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a comment and the form with which it is answered."""
    site = site_now()
    comment = get_object_or_404(Comment, pk=pk, appearance=Appearance.READABLE, statement__isnull=False)
    publication = get_object_or_404(Publication, statement=comment.statement_id)
    form = Form(publication, comment, dict.fromkeys(FIELDS, ""))
    with translation.override(form.language):
        if not threads.takes_comments(publication.statement_id):
            link = (_("Back to the comment"), threads.address_of(comment))
            text = _("Comments are closed here.")
            return answering.said(site, form.language, _("Comments are closed"), text, link=link)
        return _form_page(site, form, title=_("Answer"))


@require_safe
def find(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead to a comment, on whichever page of its thread it stands now."""
    comment = Comment.objects.filter(pk=pk, statement__isnull=False).exclude(appearance=Appearance.ABSENT)
    found = comment.first()
    if found is None or not Publication.objects.filter(statement=found.statement_id).exists():
        raise Http404
    redirect = HttpResponseRedirect(threads.address_of(found))
    redirect["Cache-Control"] = "no-cache"
    return redirect


def _form(request: HttpRequest) -> Form:
    number = request.POST.get("publication", "")
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        raise Http404
    publication = publication_with(int(number))
    if publication is None:
        raise Http404
    answers = request.POST.get("answers", "")
    asked = int(answers) if answers.isascii() and answers.isdigit() and len(answers) < 19 else None
    comment = None
    if asked is not None:
        comment = get_object_or_404(Comment, pk=asked, statement=publication.statement_id)
    fields = {name: request.POST.get(name, "")[:LONGEST] for name in FIELDS}
    fields["replies"] = request.POST.get("replies", "")[:3]
    return Form(publication, comment, fields)


def _take(request: HttpRequest, site: Site, form: Form, admission: Admission) -> HttpResponse:
    known = _known(request, form.fields["address"])
    circumstances = Circumstances(language=form.language, crowded=admission.admitted.crowded)
    wants_replies = form.fields["replies"] == "yes"
    try:
        said = Said.entered(**{name: form.fields[name] for name in FIELDS})
    except BadComment as error:
        admission.use()
        return _not_quite(site, form, error)
    try:
        if known is None:
            actions.receive(
                form.publication,
                said,
                circumstances,
                admission,
                answers=form.answers,
                wants_replies=wants_replies,
            )
            return _asked(site, form)
        admission.use()
        comment = actions.submit(
            form.publication,
            said,
            circumstances,
            answers=form.answers,
            known=known,
            wants_replies=wants_replies,
        )
    except BadComment as error:
        return _not_quite(site, form, error)
    except (SaidAlready, Closed, NoRelay) as error:
        return _refused(site, form, error)
    return _asked(site, form) if comment is None else _thanked(site, form, comment)


def _not_quite(site: Site, form: Form, error: BadComment) -> HttpResponse:
    return _once_more(site, form, title=_("Not quite"), errors={error.field: str(error)}, status=422)


def _refused(site: Site, form: Form, error: ConversationError) -> HttpResponse:
    title, status = {
        SaidAlready: (_("Said already"), 409),
        Closed: (_("Comments are closed"), 403),
        NoRelay: (_("No mail at present"), 503),
    }[type(error)]
    return answering.said(site, form.language, title, str(error), link=_back(form), status=status)


def _thanked(site: Site, form: Form, comment: Comment) -> HttpResponse:
    if comment.state == State.SHOWN:
        text, link = _("It can be read within seconds."), (_("Read it there"), f"/comments/{comment.pk}")
    else:
        text, link = _("A moderator looks at it before it is shown."), _back(form)
    return answering.said(site, form.language, _("Thank you"), text, link=link)


def _known(request: HttpRequest, address: str) -> Commenter | None:
    # Browsers that say so are believed when a form comes from elsewhere.
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return None
    return doors.known_by(request.COOKIES.get(doors.COOKIE, ""), address)


def _asked(site: Site, form: Form) -> HttpResponse:
    return HttpResponse(_page_for_strangers(site, form.language, _back(form)))


@lru_cache(maxsize=256)
def _page_for_strangers(site: Site, language: str, back: tuple[str, str]) -> bytes:
    # The same for everybody who comments below a statement, and a fifth of the work of a form.
    text = _(
        "If nothing speaks against it, a mail is on its way to the address you gave. Open the link in it to "
        "confirm that the comment is yours; then it is shown, or a moderator looks at it first. If nothing "
        "comes within some minutes, look among unwanted mail."
    )
    return answering.said(site, language, _("Look into your mailbox"), text, link=back).content


def _back(form: Form) -> tuple[str, str]:
    return _("Back to the statement"), f"{form.publication.path}#comments"


def _once_more(
    site: Site, form: Form, *, title: str, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    """Show the form again, with a ticket, what it would look like, and what is wrong with it."""
    preview, found = None, dict(errors or {})
    try:
        preview = Said.entered(**{name: form.fields[name] for name in FIELDS})
    except BadComment as error:
        found.setdefault(error.field, str(error))
        title = _("Not quite")
    return _form_page(site, form, title=title, preview=preview, errors=found, status=status)


def _form_page(
    site: Site,
    form: Form,
    *,
    title: str,
    preview: Said | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "publication": form.publication.pk,
        "back": form.publication.path,
        "statement": form.publication.edition.data["title"],
        "answers": form.answers,
        "quoted": content_of(form.answers).html if form.answers and form.answers.is_readable else "",
        "given": form.fields,
        "errors": errors or {},
        "preview": preview,
        "preview_html": markup.rendered(preview.text) if preview else "",
        "ticket": GUARD.ticket(str(form.publication.pk)),
    }
    return answering.page("comment_step.html", site, form.language, title, status=status, **context)
