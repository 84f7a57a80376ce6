# SPDX-License-Identifier: Apache-2.0
from onrecord.statements.models.contacts import PressContact, Spokesperson
from onrecord.statements.models.editions import Asset, Edition, Publication, TopicListing
from onrecord.statements.models.progress import Progress, Remark, State
from onrecord.statements.models.statements import Kind, Statement
from onrecord.statements.models.topics import Topic, TopicName

__all__ = [
    "Asset",
    "Edition",
    "Kind",
    "PressContact",
    "Progress",
    "Publication",
    "Remark",
    "Spokesperson",
    "State",
    "Statement",
    "Topic",
    "TopicListing",
    "TopicName",
]
