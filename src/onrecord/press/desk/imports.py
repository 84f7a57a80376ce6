# SPDX-License-Identifier: Apache-2.0
"""The screens about imports: a file, its columns, a try, the import and how far it is."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onrecord.press import actions, reading
from onrecord.press.desk.forms import UploadForm
from onrecord.press.desk.guards import for_writers, me, tried
from onrecord.press.errors import PressError
from onrecord.press.models import Import
from onrecord.press.tasks import carry_on

SAMPLE = 3


@for_writers
def imports(request: HttpRequest) -> HttpResponse:
    """Ask for a file, and list those before it."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            row = actions.upload(
                given["file"].name,
                given["file"].read(reading.LARGEST + 1),
                source=given["source"],
                legal_basis=given["legal_basis"],
                onto=given["onto"],
                by=me(request),
            )
        except PressError as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("press_import", pk=row.pk)
    rows = Import.objects.defer("rows").select_related("by")[:30]
    return render(request, "press/imports.html", {"form": form, "rows": rows, "section": "imports"})


@for_writers
def one_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the columns of a file with some of its rows, and what came of trying or importing it."""
    row = get_object_or_404(Import.objects.select_related("onto", "by"), pk=pk)
    sample = [values for _line, values in row.rows[:SAMPLE]]
    columns = [
        (number, name, [values[number] for values in sample], _field_of(row, number))
        for number, name in enumerate(row.columns)
    ]
    context = {
        "row": row,
        "columns": columns,
        "fields": reading.FIELDS.items(),
        "hundredth": row.done * 100 // row.total if row.total else 100,
        "section": "imports",
    }
    return render(request, "press/import.html", context)


@for_writers
@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Try an import, import it, or let one go on that stopped."""
    row = get_object_or_404(Import.objects.defer("rows"), pk=pk)
    deed = request.POST.get("deed", "")
    if deed == "again" and row.is_running:
        carry_on.enqueue(row.pk)
        messages.success(request, _("It goes on where it stopped."))
        return redirect("press_import", pk=pk)
    mapping = {
        request.POST[f"column-{number}"]: number
        for number in range(len(row.columns))
        if request.POST.get(f"column-{number}")
    } or row.mapping
    row = get_object_or_404(Import, pk=pk)
    if tried(request, lambda: actions.start_import(row, mapping, keep=deed == "import", by=me(request)), ""):
        carry_on.enqueue(row.pk)
    return redirect("press_import", pk=pk)


def _field_of(row: Import, number: int) -> str:
    return next((name for name, column in row.mapping.items() if column == number), "")
