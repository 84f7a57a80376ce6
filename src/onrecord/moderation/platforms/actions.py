# SPDX-License-Identifier: Apache-2.0
"""Platforms and their tokens, and what a platform does with them. Every right is that of a scope."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any  # the keys of a recipient are JSON

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.delivery import actions as delivery
from onrecord.delivery.actions import Recipient
from onrecord.delivery.transports.webhook.signing import new_number
from onrecord.journal import actions as journal
from onrecord.journal.events import Actor
from onrecord.moderation import actions as engine
from onrecord.moderation.actions import Notification, Ruling
from onrecord.moderation.actions.deciding import rules_for
from onrecord.moderation.errors import BadDecision, ModerationError, NoSuchItem
from onrecord.moderation.models import (
    ApiToken,
    Decision,
    ExternalItem,
    IdempotentAnswer,
    Platform,
    Proposal,
    Report,
    Rule,
    Scope,
)
from onrecord.moderation.platforms import events
from onrecord.moderation.platforms.kind import ExternalKind, item_of
from onrecord.outbound import addresses
from onrecord.outbound.errors import BadAddress
from onrecord.people.errors import NotAllowed
from onrecord.people.models import Contact, User
from onrecord.people.roles import Right, require

PREFIX = "onrecord_mod_"
"""So that a token that has ended up where it should not be is recognised."""
OVERLAP = timedelta(days=2)
"""How long an earlier secret signs beside the new one, as of webhooks."""
ANSWERS_KEPT = timedelta(days=7)


class BadPlatform(ModerationError):
    """A platform or token that cannot be made as asked."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """A thing as a platform describes it."""

    key: str
    title: str
    text: str
    url: str
    language: str
    content_type: str
    written_at: datetime
    author: str = ""
    author_name: str = ""
    author_address: str = ""


@transaction.atomic
def add_platform(name: str, webhook_url: str, *, by: User) -> Platform:
    """Let a platform use the engine. Raises BadPlatform for a name that there is, or a bad address."""
    require(by, Right.ADMINISTER)
    name = name.strip()[:100]
    if not name or Platform.objects.filter(name__iexact=name).exists():
        raise BadPlatform(_("Give the platform a name that no other has."))
    url, host = _checked(webhook_url.strip()) if webhook_url.strip() else ("", "")
    row = Platform.objects.create(name=name, webhook_url=url, webhook_host=host, number=new_number())
    journal.write(events.PlatformAdded(subject=row.subject, platform=name), by=by.as_actor())
    return row


@transaction.atomic
def end_platform(row: Platform, *, by: User) -> None:
    """End a platform with all its tokens; its cases, notices and appeals go on."""
    require(by, Right.ADMINISTER)
    now = timezone.now()
    if Platform.objects.filter(pk=row.pk, ended_at=None).update(ended_at=now):
        ApiToken.objects.filter(platform=row, ended_at=None).update(ended_at=now)
        journal.write(events.PlatformEnded(subject=row.subject, platform=row.name), by=by.as_actor())


@transaction.atomic
def renew_secret(platform: Platform, *, by: User) -> Platform:
    """Give a platform a new secret for its outcomes; for two days they are signed with the earlier one too.

    Of a secret that is renewed twice within them, only the last earlier one counts.
    """
    require(by, Right.ADMINISTER)
    row = Platform.objects.select_for_update().get(pk=platform.pk)
    row.earlier_number, row.earlier_until = row.number, timezone.now() + OVERLAP
    row.number = new_number()
    row.save(update_fields=["number", "earlier_number", "earlier_until"])
    if row.webhook_url:
        delivery.readdress(recipient(row), before=row.webhook_url)
    journal.write(events.SecretRenewed(subject=row.subject, platform=row.name), by=by.as_actor())
    return row


def keys_of(row: Platform) -> list[dict[str, Any]]:
    """Return what outcomes to a platform are signed with now."""
    keys: list[dict[str, Any]] = [{"number": row.number, "until": None}]
    if row.earlier_until is not None and row.earlier_until > timezone.now():
        keys.append({"number": row.earlier_number, "until": row.earlier_until.isoformat()})
    return keys


def recipient(row: Platform) -> Recipient:
    """Return a platform as the ledger names it."""
    return Recipient(
        key=row.subject,
        address=row.webhook_url,
        destination=row.webhook_host,
        data={"keys": keys_of(row)},
    )


@transaction.atomic
def make_token(
    platform: Platform, label: str, scopes: Collection[str], *, by: User, acts_for: User | None = None
) -> tuple[ApiToken, str]:
    """Return a token and its secret, which is shown this once.

    Raises BadPlatform without scopes, or for `decisions` without a moderator to act for.
    """
    require(by, Right.ADMINISTER)
    chosen = [scope.value for scope in Scope if scope.value in scopes]
    if not chosen or not label.strip():
        raise BadPlatform(_("Give the token a name and at least one thing that it may do."))
    decides = Scope.DECISIONS.value in chosen
    if decides and (acts_for is None or not acts_for.may(Right.MODERATE)):
        raise BadPlatform(_("A token that decides acts for one moderator. Choose who answers for it."))
    secret = PREFIX + secrets.token_urlsafe(32)
    row = ApiToken.objects.create(
        platform=platform,
        label=label.strip()[:100],
        secret_hash=_hash(secret),
        scopes=chosen,
        acts_for=acts_for if decides else None,
    )
    event = events.TokenMade(subject=platform.subject, label=row.label, scopes=chosen)
    journal.write(event, by=by.as_actor())
    return row, secret


@transaction.atomic
def end_token(row: ApiToken, *, by: User) -> None:
    """Let a token open nothing any more."""
    require(by, Right.ADMINISTER)
    if ApiToken.objects.filter(pk=row.pk, ended_at=None).update(ended_at=timezone.now()):
        event = events.TokenEnded(subject=row.platform.subject, label=row.label)
        journal.write(event, by=by.as_actor())


def token_of(secret: str) -> ApiToken | None:
    """Return the token that a secret opens; looked up by its hash, so that time tells nothing."""
    rows = ApiToken.objects.select_related("platform", "acts_for")
    return rows.filter(secret_hash=_hash(secret), ended_at=None, platform__ended_at=None).first()


@transaction.atomic
def submit(token: ApiToken, given: Submitted) -> ExternalItem:
    """Take a thing, or other words of one. The same again changes nothing."""
    _require(token, Scope.ITEMS)
    if given.written_at > timezone.now() + timedelta(minutes=5):
        raise BadPlatform(_("It cannot have been written in the future. Send the moment with its zone."))
    address = given.author_address.strip().lower()
    contact = Contact.objects.get_or_create(address=address)[0] if address else None
    row, new = ExternalItem.objects.select_for_update().get_or_create(
        platform=token.platform, key=given.key, defaults=_values(given, contact)
    )
    changed = not new and (row.title, row.text) != (given.title, given.text)
    if not new:
        for name, value in _values(given, contact).items():
            setattr(row, name, value)
        row.version += int(changed)
        row.save()
    if new or changed:
        event = events.ItemSubmitted(subject=token.platform.subject, item_id=row.pk, version=row.version)
        journal.write(event, by=_actor(token))
    return row


def report(token: ApiToken, key: str, said: Notification, *, language: str, confirmed: bool) -> Report:
    """Report a thing of this platform. `confirmed`: the platform knows whose the address is.

    Raises NoSuchItem, BadReport, TooOften.
    """
    _require(token, Scope.REPORTS)
    about = item_of(find(token, key))
    if confirmed:
        return engine.report_for(said, language=language, about=about)
    return engine.report(said, language=language, about=about)


def decide(token: ApiToken, key: str, ruling: Ruling) -> Decision:
    """Decide about a thing, as the moderator whom the token acts for.

    Raises what the engine raises: Changed, BadDecision, NotEligible, WrongState.
    """
    by = _moderator(token)
    item = item_of(find(token, key))
    with transaction.atomic():
        case = engine.open_by_staff(item, category=ruling.category, by=by)
        return engine.decide(case, ruling, by=by, revision=case.revision)


def propose(token: ApiToken, key: str, ruling: Ruling) -> Proposal:
    """Propose to end somebody's standing for good, as the moderator whom the token acts for.

    Raises what `decide` raises. Another person signs it, with `sign` or at the desk.
    """
    by = _moderator(token)
    item = item_of(find(token, key))
    with transaction.atomic():
        case = engine.open_by_staff(item, category=ruling.category, by=by)
        return engine.propose(case, ruling, by=by, revision=case.revision)


def sign(token: ApiToken, row: Proposal) -> Proposal:
    """Sign what another moderator proposed, as the moderator whom the token acts for.

    Raises NotEligible for the same one, Changed, WrongState.
    """
    engine.sign(row, by=_moderator(token))
    row.refresh_from_db()
    return row


def proposal_of(token: ApiToken, number: str) -> Proposal:
    """Return a proposal about a thing of this platform. Raises NoSuchItem."""
    known = number.isdecimal() and len(number) < 19
    rows = Proposal.objects.select_related("case", "decision__case").filter(case__item_kind=ExternalKind.name)
    found = rows.filter(pk=int(number)).first() if known else None
    mine = ExternalItem.objects.filter(platform=token.platform)
    if found is None or not mine.filter(pk=int(found.case.item_key)).exists():
        raise NoSuchItem(_("There is no proposal with this number."))
    return found


def _moderator(token: ApiToken) -> User:
    _require(token, Scope.DECISIONS)
    if token.acts_for is None:
        raise NotAllowed(_("This token acts for nobody, so it decides nothing."))
    return token.acts_for


def find(token: ApiToken, key: str) -> ExternalItem:
    """Return a thing of this platform alone. Raises NoSuchItem."""
    row = ExternalItem.objects.filter(platform=token.platform, key=key).first()
    if row is None:
        raise NoSuchItem(_("There is nothing with this id. Submit it first."))
    return row


def rule_for(row: ExternalItem, number: str) -> Rule | None:
    """Return the rule of this number that applied when a thing was written. Raises BadDecision."""
    if not number:
        return None
    found = next((rule for rule in rules_for(item_of(row)) if rule.number == number), None)
    if found is None:
        raise BadDecision(_("There was no rule %(number)s when this was written.") % {"number": number})
    return found


def decision_of(token: ApiToken, number: str) -> Decision:
    """Return a decision about a thing of this platform. Raises NoSuchItem."""
    _require(token, Scope.READ)
    parts = number.split("-")
    case, own = (parts[1], parts[2]) if len(parts) == 3 else ("", "")
    if all(part.isdecimal() and len(part) < 19 for part in (case, own)):
        rows = Decision.objects.select_related("case", "rule__book")
        found = rows.filter(case_id=int(case), number=int(own), case__item_kind=ExternalKind.name).first()
        mine = ExternalItem.objects.filter(platform=token.platform)
        if found and found.public_number == number and mine.filter(pk=int(found.case.item_key)).exists():
            return found
    raise NoSuchItem(_("There is no decision with this number."))


def forget_answers() -> int:
    """Forget what old requests were answered. For a chore."""
    old = IdempotentAnswer.objects.filter(at__lt=timezone.now() - ANSWERS_KEPT)
    pks = list(old.order_by("at").values_list("pk", flat=True)[:1000])
    return IdempotentAnswer.objects.filter(pk__in=pks).delete()[0]


def _require(token: ApiToken, scope: Scope) -> None:
    if scope.value not in token.scopes:
        raise NotAllowed(_("This token lacks the scope “%(scope)s”.") % {"scope": scope.value})


def require_read(token: ApiToken) -> None:
    """Refuse a token that may not read. Raises NotAllowed."""
    _require(token, Scope.READ)


def _values(given: Submitted, contact: Contact | None) -> dict[str, object]:
    return {
        "title": given.title,
        "text": given.text,
        "url": given.url,
        "language": given.language,
        "content_type": given.content_type,
        "author": given.author,
        "author_name": given.author_name,
        "contact": contact,
        "written_at": given.written_at,
    }


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _actor(token: ApiToken) -> Actor:
    return Actor(id=None, name=f"the platform {token.platform.name}")


def _checked(url: str) -> tuple[str, str]:
    try:
        parts = addresses.checked(url)
    except BadAddress as error:
        raise BadPlatform(str(error)) from error
    host, private = parts.hostname or "", settings.ALLOW_PRIVATE_ADDRESSES
    if parts.scheme != "https" and not private:
        raise BadPlatform(_("The address has to begin with https, so that nobody reads along."))
    if addresses.is_literal(host) and not addresses.may_be_asked(host, private):
        raise BadPlatform(_("%(host)s is not on the public internet.") % {"host": host})
    return url.partition("#")[0], f"{host}:{parts.port}" if parts.port else host
