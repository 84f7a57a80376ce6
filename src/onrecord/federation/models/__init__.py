# SPDX-License-Identifier: Apache-2.0
"""actors     the newsroom's own accounts
remote     servers and accounts elsewhere; which servers are refused, and why
following  who elsewhere follows which account
answers    what accounts elsewhere did with a statement; which activities came already
counts     how many follow, by server and day by day
reaching   whether the newsroom can be reached from outside
policy     what the newsroom has chosen: who may quote, whether blocks are published
"""

from onrecord.federation.models.actors import Actor, ActorKind, FormerKey
from onrecord.federation.models.answers import Flag, Interaction, InteractionKind, ReceivedActivity
from onrecord.federation.models.counts import FollowDay, HostCount, LastCount
from onrecord.federation.models.following import Follow
from onrecord.federation.models.policy import Policy, Quoters
from onrecord.federation.models.reaching import SelfCheck
from onrecord.federation.models.remote import DomainBlock, RemoteActor, RemoteHost, SignatureKind

__all__ = [
    "Actor",
    "ActorKind",
    "DomainBlock",
    "Flag",
    "Follow",
    "FollowDay",
    "FormerKey",
    "HostCount",
    "Interaction",
    "InteractionKind",
    "LastCount",
    "Policy",
    "Quoters",
    "ReceivedActivity",
    "RemoteActor",
    "RemoteHost",
    "SelfCheck",
    "SignatureKind",
]
