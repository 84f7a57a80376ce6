# SPDX-License-Identifier: Apache-2.0
"""How each domain answers: what became of everything that was sent there in 90 days."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from markupsafe import Markup

from onrecord import charts
from onrecord.delivery import channels, hosts
from onrecord.delivery.channels import Channel
from onrecord.delivery.counting import Recent
from onrecord.delivery.desk.guards import for_watchers
from onrecord.delivery.hosts import Host
from onrecord.delivery.models import State

COMPARED = 15
"""Domains in the chart; the table below it has more."""
COLUMNS = (
    State.ACCEPTED,
    State.DEFERRED,
    State.FAILED,
    State.BOUNCED,
    State.COMPLAINED,
    State.SUPPRESSED,
)
_recent = Recent(60.0)


def forget() -> None:
    """Count again when somebody asks next."""
    _recent.forget()


@for_watchers
@require_GET
def domains(request: HttpRequest) -> HttpResponse:
    """Show the domains with most recipients, of one channel."""
    shown = channels.shown_to(request.user)
    asked = request.GET.get("channel", "")
    channel = next((one for one in shown if one.name == asked), shown[0])
    found: list[Host] = _recent.get(channel.name, lambda: hosts.by_domain([channel]))
    rows = [(host, [host.counts.get(state, 0) for state in COLUMNS], _share(host)) for host in found]
    context = {
        "channel": channel,
        "channels": shown,
        "columns": [
            _("Accepted"),
            _("To be tried again"),
            _("Failed"),
            _("Bounced"),
            _("Complained"),
            _("Want nothing"),
        ],
        "rows": rows,
        "chart": _chart(channel, rows[:COMPARED]) if rows else "",
    }
    return render(request, "delivery/domains.html", context)


def _share(host: Host) -> float:
    """Return how many of a hundred that were tried did not arrive."""
    tried = sum(host.counts.get(state, 0) for state in (State.ACCEPTED, *hosts.TROUBLE))
    return 100 - host.counts.get(State.ACCEPTED, 0) * 100 / tried if tried else 0.0


def _chart(channel: Channel, rows: list[tuple[Host, list[int], float]]) -> Markup:
    worst, _counts, share = max(rows, key=lambda row: row[2])
    figure = charts.Figure(
        key="domains",
        title=_("%(channel)s: not accepted, of a hundred that were tried") % {"channel": channel.label},
        description=_("Worst is %(domain)s with %(share)s of a hundred.")
        % {"domain": worst.name, "share": _number(share)},
        heading=_("Domain"),
        labels=[host.name for host, _counts, _share in rows],
        series=(charts.Series(_("Not accepted, of a hundred"), [share for _host, _counts, share in rows]),),
        as_table=_("As a table"),
        number=_number,
    )
    return charts.bars(figure)


def _number(value: float) -> str:
    whole = float(value).is_integer()
    return number_format(value, decimal_pos=0 if whole else 1, use_l10n=True, force_grouping=True)
