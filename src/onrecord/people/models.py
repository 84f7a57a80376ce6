# SPDX-License-Identifier: Apache-2.0
"""Staff accounts, their roles, the organisation they speak for, and links that open a door once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onrecord.journal.events import Actor
from onrecord.people import identity, validators
from onrecord.people.errors import NotSetUp
from onrecord.people.roles import ALONE, NEEDS_SECOND_FACTOR, RIGHTS, Right, Role, roles_with
from onrecord.prepared import PreparedObjects

ACCENT = "#8a1538"
"""The accent colour until an organisation chooses its own."""


class People(BaseUserManager["User"]):
    """Finds staff accounts; e-mail addresses are kept in lower case."""

    def create_user(self, email: str, password: str | None = None, *, name: str, **fields: Any) -> User:
        """Store an account without roles. Called by actions and tests; it journals nothing."""
        user = self.model(email=email.strip().lower(), name=name.strip(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())

    def who_may(self, right: Right) -> models.QuerySet[User]:
        """Return the active accounts that hold `right`."""
        return self.filter(is_active=True, groups__name__in=roles_with(right)).distinct()


class User(AbstractBaseUser, PermissionsMixin):  # type: ignore[django-manager-missing]  # Wagtail has no types
    """A member of staff. Signs in with e-mail address, password and, where required, a second factor.

    Accounts are deactivated, never deleted: the record refers to the people who made it.
    """

    email = models.EmailField(gettext_lazy("e-mail address"), unique=True)
    name = models.CharField(gettext_lazy("name"), max_length=200)
    is_active = models.BooleanField(gettext_lazy("active"), default=True)
    joined_at = models.DateTimeField(gettext_lazy("joined"), null=True, blank=True, default=timezone.now)

    objects: ClassVar[People] = People()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = gettext_lazy("person")
        verbose_name_plural = gettext_lazy("people")
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="people_user_email_once"),
            # A superuser would pass every check of Wagtail's; every right comes from a role instead.
            models.CheckConstraint(condition=models.Q(is_superuser=False), name="people_user_no_superuser"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The roles of this person, read once for each object that is loaded."""
        names = {group.name for group in self.groups.all()}
        return frozenset(role for role in Role if role.value in names)

    @property
    def role_labels(self) -> list[str]:
        """The roles in words, in the order of `Role`."""
        return [str(role.label) for role in Role if role in self.roles]

    def may(self, right: Right) -> bool:
        """Tell whether this person holds `right` through one of their roles; nobody inactive does."""
        return self.is_active and any(right in RIGHTS[role] for role in self.roles)

    @property
    def is_outside(self) -> bool:
        """True for people who are not of the staff: they see only what is assigned to them."""
        return bool(self.roles & ALONE)

    @property
    def needs_second_factor(self) -> bool:
        """True for whoever may publish or change who may."""
        return any(self.may(right) for right in NEEDS_SECOND_FACTOR)

    @property
    def has_second_factor(self) -> bool:
        """True once an authenticator app or a passkey is set up; recovery codes alone are none."""
        factors = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
        return bool(Authenticator.objects.filter(user=self, type__in=factors).exists())

    @property
    def open_invitation(self) -> Invitation | None:
        """The link that waits to be used, if there is one."""
        return next((one for one in self.invitations.all() if one.is_open), None)

    @property
    def first_name(self) -> str:
        """What Wagtail's menu calls this person."""
        return self.name

    def as_actor(self) -> Actor:
        """Return this person as the journal names them."""
        return Actor(id=self.pk, name=str(self))


