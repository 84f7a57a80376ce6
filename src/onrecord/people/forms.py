# SPDX-License-Identifier: Apache-2.0
"""What people fill in: the wizard's steps, an invitation, roles, the organisation's details."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from onrecord.people import validators
from onrecord.people.models import ACCENT, Organisation, User
from onrecord.people.roles import ROLE_MEANINGS, Role

SHIPPED_LANGUAGES = ("en", "fr", "es", "ar", "ru", "zh-hans")
"""The languages that our own screens and pages are translated into."""


def language_choices() -> list[tuple[str, str]]:
    """Return every language with its own name for itself, the shipped ones first."""
    rest = [code for code, _name in settings.LANGUAGES if code not in SHIPPED_LANGUAGES]
    return [(code, _language_name(code)) for code in (*SHIPPED_LANGUAGES, *rest)]


@cache
def time_zone_choices() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Return time zones by region, for a select box that needs no script."""
    regions: dict[str, list[tuple[str, str]]] = {"UTC": [("UTC", "UTC")]}
    for name in sorted(validators.known_time_zones() - {"UTC"}):
        region, place = name.split("/", 1)
        regions.setdefault(region, []).append((name, place.replace("_", " ").replace("/", " – ")))
    return tuple((region, tuple(places)) for region, places in regions.items())


class OrganisationStep(forms.Form):
    """Who speaks here."""

    name = forms.CharField(
        label=gettext_lazy("Name of the organisation"),
        max_length=200,
        help_text=gettext_lazy("As it stands at the top of every page."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    about = forms.CharField(
        label=gettext_lazy("About the organisation"),
        required=False,
        max_length=5000,
        help_text=gettext_lazy("Two or three sentences for the page “About”. You can write them later."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class AddressStep(forms.Form):
    """Where readers find it."""

    address = forms.CharField(
        label=gettext_lazy("Address of the site"),
        max_length=200,
        help_text=gettext_lazy(
            "What readers type, as https://news.example.org. Quotes and proofs refer to it for years: "
            "choose a name that belongs to you."
        ),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "url", "spellcheck": "false"}),
    )

    def clean_address(self) -> str:
        address = validators.normalise_address(self.cleaned_data["address"])
        validators.validate_address(address)
        return address


class LanguagesField(forms.MultipleChoiceField):
    """Further languages, as check boxes in a box that scrolls."""

    widget = forms.CheckboxSelectMultiple
    is_long = True


class PlaceStep(forms.Form):
    """Languages and time zone."""

    language = forms.ChoiceField(
        label=gettext_lazy("First language"),
        choices=language_choices,
        help_text=gettext_lazy("The language of the front page."),
    )
    further = LanguagesField(
        label=gettext_lazy("Further languages"),
        choices=language_choices,
        required=False,
        help_text=gettext_lazy("You can add more at any time."),
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        choices=time_zone_choices,
        help_text=gettext_lazy("Times without a zone of their own are understood to be here."),
    )

    def clean(self) -> dict[str, Any]:
        """Merge both language fields into one ordered list."""
        entered = super().clean() or {}
        first = entered.pop("language", None)
        further = entered.pop("further", [])
        if first:
            entered["languages"] = [first, *(code for code in further if code != first)]
        return entered


class LogoField(forms.ImageField):
    """A picture in a format that every browser shows; not SVG, which may carry scripts."""

    def to_python(self, data: Any) -> Any:  # Django gives and takes uploads of several kinds here
        upload: Any = super().to_python(data)
        if upload is None:
            return None
        image = upload.image
        if image.format not in validators.LOGO_FORMATS:
            raise ValidationError(
                _("The logo is a %(format)s file. Use PNG, JPEG or WebP.") % {"format": image.format}
            )
        validators.validate_logo_size(upload.size, image.width, image.height)
        return upload


class LookStep(forms.Form):
    """Accent colour and logo."""

    accent = forms.CharField(
        label=gettext_lazy("Accent colour"),
        initial=ACCENT,
        max_length=7,
        help_text=gettext_lazy("For links and rules on white. It must be dark enough to read."),
        widget=forms.TextInput(attrs={"type": "color"}),
    )
    logo = LogoField(
        label=gettext_lazy("Logo"),
        required=False,
        help_text=gettext_lazy("PNG, JPEG or WebP, at most 2 MB. Without one the name stands alone."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )

    def clean_accent(self) -> str:
        accent = str(self.cleaned_data["accent"]).lower()
        validators.validate_accent(accent)
        return accent


class PasswordFields(forms.Form):
    """A new password, twice."""

    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password_again = forms.CharField(
        label=gettext_lazy("Password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = " ".join(password_validators_help_texts())

    def owner(self) -> User | None:
        """Return whose password it will be, so that one like their name can be refused."""
        return None

    def clean(self) -> dict[str, Any]:
        """Refuse two different passwords, and weak ones."""
        entered = super().clean() or {}
        password, again = entered.get("password"), entered.get("password_again")
        if password and again and password != again:
            self.add_error("password_again", _("The two passwords differ."))
        elif password:
            try:
                validate_password(password, self.owner())
            except ValidationError as mistake:
                self.add_error("password", mistake)
        return entered


class AdministratorStep(PasswordFields):
    """The first person."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        help_text=gettext_lazy("You sign in with it. It is not published."),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    also_writes = forms.BooleanField(
        label=gettext_lazy("I also write and approve statements"),
        required=False,
        help_text=gettext_lazy(
            "Normally one person writes and another approves. Where there is only one editor, that person "
            "may approve their own statements until a second editor joins."
        ),
    )
    field_order = ["name", "email", "password", "password_again", "also_writes"]

    def owner(self) -> User:
        return User(name=self.cleaned_data.get("name", ""), email=self.cleaned_data.get("email", ""))


def role_choices() -> Iterator[tuple[str, str]]:
    """Return each role with what it means."""
    for role in Role:
        yield role.value, f"{role.label} – {ROLE_MEANINGS[role]}"


class RolesField(forms.MultipleChoiceField):
    """Roles as check boxes, each with what it means."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=role_choices, label=gettext_lazy("Roles"), **kwargs)

    def clean(self, value: Any) -> list[Role]:
        return [Role(name) for name in super().clean(value)]


class InvitationForm(forms.Form):
    """Whom to invite, and to do what."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"), help_text=gettext_lazy("They sign in with it.")
    )
    roles = RolesField()


class RolesForm(forms.Form):
    """What somebody may do from now on."""

    roles = RolesField()


class OrganisationForm(OrganisationStep, AddressStep, PlaceStep, LookStep):
    """Every detail of the organisation, at the desk."""

    field_order = [
        "name",
        "about",
        "address",
        "language",
        "further",
        "time_zone",
        "accent",
        "logo",
    ]

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        plain = ("name", "about", "address", "time_zone", "accent")
        initial = {
            **{field: getattr(organisation, field) for field in plain},
            "language": organisation.default_language,
            "further": organisation.languages[1:],
            "logo": organisation.logo or None,
        }
        super().__init__(*args, **{**kwargs, "initial": initial})
        self.fields["logo"].widget = forms.ClearableFileInput(
            attrs={"accept": "image/png,image/jpeg,image/webp"}
        )

    def clean(self) -> dict[str, Any]:
        """Leave the logo out unless it was replaced or removed."""
        entered = super().clean()
        if "logo" not in self.changed_data:
            entered.pop("logo", None)
        elif entered.get("logo") is False:
            entered["logo"] = ""
        return entered


def _language_name(code: str) -> str:
    info = get_language_info(code)
    local, english = info["name_local"], info["name"]
    return local if local == english else f"{local} ({english})"
