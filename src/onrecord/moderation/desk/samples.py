# SPDX-License-Identifier: Apache-2.0
"""Decisions that were drawn: judged again by somebody who does not know what was decided."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onrecord.moderation import actions, items, pages
from onrecord.moderation.actions import Judgement, examining
from onrecord.moderation.desk.entering import attempt, me, only
from onrecord.moderation.models import EffectKind, Policy, Recheck, Rule, Sample
from onrecord.people.roles import Right

SHOWN = 24
LAW = "law"
EXAMINES = (Right.MODERATE, Right.HEAR_APPEALS)


class JudgementForm(forms.Form):
    """What somebody would have decided."""

    effects = forms.MultipleChoiceField(
        label=gettext_lazy("What should follow"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Nothing chosen: it breaks no rule and no law."),
    )
    ground = forms.ChoiceField(label=gettext_lazy("Which rule it breaks, or the law"), required=False)
    why = forms.CharField(
        label=gettext_lazy("Why"),
        min_length=examining.SHORTEST,
        max_length=examining.LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("If a decision turns out wrong, the people concerned read this."),
    )

    def __init__(self, *args: Any, rules: list[Rule], kinds: frozenset[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._rules = {str(rule.pk): rule for rule in rules}
        self.fields["effects"].choices = [  # type: ignore[attr-defined]  # a choice field
            (kind.value, kind.label) for kind in EffectKind if kind.value in kinds
        ]
        self.fields["ground"].choices = [  # type: ignore[attr-defined]  # a choice field
            ("", "–"),
            *((pk, f"{rule.number}. {rule.text_in('').title}") for pk, rule in self._rules.items()),
            (LAW, _("The law")),
        ]

    def judgement(self) -> Judgement:
        """Return what was judged. Only of a valid form."""
        given = self.cleaned_data
        return Judgement(
            why=given["why"],
            effects=tuple(given["effects"]),
            rule=self._rules.get(given["ground"]),
            by_law=given["ground"] == LAW,
        )


@only(*EXAMINES)
def samples(request: HttpRequest) -> HttpResponse:
    """List what one may examine, and what came of each sample."""
    rows = Sample.objects.exclude(drawn_at=None).order_by("-number")
    counted = rows.annotate(
        drawn=Count("rechecks"),
        examined=Count("rechecks", filter=Q(rechecks__state=Recheck.State.EXAMINED)),
        wrong=Count("rechecks", filter=Q(rechecks__outcome=Recheck.Outcome.WRONG)),
        otherwise=Count("rechecks", filter=Q(rechecks__outcome=Recheck.Outcome.OTHERWISE)),
        omitted=Count("rechecks", filter=Q(rechecks__state=Recheck.State.OMITTED)),
    )
    done = Recheck.objects.filter(state=Recheck.State.EXAMINED).exclude(outcome=Recheck.Outcome.SAME)
    context = {
        "waiting": examining.waiting_for(me(request)),
        "samples": counted[:SHOWN],
        "others": done.select_related("decision__case", "sample").order_by("-examined_at")[:SHOWN],
        "percent": Policy.current().sample_percent,
    }
    return render(request, "moderation/desk/samples.html", context)


@only(*EXAMINES)
def recheck(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the thing as it was judged, and nothing of the decision before one has judged oneself."""
    row = _row(pk)
    refused = examining.why_not_examine(row, me(request))
    rules = list(examining.rules_then(row.decision))
    form = None
    if row.state == Recheck.State.WAITING and not refused:
        kinds = items.kind_named(row.decision.case.item_kind).effects
        form = JudgementForm(request.POST or None, rules=rules, kinds=kinds)
        if request.method == "POST" and form.is_valid():
            judgement = form.judgement()
            done = _("Kept. Below stands what was decided then.")
            if attempt(request, lambda: actions.examine(row, judgement, by=me(request)), done):
                return redirect("moderation_recheck", pk=pk)
    return render(request, "moderation/desk/recheck.html", _context(request, row, rules, form, refused))


@only(Right.HEAR_APPEALS)
@require_POST
def put_right(request: HttpRequest, pk: int) -> HttpResponse:
    """Reverse what was found wrong."""
    row = _row(pk)
    done = _("Put right: all that the decision did is undone, and both sides are told.")
    attempt(request, lambda: actions.put_right(row, by=me(request)), done)
    return redirect("moderation_recheck", pk=pk)


def _row(pk: int) -> Recheck:
    rows = Recheck.objects.select_related("decision__case", "decision__rule__book", "sample", "rule")
    return get_object_or_404(rows, pk=pk)


def _context(
    request: HttpRequest, row: Recheck, rules: list[Rule], form: JudgementForm | None, refused: str
) -> dict[str, Any]:
    examined = row.state == Recheck.State.EXAMINED
    language = get_language() or "en"
    return {
        "row": row,
        "reasons": getattr(row.decision, "reasons", None),
        "language": row.decision.case.language,
        "reports": list(row.decision.case.reports.order_by("pk")),
        "rules": [(rule, pages.told(rule, language)) for rule in rules],
        "form": form,
        "refused": refused if row.state == Recheck.State.WAITING else "",
        "examined": examined,
        "decision": row.decision if examined else None,
        "chosen": [EffectKind(kind).label for kind in row.effects],
        "may_put_right": examined and me(request).may(Right.HEAR_APPEALS) and examining.can_be_put_right(row),
    }