class Organisation(models.Model):
    """The organisation whose newsroom this is. One row, written by the set-up wizard."""

    ONLY: ClassVar[int] = 1

    name = models.CharField(gettext_lazy("name"), max_length=200)
    address = models.CharField(gettext_lazy("address of the site"), max_length=200)
    languages = models.JSONField(gettext_lazy("languages"), default=list)
    time_zone = models.CharField(gettext_lazy("time zone"), max_length=64)
    accent = models.CharField(gettext_lazy("accent colour"), max_length=7, default=ACCENT)
    logo = models.ImageField(gettext_lazy("logo"), upload_to="organisation/", blank=True)
    about = models.TextField(gettext_lazy("about the organisation"), blank=True, max_length=5000)
    log_name = models.CharField(max_length=200, blank=True, editable=False)
    # Who it is, for machines and for whoever compares (people/identity.py says what the rows look like).
    domains = models.JSONField(gettext_lazy("known domains"), default=list, blank=True)
    identifiers = models.JSONField(gettext_lazy("numbers in public registers"), default=list, blank=True)
    relations = models.JSONField(gettext_lazy("relations"), default=list, blank=True)
    security_contact = models.CharField(gettext_lazy("security contact"), max_length=500, blank=True)
    data_training = models.CharField(gettext_lazy("training of machines"), max_length=3, blank=True)

    class Meta:
        verbose_name = gettext_lazy("organisation")
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="people_organisation_only_one"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse details that a reader, a browser or the clock could not make sense of."""
        checks: dict[str, Callable[[Any], None]] = {
            "address": validators.validate_address,
            "languages": validators.validate_languages,
            "time_zone": validators.validate_time_zone,
            "accent": validators.validate_accent,
            "domains": identity.validate_domains,
            "identifiers": identity.validate_identifiers,
            "relations": identity.validate_relations,
            "security_contact": identity.validate_contact,
            "data_training": identity.validate_data_training,
        }
        if self.logo:
            checks["logo"] = validators.validate_logo
        mistakes: dict[str, list[str]] = {}
        for field, check in checks.items():
            try:
                check(getattr(self, field))
            except ValidationError as mistake:
                mistakes[field] = mistake.messages
        if mistakes:
            raise ValidationError(mistakes)

    @classmethod
    def current(cls) -> Organisation:
        """Return the organisation; raises NotSetUp before the set-up wizard is completed."""
        return _set_up(_organisation.first())

    @classmethod
    def locked(cls) -> Organisation:
        """Return the organisation, held until the transaction ends; raises as `current`."""
        return _set_up(_organisation_held.first())

    @property
    def default_language(self) -> str:
        """The language of the front page, as Django spells it."""
        return str(self.languages[0])

    @property
    def host(self) -> str:
        """Host and, where it is not the usual one, port: `news.example.org`."""
        return urlsplit(self.address).netloc

    @property
    def origin(self) -> str:
        """The name of the log in checkpoints (C2SP tlog-checkpoint): address without scheme, plus `/log`.

        A log keeps its name for ever, also when the site moves: see `change_organisation`.
        """
        return self.log_name or self.host + "/log"

    @property
    def known_domain(self) -> str | None:
        """The domain people know the organisation by, the first of those it named; None if it named none."""
        return str(self.domains[0]) if self.domains else None

    def register_numbers(self) -> list[dict[str, str]]:
        """Return the numbers in public registers as the register of keys lists them.

        Each has `scheme` and `value`, and `register` and `url` where they are known.
        """
        return [
            {name: value for name, value in {**row, "url": identity.page_of(row)}.items() if value}
            for row in self.identifiers
        ]


class SetupLink(models.Model):
    """The one link that opens the set-up wizard, and what has been entered there so far.

    Only the hash of the token is kept. The row goes when the wizard is completed.
    """

    ONLY: ClassVar[int] = 1

    token_hash = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    draft = models.JSONField(default=dict)
    logo = models.ImageField(upload_to="organisation/", blank=True)

    def __str__(self) -> str:
        return f"set-up link, valid until {self.expires_at:%Y-%m-%d %H:%M} UTC"


_organisation = PreparedObjects(lambda: Organisation.objects.filter(pk=Organisation.ONLY))
_organisation_held = PreparedObjects(
    lambda: Organisation.objects.select_for_update().filter(pk=Organisation.ONLY)
)


def _set_up(found: Organisation | None) -> Organisation:
    if found is None:
        raise NotSetUp(_("This newsroom is not set up yet. Open the link that `onrecord start` prints."))
    return found


class Invitation(models.Model):
    """A link with which one person sets a password: the first time, or after being locked out.

    Only the hash of the token is kept. It works once and for seven days. Nobody issued it who could be
    named when it came from the operator of the machine.
    """

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="invitations")
    issued_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(used_at=None, revoked_at=None),
                name="people_invitation_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation of {self.person}"

    @property
    def is_open(self) -> bool:
        """True while the link still works."""
        return self.used_at is None and self.revoked_at is None and timezone.now() < self.expires_at


class Contact(models.Model):
    """A private address that somebody gave: never shown, never in the journal, gone when nobody needs it.

    It counts as theirs once they have opened a link that was sent to it.
    """

    address = models.CharField(max_length=254, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(address=Lower("address")), name="people_contact_lower_case"
            ),
        ]

    def __str__(self) -> str:
        return f"contact {self.pk}"

    @property
    def domain(self) -> str:
        """The part after the @."""
        return self.address.rpartition("@")[2]


class FormCount(models.Model):
    """How often a form was sent this hour by one network, with one address, or by everybody."""

    name = models.CharField(max_length=120, primary_key=True, help_text="Holds a keyed hash, no address.")
    count = models.PositiveIntegerField()
    expires = models.BigIntegerField(db_index=True, help_text="Seconds since 1970.")

    def __str__(self) -> str:
        return f"{self.name}: {self.count}"


class SpentTicket(models.Model):
    """A ticket of a public form that was used, kept until nobody could use it any more."""

    number = models.CharField(max_length=32, primary_key=True)
    expires = models.BigIntegerField(db_index=True, help_text="Seconds since 1970.")

    def __str__(self) -> str:
        return self.number
