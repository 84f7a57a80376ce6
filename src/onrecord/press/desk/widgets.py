# SPDX-License-Identifier: Apache-2.0
"""Text fields that offer what is known while somebody types; they work without JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django import forms
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe


class Suggested(forms.TextInput):
    """As many fields as `count` says, all with the same suggestions. Its value is a list."""

    def __init__(self, suggestions: Callable[[], Sequence[str]], *, count: int = 1) -> None:
        super().__init__(attrs={"autocomplete": "off"})
        self.suggestions, self.count = suggestions, count
        self.label = ""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Return the fields, filled in with what was entered, and one list of suggestions for all."""
        values = [*(value or ()), *[""] * self.count][: max(self.count, len(value or ()))]
        known = f"{(attrs or {}).get('id', name)}_known"
        fields = [
            super(Suggested, self).render(
                name,
                each,
                {
                    **(attrs or {}),
                    **({"aria-label": f"{self.label} ({at + 1})"} if at else {}),  # the label names the first
                    "id": f"{(attrs or {}).get('id', name)}{at or ''}",
                    "list": known,
                },
            )
            for at, each in enumerate(values)
        ]
        options = format_html_join("", '<option value="{}">', ((one,) for one in self.suggestions()))
        return format_html(
            '{}<datalist id="{}">{}</datalist>',
            format_html_join("", "{}", ((one,) for one in fields)),
            known,
            options,
        )

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        """Return what was entered, without empty fields."""
        return [one.strip() for one in data.getlist(name) if one.strip()]


class SuggestedField(forms.Field):
    """Takes what `read` returns for each text entered; `read` raises PressError with a sentence."""

    def __init__(
        self,
        suggestions: Callable[[], Sequence[str]],
        read: Callable[[str], Any],
        *,
        count: int = 1,
        **more: Any,
    ) -> None:
        widget = Suggested(suggestions, count=count)
        widget.label = more.get("label", "")
        super().__init__(widget=widget, required=False, **more)
        self.read = read

    def clean(self, value: Any) -> list[Any]:
        """Return what was entered, read. Raises ValidationError."""
        from_text = []
        for each in value or ():
            try:
                from_text.append(self.read(each))
            except Exception as error:
                raise forms.ValidationError(str(error)) from error
        return from_text


def options(pairs: Iterable[tuple[str, object]], chosen: str = "") -> SafeString:
    """Return thousands of choices of a list as markup, a tenth of the work of a template's loop."""
    written = (
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(name)}</option>'
        for value, name in pairs
    )
    return mark_safe("".join(written))  # noqa: S308 - every part is escaped
