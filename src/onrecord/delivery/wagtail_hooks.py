# SPDX-License-Identifier: Apache-2.0
"""The screens about deliveries at the desk."""

from __future__ import annotations

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from onrecord.delivery import channels
from onrecord.delivery.desk import buttons, domains, screens


class DeliveriesMenuItem(MenuItem):  # type: ignore[misc]  # Wagtail publishes no types
    """A menu item for those whom some channel concerns."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(channels.shown_to(request.user))


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]
def addresses() -> list[URLPattern]:
    """Name the screens; Wagtail asks for the right to enter the desk before each of them."""
    return [
        path("deliveries/", screens.deliveries, name="deliveries"),
        path("deliveries/find/", screens.find, name="deliveries_find"),
        path("deliveries/allow/", buttons.allow, name="deliveries_allow"),
        path("deliveries/domains/", domains.domains, name="deliveries_domains"),
        path("deliveries/hosts/<str:name>/", screens.host, name="deliveries_host"),
        path("deliveries/to/<int:pk>/", screens.recipient, name="deliveries_recipient"),
        path("deliveries/to/<int:pk>/retry/", buttons.retry, name="deliveries_retry"),
        path("deliveries/<int:pk>/", screens.distribution, name="deliveries_one"),
        path("deliveries/<int:pk>/recipients/", screens.recipients, name="deliveries_recipients"),
        path("deliveries/<int:pk>/export/", buttons.export, name="deliveries_export"),
        path("deliveries/<int:pk>/hosts/<str:deed>/", buttons.act_on_host, name="deliveries_act_on_host"),
        path("deliveries/<int:pk>/<str:deed>/", buttons.act, name="deliveries_act"),
    ]


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def deliveries_menu() -> MenuItem:
    """Lead to what goes out."""
    return DeliveriesMenuItem(
        _("Deliveries"), reverse("deliveries"), name="deliveries", icon_name="upload", order=590
    )


@hooks.register("insert_global_admin_css")  # type: ignore[untyped-decorator]
def styles() -> SafeString:
    """Load the style of progress bars and states."""
    return format_html('<link rel="stylesheet" href="{}">', static("delivery/deliveries.css"))
