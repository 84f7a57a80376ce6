# SPDX-License-Identifier: Apache-2.0
"""The desk's front page, one's own preferences, and files that only staff may see."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.static import serve
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views import account
from wagtail.users.models import UserProfile

from onrecord.desk import panels
from onrecord.people.models import Organisation, User


@never_cache
@require_admin_access  # type: ignore[untyped-decorator]  # Wagtail publishes no types
def home(request: HttpRequest) -> HttpResponse:
    """Show what waits for the person who asks, what they may start, and what happened last."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - require_admin_access let nobody else through
    context = {
        "needs": panels.needs_for(user),
        "quick_actions": panels.quick_actions_for(user),
        "activity": [] if user.is_outside else panels.recent_activity(user),
    }
    return TemplateResponse(request, "desk/home.html", context)


class LocaleForm(account.LocalePreferencesForm):  # type: ignore[misc]  # Wagtail publishes no types
    """Language and time zone; whoever chooses no zone has the organisation's."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["current_time_zone"]
        field.choices = [("", _("Time zone of the organisation")), *field.choices[1:]]
        # Wagtail's script writes this zone's name beside the empty choice.
        field.widget.attrs["data-w-locale-server-time-zone-param"] = Organisation.current().time_zone


class LocalePanel(account.LocaleSettingsPanel):  # type: ignore[misc]
    """Where language and time zone are chosen."""

    form_class = LocaleForm


class Preferences(account.AccountView):  # type: ignore[misc]  # Wagtail publishes no types
    """Language, time zone and theme of the desk. Names, addresses and passwords are people's."""

    page_title = gettext_lazy("My preferences")

    def get_panels(self) -> list[Any]:
        profile = UserProfile.get_for_user(self.request.user)
        kinds = (LocalePanel, account.ThemeSettingsPanel)
        found = (kind(self.request, self.request.user, profile) for kind in kinds)
        return [panel for panel in found if panel.is_active()]


preferences = require_admin_access(Preferences.as_view())


@require_admin_access  # type: ignore[untyped-decorator]
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Serve an uploaded file to staff. Readers get the copies that are baked with an edition."""
    if getattr(request.user, "is_outside", True):
        raise PermissionDenied
    response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    if not response.headers["Content-Type"].startswith("image/"):
        response.headers["Content-Disposition"] = "attachment"
    # An uploaded file must never run as a page of the desk.
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


@require_admin_access  # type: ignore[untyped-decorator]
def link_chooser(request: HttpRequest) -> HttpResponse:
    """Open the editor's link dialog at external addresses: there are no pages of Wagtail's to link to."""
    query = request.GET.urlencode()
    response = redirect("wagtailadmin_choose_page_external_link")
    if query:
        response["Location"] += f"?{query}"
    return response
