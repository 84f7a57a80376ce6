# SPDX-License-Identifier: Apache-2.0
"""The editing page of a statement. Wagtail saves; what a save means is decided in `statements`."""

from __future__ import annotations

from typing import Any

from django.contrib.messages import error as refuse
from django.contrib.messages import warning as tell
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from wagtail.admin.ui.components import MediaContainer
from wagtail.admin.ui.side_panels import PreviewSidePanel
from wagtail.admin.views.generic import RevisionsRevertMixin
from wagtail.models import Locale
from wagtail.snippets.views.snippets import (
    CreateView,
    EditView,
    PreviewOnCreateView,
    PreviewOnEditView,
    PreviewRevisionView,
)

from onrecord.people.models import Organisation
from onrecord.statements import actions, pages
from onrecord.statements.desk import asides
from onrecord.statements.desk.panels import (
    SAVING_STEPS,
    NextSteps,
    RemarksPanel,
    StatusPanel,
    lines,
    progress_of,
    state_lock,
    step_url,
)
from onrecord.statements.models import Statement

KEPT_ON_REVERT = ("original_id", "original_edition", "created_by_id", "created_at")
"""Facts about a statement that are no part of its text: an earlier draft must not bring old ones back."""


def without_script(request: HttpRequest, url: str) -> HttpResponse:
    """Send whoever's browser runs no scripts back to the page, and say that nothing was changed."""
    refuse(request, _("Nothing was changed: a text is saved by a browser that runs JavaScript."))
    return redirect(url)


class CreateStatement(CreateView):  # type: ignore[misc]  # Wagtail publishes no types
    """Begin a statement. It stays a draft, and may stay incomplete, until somebody submits it."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.saving_as_draft = request.method == "POST"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Begin the statement, unless no script has put the text into the form."""
        if "body-count" not in request.POST:
            return without_script(request, request.get_full_path())
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response

    def get_locale(self) -> Locale:
        """Return the language that was asked for, else the newsroom's first."""
        languages = Organisation.current().languages
        wanted = self.request.GET.get("locale")
        code = wanted if wanted in languages else languages[0]
        return Locale.objects.get_or_create(language_code=code)[0]

    def get_translations(self) -> list[dict[str, Any]]:
        """Offer the newsroom's other languages to begin in."""
        others = [code for code in Organisation.current().languages if code != self.locale.language_code]
        return [
            {"locale": locale, "url": self._set_locale_query_param(self.add_url, locale)}
            for locale in Locale.objects.filter(language_code__in=others)
        ]

    def get_initial_form_instance(self) -> Statement:
        """Begin with an empty paragraph, so that one can start to write."""
        statement: Statement = super().get_initial_form_instance()
        statement.body = [("paragraph", "")]
        return statement

    def save_instance(self) -> Statement:
        self.form.instance.created_by = None  # `begin` says who it was
        self.form.instance.changed_at = timezone.now()
        statement: Statement = super().save_instance()
        actions.begin(statement, by=self.request.user)
        return statement

    def get_success_url(self) -> str:
        """Stay with the text."""
        return str(self.get_edit_url())

    def get_success_buttons(self) -> list[Any]:
        return []

    def get_side_panels(self) -> MediaContainer:
        statement, request = self.form.instance, self.request
        return MediaContainer(
            [
                StatusPanel(statement, request, locale=self.locale, translations=self.translations),
                RemarksPanel(statement, request),
                PreviewSidePanel(statement, request, preview_url=self.get_preview_url()),
            ]
        )

    def _get_action_menu(self) -> NextSteps:
        return NextSteps(None, self.request, locked=False)


