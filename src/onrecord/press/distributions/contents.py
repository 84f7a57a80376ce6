# SPDX-License-Identifier: Apache-2.0
"""What a distribution brings, by language: editions that are public, or links to a text before its time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from django.utils.translation import gettext as _

from onrecord.delivery.mail.message import Text
from onrecord.journal.events import Actor
from onrecord.press.distributions import editions, letters
from onrecord.press.distributions.errors import NotNow
from onrecord.press.distributions.letters import Frame, Own
from onrecord.press.embargoes import letters as early
from onrecord.press.embargoes import links, texts
from onrecord.press.embargoes.actions.handing import Handing, hand_out
from onrecord.press.embargoes.actions.heeding import heed
from onrecord.press.embargoes.texts import Waiting
from onrecord.press.embargoes.wording import Moments, moment
from onrecord.press.models import Journalist, PressDistribution
from onrecord.statements.edition_mails import Said

Key = tuple[str, int]
"""What the ledger calls a thing: its key, and which version."""


@dataclass(frozen=True, slots=True)
class Personal:
    """What is different for one recipient: secrets by name, what fills gaps."""

    doors: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)


class Addressed(Protocol):
    """A content that is being sent."""

    @property
    def key(self) -> Key:
        """What the ledger calls it."""

    def personal(self, some: Sequence[Journalist]) -> Mapping[int, Personal]:
        """Return what is different for some recipients, by id."""


class Content(Protocol):
    """What is sent in one language."""

    @property
    def language(self) -> str:
        """The language."""

    @property
    def known(self) -> Key | None:
        """What the ledger calls it, if anybody has it."""

    def holders(self) -> set[int]:
        """Return the ids of journalists who have it, beside those whom the ledger knows."""

    def mail(self, frame: Frame, own: Own) -> Text:
        """Write the mail, with gaps."""

    def sample(self) -> Mapping[str, str]:
        """Return what fills its gaps in a preview or a test."""

    def addressed(self, row: PressDistribution, people: Collection[int], by: Actor) -> Addressed:
        """Do what has to be done before it is sent to these people, within the caller's transaction."""


@dataclass(frozen=True, slots=True)
class Published:
    """An edition that anybody can read."""

    said: Said
    language: str

    @property
    def key(self) -> Key:
        return f"statement/{self.said.edition.statement_id}", self.said.edition.number

    @property
    def known(self) -> Key | None:
        return self.key

    def holders(self) -> set[int]:
        return set()

    def mail(self, frame: Frame, own: Own) -> Text:
        return letters.of_edition(frame, self.said, own)

    def sample(self) -> Mapping[str, str]:
        return {}

    def addressed(self, row: PressDistribution, people: Collection[int], by: Actor) -> Addressed:
        return self

    def personal(self, some: Sequence[Journalist]) -> Mapping[int, Personal]:
        return {}


@dataclass(frozen=True, slots=True)
class Early:
    """A text that waits under embargo, as a link."""

    waiting: Waiting
    language: str

    @property
    def known(self) -> Key | None:
        return None

    def holders(self) -> set[int]:
        return links.holders(self.waiting)

    def mail(self, frame: Frame, own: Own) -> Text:
        contacts = list(self.waiting.statement.contacts.all())
        return early.invitation(frame, early.Terms(self.language, self.waiting.terms, contacts), own)

    def sample(self) -> Mapping[str, str]:
        return {"moment": moment(self.waiting.until, self.waiting.zone, self.language), "pass": "test"}

    def addressed(self, row: PressDistribution, people: Collection[int], by: Actor) -> Addressed:
        heed()  # so that everybody knows of one moment alone
        return _Handed(hand_out(row, self.waiting, people, by=by), self.waiting, self.language)


@dataclass(frozen=True, slots=True)
class _Handed:
    """An early text with the links that were made for its recipients."""

    handing: Handing
    waiting: Waiting
    language: str

    @property
    def key(self) -> Key:
        embargo = self.handing.embargo
        return embargo.subject, embargo.told

    def personal(self, some: Sequence[Journalist]) -> Mapping[int, Personal]:
        moments = Moments(self.waiting.until, self.language, self.waiting.zone)
        numbers = self.handing.numbers_of([one.pk for one in some])
        return {
            one.pk: Personal({"pass": numbers[one.pk]}, {"moment": moments.of(one.time_zone)}) for one in some
        }


def of(row: PressDistribution) -> Mapping[str, Content]:
    """Return what would be sent now, by language, the original's first. Raises NotNow if nothing would."""
    if row.statement is None:
        raise NotNow(_("The statement is gone, so there is nothing to send."))
    if row.embargoed:
        early_ones = texts.waiting_family(row.statement)
        if not early_ones:
            raise NotNow(
                _("The statement is no longer under embargo. Once it is public, send it as it is then.")
            )
        return {language: Early(one, language) for language, one in early_ones.items()}
    said = editions.published(row.statement)
    if not said:
        raise NotNow(_("The statement is withdrawn or gone, so there is nothing to send."))
    return {language: Published(one, language) for language, one in said.items()}
