# SPDX-License-Identifier: Apache-2.0
"""actors     the newsroom's own accounts
remote     servers and accounts elsewhere; which servers are refused, and why
following  who elsewhere follows which account
answers    what accounts elsewhere did with a statement; which activities came already
"""

from onrecord.federation.models.actors import Actor, ActorKind, FormerKey
from onrecord.federation.models.answers import Flag, Interaction, InteractionKind, ReceivedActivity
from onrecord.federation.models.following import Follow
from onrecord.federation.models.remote import DomainBlock, RemoteActor, RemoteHost, SignatureKind

__all__ = [
    "Actor",
    "ActorKind",
    "DomainBlock",
    "Flag",
    "Follow",
    "FormerKey",
    "Interaction",
    "InteractionKind",
    "ReceivedActivity",
    "RemoteActor",
    "RemoteHost",
    "SignatureKind",
]
