# SPDX-License-Identifier: Apache-2.0
"""The administrator's screen: who the organisation is, and what its known domains say of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onrecord.identity import actions
from onrecord.identity.forms import Entered
from onrecord.identity.keys import expected_record
from onrecord.identity.models import Finding
from onrecord.identity.wording import sentence
from onrecord.people.actions import change_organisation
from onrecord.people.desk import for_administrators
from onrecord.people.models import Organisation, User
from onrecord.proof import dns_record
from onrecord.record import timestamps


@dataclass(frozen=True, slots=True)
class Vouching:
    """How one domain is to vouch for the newsroom, and what it says so far."""

    domain: str
    record_name: str
    findings: list[tuple[Finding, str]]


@for_administrators
def identity(request: HttpRequest) -> HttpResponse:
    """Show and change who the organisation is."""
    organisation = Organisation.current()
    entered = Entered(organisation, request.POST if request.method == "POST" else None)
    if request.method == "POST" and entered.is_valid():
        try:
            change_organisation(entered.changes(), by=_me(request))
        except ValidationError as mistake:
            entered.add_errors(mistake.message_dict)
        else:
            messages.success(request, _("Saved. The site follows within a minute."))
            return redirect("identity")
    organisation = Organisation.current()
    context = {
        "entered": entered,
        "organisation": organisation,
        "record": expected_record(organisation),
        "domains": _vouching(organisation),
        "authority": timestamps.authority(),
        "timestamp": timestamps.newest_timestamp(),
        "trouble": timestamps.trouble(),
    }
    return render(request, "identity/identity.html", context)


@for_administrators
@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """Ask the known domains now."""
    findings = actions.check_domains(by=_me(request))
    if findings and all(finding.is_right for finding in findings):
        messages.success(request, _("Every known domain vouches for this newsroom."))
    elif findings:
        messages.warning(request, _("The known domains were asked. What they said is shown below."))
    else:
        messages.warning(request, _("No domain is known yet, so nobody could be asked."))
    return redirect("identity")


def _vouching(organisation: Organisation) -> list[Vouching]:
    findings = list(Finding.objects.filter(domain__in=organisation.domains))
    return [
        Vouching(
            domain,
            dns_record.name_for(domain),
            [(finding, sentence(finding)) for finding in findings if finding.domain == domain],
        )
        for domain in organisation.domains
    ]


def _me(request: HttpRequest) -> User:
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - for_administrators let nobody else through
    return user
