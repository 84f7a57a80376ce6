# SPDX-License-Identifier: Apache-2.0
"""What a transparency report is counted from: facts without persons, and texts that the organisation writes.

Categories and keywords are codes of `taxonomy`; an empty keyword means that nobody named one. Hours run as
Annex II says: from receipt to action, from submission to the notification.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Role(StrEnum):
    """As what the law sees the provider; decides which rows and columns are filled."""

    INTERMEDIARY = "intermediary"
    HOSTING = "hosting"
    ONLINE_PLATFORM = "online_platform"


class Ground(StrEnum):
    LAW = "law"
    RULES = "rules"
    NONE = ""


class Cause(StrEnum):
    """What came before a measure. Own initiative is what nothing came before."""

    OWN = "own"
    NOTICE = "notice"
    ORDER = "order"


class Outcome(StrEnum):
    UPHELD = "upheld"
    PARTIALLY_REVERSED = "partially_reversed"
    REVERSED = "reversed"
    OMITTED = "omitted"
    OPEN = ""


class Basis(StrEnum):
    """What a complaint is about: Article 20(1)(a) to (d), then the reporter's."""

    VISIBILITY = "visibility"
    SERVICE = "service"
    ACCOUNT = "account"
    MONETARY = "monetary"
    NO_ACTION = "no_action"


class Misuse(StrEnum):
    """What somebody was suspended for (Article 23)."""

    CONTENT = "content"
    NOTICES = "notices"
    COMPLAINTS = "complaints"


class Restriction(StrEnum):
    """Kinds of restriction: the values are the columns of sheets 5 and 6, to the byte."""

    REMOVAL = "Visibility restriction Removal"
    DISABLE = "Visibility restriction Disable"
    DEMOTED = "Visibility restriction Demoted"
    AGE = "Visibility restriction Age restricted"
    INTERACTION = "Visibility restriction Interaction restricted"
    LABELLED = "Visibility restriction Labelled "
    VISIBILITY_OTHER = "Visibility restriction Other"
    MONETARY_SUSPENSION = "Monetary restriction Suspension"
    MONETARY_TERMINATION = "Monetary restriction Termination"
    MONETARY_OTHER = "Monetary restriction Other"
    SERVICE_SUSPENSION = "Provision of the service Suspension"
    SERVICE_TERMINATION = "Provision of the service Termination"
    ACCOUNT_SUSPENSION = "Account restriction Suspension"
    ACCOUNT_TERMINATION = "Account restriction Termination"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice under Article 16 and what was done about it."""

    category: str
    keyword: str = ""
    description: str = ""
    trusted: bool = False
    items: int = 1
    action: Ground = Ground.NONE
    hours: float | None = None
    automated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A restriction that somebody decided."""

    cause: Cause
    ground: Ground
    category: str
    restrictions: frozenset[Restriction]
    keyword: str = ""
    description: str = ""
    automated_detection: bool = False
    automated_decision: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """A complaint to the internal mechanism: an appeal."""

    basis: Basis
    outcome: Outcome = Outcome.OPEN
    hours: float | None = None
    trusted: bool = False
    new_restriction: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """A dispute before an out-of-court body."""

    outcome: Outcome = Outcome.OPEN
    hours: float | None = None
    implemented: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order of an authority of a Member State, to act or to give information."""

    member_state: str
    category: str
    keyword: str = ""
    description: str = ""
    information: bool = False
    items: int = 1
    hours_to_receipt: float | None = None
    hours_to_effect: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """How well one automated system does, as somebody measured it; each in [0, 1]."""

    system: str
    accuracy: float
    precision: float
    recall: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """What only people can write: sheet 11, and remarks on categories for sheet 2."""

    summary: str
    meaning: str
    automated_means: str
    accuracy: str
    purposes: str
    safeguards: str
    categories: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything one report is made of."""

    provider: str
    service: str
    role: Role
    first_day: date
    last_day: date
    published: date
    previous: date | None
    texts: Texts
    possible: frozenset[Restriction]
    """Restrictions that this service can impose at all; the columns of others stay blank."""
    notices: Sequence[Notice] = ()
    measures: Sequence[Measure] = ()
    complaints: Sequence[Complaint] = ()
    disputes: Sequence[Dispute] = ()
    orders: Sequence[Order] = ()
    suspensions: Sequence[Misuse] = ()
    accuracies: Sequence[Accuracy] = ()

    @property
    def period(self) -> str:
        """The reporting period as each row names it."""
        return f"{self.first_day}/{self.last_day}"