class EditStatement(EditView):  # type: ignore[misc]
    """Change a draft. What somebody judges, or has judged, has to be taken back first."""

    partials_template_name = "statements/desk/edit_partials.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.step = request.POST.get("step", "")
        if self.step not in SAVING_STEPS:
            self.step = ""
        # Nothing incomplete may be submitted, but a draft is saved as it stands.
        self.saving_as_draft = request.method == "POST" and not self.step

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the text, and above it what an editor has asked for: beside it, it would be overlooked."""
        progress = progress_of(self.object)
        if progress.request and not self.hydrate_create_view:
            tell(request, "{}: {}".format(_("Changes asked for"), progress.request))
        response: HttpResponse = super().get(request, *args, **kwargs)
        return response

    def get_lock(self) -> Any:
        """Return the lock that the statement's state is, else Wagtail's own, which spares whoever set it."""
        return state_lock(self.object) or super().get_lock()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save the text, unless no script has put it into the form: then nothing of it is lost."""
        if "body-count" not in request.POST:
            return without_script(request, self.get_edit_url())
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        steps = [line for line in lines(self.object, self.request) if not line.step.why_not]
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"plain_steps": steps}

    def save_instance(self) -> Statement:
        self.form.instance.changed_at = timezone.now()
        statement: Statement = super().save_instance()
        return statement

    def get_success_url(self) -> str:
        """Go on to the step that was asked for, else stay with the text."""
        return step_url(self.step, self.object) if self.step else str(self.get_edit_url())

    def get_success_message(self, instance: Statement | None = None) -> str | None:
        return None if self.step else super().get_success_message(instance)

    def get_success_buttons(self) -> list[Any]:
        return []

    def get_side_panels(self) -> MediaContainer:
        statement, request = self.object, self.request
        panels: list[Any] = [
            StatusPanel(
                statement,
                request,
                live_object=self.live_object,
                locale=self.locale,
                history_url=self.get_history_url(),
                last_updated_info=self.get_last_updated_info(),
            )
        ]
        if not self.expects_json_response:
            # Left alone by automatic saves: somebody may be writing a remark.
            panels.append(RemarksPanel(statement, request))
            panels.append(PreviewSidePanel(statement, request, preview_url=self.get_preview_url()))
            if not self.hydrate_create_view:  # a page that began as an empty one has no place for them
                panels.extend(asides.of(statement, request))
        return MediaContainer(panels)

    def _get_action_menu(self) -> NextSteps:
        return NextSteps(self.object, self.request, locked=bool(self.locked_for_user))


class RevertStatement(RevisionsRevertMixin, EditStatement):  # type: ignore[misc]
    """Bring back an earlier draft."""

    view_name = "revisions_revert"

    def get_object(self, queryset: Any = None) -> Statement:
        earlier: Statement = super().get_object(queryset)
        for name in KEPT_ON_REVERT:
            setattr(earlier, name, getattr(self.live_object, name))
        return earlier

    def save_instance(self) -> Statement:
        self.form.instance.changed_at = timezone.now()
        statement: Statement = RevisionsRevertMixin.save_instance(self)
        return statement


class _AsPublicPage:
    """Show a draft as the page that the public would see."""

    object: Any
    request: Any

    @method_decorator(xframe_options_sameorigin)
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form(self._get_form_data(self._get_form_state()))  # type: ignore[attr-defined]
        if not self.validate_form(form):  # type: ignore[attr-defined]
            response: HttpResponse = self.error_response()  # type: ignore[attr-defined]
            return response
        form.save(commit=False)
        return HttpResponse(pages.preview(self.object))


class PreviewStatement(_AsPublicPage, PreviewOnEditView):  # type: ignore[misc]
    """Show the text in the form as the public page."""


class PreviewNewStatement(_AsPublicPage, PreviewOnCreateView):  # type: ignore[misc]
    """Show a text that was never saved as the public page."""

    def get_object(self) -> Statement:
        locale = Locale.objects.get_or_create(language_code=Organisation.current().default_language)[0]
        return Statement(locale=locale)


class PreviewRevisionOfStatement(PreviewRevisionView):  # type: ignore[misc]
    """Show an earlier draft as the public page."""

    @method_decorator(xframe_options_sameorigin)
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponse(pages.preview(self.revision_object))
