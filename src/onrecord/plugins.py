# SPDX-License-Identifier: Apache-2.0
"""Everything anyone may add. The core describes itself with the same class, in `wiring`.

A plugin is one `Plugin(...)` value behind the entry point group `onrecord.plugins`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from onrecord.bakery.gates import Gate
from onrecord.bakery.headers import Spoken
from onrecord.bakery.pages import Family
from onrecord.conversation.keeping import Keeper
from onrecord.conversation.pages.fragments import CommentLink
from onrecord.delivery.channels import Channel
from onrecord.delivery.inbound.handlers import Handler
from onrecord.delivery.transports import Transport
from onrecord.desk.panels import ActionProvider, NeedProvider, Sentence
from onrecord.identity.profiles import ProfileProvider
from onrecord.identity.webfinger import ResourceProvider
from onrecord.journal.events import Event
from onrecord.journal.reactions import Follower
from onrecord.moderation.items import ItemKind
from onrecord.moderation.transparency.links import TransparencyLink
from onrecord.moderation.ways import Way
from onrecord.people.keeping import AddressKeeper
from onrecord.press.accreditation.decisions import Teller
from onrecord.record.keys.others import Lister
from onrecord.statements.desk.asides import Provider as AsideProvider
from onrecord.statements.desk.links import Provider as LinkProvider
from onrecord.statements.pages.below import Provider as BelowProvider
from onrecord.statements.pages.beside import Provider as BesideProvider


@dataclass(frozen=True, slots=True)
class Chore:
    """Something the clock does: `run` is called about every `every` seconds in one worker.

    It must return quickly, be safe to run twice, and do nothing when nothing is due.
    """

    name: str
    every: float
    run: Callable[[], object]
    at_rest: float = 0.0
    """Seconds between two runs while nobody has written to the database for a while; 0: `every`, always."""


@dataclass(frozen=True, kw_only=True)
class Plugin:
    """One set of additions. Every field but the name may stay empty."""

    name: str
    """Unique, as `example.press-photos`."""
    followers: Mapping[type[Event], tuple[Follower, ...]] = field(default_factory=dict)
    """What follows what: for each event, the reactions to it, in order."""
    chores: tuple[Chore, ...] = ()
    """What the clock does."""
    families: tuple[Family, ...] = ()
    """Kinds of baked pages."""
    headers: tuple[Spoken, ...] = ()
    """What baked files say in headers because it stands in them."""
    gates: tuple[Gate, ...] = ()
    """What is asked before anything is baked, and raises to keep the site as it is."""
    transports: tuple[Transport, ...] = ()
    """Kinds of ways in which deliveries go out."""
    inbound: tuple[Handler, ...] = ()
    """Who takes mail that a person wrote."""
    channels: tuple[Channel, ...] = ()
    """What the screens about deliveries call a transport with certain purposes, and who may see whom."""
    needs: tuple[NeedProvider, ...] = ()
    """What the desk's front page may tell a member of staff to do now."""
    quick_actions: tuple[ActionProvider, ...] = ()
    """Buttons on the desk's front page."""
    sentences: Mapping[type[Event], Sentence] = field(default_factory=dict)
    """How the desk's recent activity tells an event."""
    profiles: tuple[ProfileProvider, ...] = ()
    """Which profiles elsewhere are the organisation's own: `rel=me` links, trust.txt, structured data."""
    address_keepers: tuple[AddressKeeper, ...] = ()
    """Who needs the address of the site to stay as it is."""
    resources: tuple[ResourceProvider, ...] = ()
    """Who answers WebFinger, and for what."""
    listed_keys: tuple[Lister, ...] = ()
    """Keys that prove objects outside of the log, for the register of keys to list."""
    below: tuple[BelowProvider, ...] = ()
    """What stands below a statement on its own page."""
    beside: tuple[BesideProvider, ...] = ()
    """What is baked together with the pages of an edition."""
    accreditation_tellers: tuple[Teller, ...] = ()
    """Who knows what was decided about an application for accreditation."""
    statement_panels: tuple[AsideProvider, ...] = ()
    """What stands beside a statement on its page at the desk."""
    comment_links: tuple[CommentLink, ...] = ()
    """What readers may do with a comment, beside answering it."""
    statement_links: tuple[LinkProvider, ...] = ()
    """Where else a statement leads at the desk."""
    item_kinds: tuple[ItemKind, ...] = ()
    """Kinds of things that can be reported and judged."""
    ways: tuple[Way, ...] = ()
    """How authors who have no e-mail address here are told of decisions."""
    comment_keepers: tuple[Keeper, ...] = ()
    """Who needs the text of a comment although its author withdrew or erased it: an open case."""
    transparency_links: tuple[TransparencyLink, ...] = ()
    """What the page about moderation leads to beside its own figures."""
