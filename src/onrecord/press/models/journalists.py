# SPDX-License-Identifier: Apache-2.0
"""Journalists: how they are reached, what they cover, where they work, on which ground they are listed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onrecord.delivery.models import Delivery
from onrecord.people.models import Contact
from onrecord.press.models.outlets import Outlet


class Standing(models.TextChoices):
    """Whether somebody is written to."""

    ACTIVE = "active", _("On the press list")
    STOPPED = "stopped", _("Wants nothing")


class Rhythm(models.TextChoices):
    """How often somebody wants mail. What is urgent, as a correction, comes at once all the same."""

    EACH = "each", _("Each one, at once")
    MORNING = "morning", _("In my morning")


UNREACHABLE = ~models.Q(standing=Standing.ACTIVE) | models.Q(contact=None)
"""Who cannot be written to, whatever list they are on."""


class StopReason(models.TextChoices):
    """Why somebody is written to no more."""

    REQUEST = "request", _("Asked by themselves")
    ONE_CLICK = "one_click", _("Asked through the mail program")
    STAFF = "staff", _("Ended by staff")
    BOUNCE = "hard_bounce", _("The address does not exist")
    COMPLAINT = "complaint", _("Reported as unwanted")


class Journalist(models.Model):
    """Somebody at one or more outlets. The address is never published, nor any function of it."""

    contact = models.OneToOneField(Contact, null=True, on_delete=models.SET_NULL, related_name="journalist")
    name = models.CharField(_("name"), max_length=200)
    name_key = models.CharField(max_length=200, help_text="The name as it is compared.")
    greeting = models.CharField(
        _("greeting"), max_length=200, blank=True, help_text=_("As “Dear Ms Reyes”. Empty: by name.")
    )
    phone = models.CharField(_("telephone"), max_length=50, blank=True)
    phone_key = models.CharField(max_length=20, blank=True, help_text="Its last nine digits.")
    time_zone = models.CharField(
        _("time zone"), max_length=64, blank=True, help_text="IANA. Empty: the newsroom's."
    )
    language = models.CharField(_("language of mails"), max_length=20)
    rhythm = models.CharField(_("how often"), max_length=8, choices=Rhythm.choices, default=Rhythm.EACH)
    standing = models.CharField(max_length=8, choices=Standing.choices, default=Standing.ACTIVE)
    stopped_at = models.DateTimeField(null=True)
    stop_reason = models.CharField(max_length=12, choices=StopReason.choices, blank=True)
    source = models.CharField(_("source"), max_length=200, help_text=_("Where the data come from."))
    legal_basis = models.CharField(_("legal basis"), max_length=200)
    noticed_at = models.DateTimeField(null=True, help_text="When they were told that they are listed.")
    notice = models.ForeignKey(
        Delivery,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="What tells them, or told them. It counts once it was accepted.",
    )
    door_number = models.CharField(max_length=64, help_text="What the secret of links is derived from.")
    door_hash = models.CharField(max_length=64, unique=True)
    note = models.TextField(_("note"), blank=True, help_text=_("For the desk alone."))
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(standing="stopped", stopped_at__isnull=False)
                | (~models.Q(standing="stopped") & models.Q(stopped_at__isnull=True)),
                name="press_journalist_stopped_when",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["name", "id"], name="press_journalist_name"),
            models.Index(fields=["name_key"], name="press_journalist_name_key"),
            models.Index(
                fields=["phone_key"], condition=~models.Q(phone_key=""), name="press_journalist_phone"
            ),
            models.Index(fields=["standing", "id"], name="press_journalist_standing"),
            models.Index(
                fields=["id"],
                condition=models.Q(noticed_at=None, notice__isnull=False),
                name="press_journalist_being_told",
            ),
            models.Index(fields=["id"], condition=UNREACHABLE, name="press_journalist_unreachable"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        """How the journal and the ledger name this row."""
        return f"journalist/{self.pk}"

    @property
    def address(self) -> str:
        """The mail address, or nothing."""
        return self.contact.address if self.contact else ""


class OutletRole(models.Model):
    """What a journalist is at an outlet, and from when to when."""

    journalist = models.ForeignKey(Journalist, on_delete=models.CASCADE, related_name="roles")
    outlet = models.ForeignKey(Outlet, on_delete=models.PROTECT, related_name="roles")
    title = models.CharField(_("role"), max_length=100, blank=True)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True, help_text="The last day. Empty: still there.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["journalist", "outlet"],
                condition=models.Q(until__isnull=True),
                name="press_role_once_at_a_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["outlet", "until", "journalist"], name="press_role_of_outlet"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.outlet_id}"


class JournalistBeat(models.Model):
    """A subject that a journalist covers."""

    journalist = models.ForeignKey(Journalist, on_delete=models.CASCADE, related_name="beats", db_index=False)
    code = models.CharField(max_length=8, help_text="Of the IPTC Media Topics, as 06000000.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["journalist", "code"], name="press_beat_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["code", "journalist"], name="press_beat_code")]

    def __str__(self) -> str:
        return f"medtop:{self.code}"


class JournalistLanguage(models.Model):
    """A language in which a journalist reads statements."""

    journalist = models.ForeignKey(
        Journalist, on_delete=models.CASCADE, related_name="languages", db_index=False
    )
    language = models.CharField(max_length=20)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["journalist", "language"], name="press_language_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["language", "journalist"], name="press_language_read")]

    def __str__(self) -> str:
        return self.language
