# SPDX-License-Identifier: Apache-2.0
from onrecord.statements.models.contacts import PressContact, Spokesperson
from onrecord.statements.models.editions import Asset, Edition, Publication, TopicListing
from onrecord.statements.models.erasures import Erasure, Tombstone
from onrecord.statements.models.remarks import Remark
from onrecord.statements.models.seals import Seal
from onrecord.statements.models.search import SearchEntry
from onrecord.statements.models.statements import AFTER_SUBMISSION, Change, Kind, Progress, State, Statement
from onrecord.statements.models.topics import Topic, TopicName

__all__ = [
    "AFTER_SUBMISSION",
    "Asset",
    "Change",
    "Edition",
    "Erasure",
    "Kind",
    "PressContact",
    "Progress",
    "Publication",
    "Remark",
    "Seal",
    "SearchEntry",
    "Spokesperson",
    "State",
    "Statement",
    "Tombstone",
    "Topic",
    "TopicListing",
    "TopicName",
]
