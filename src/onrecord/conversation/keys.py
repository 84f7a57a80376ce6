# SPDX-License-Identifier: Apache-2.0
"""Keys of commenters: each has one of their own, locked by a key in the data directory.

With it the texts that a decision seals are locked. Who copies the database cannot open them, and once
somebody is erased nobody can.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from onrecord.conversation.errors import WrongState
from onrecord.conversation.models import Commenter, CommentVersion
from onrecord.delivery.keyfile import key

KEY_FILE = "comments.key"
_NONCE = 12


def new_key(subject: str) -> bytes:
    """Return a fresh key for a commenter, locked."""
    return _lock(key(KEY_FILE), AESGCM.generate_key(256), subject.encode())


def seal(commenter: Commenter, version: CommentVersion) -> bytes:
    """Return text and HTML of a version, locked with its author's key. Raises WrongState without one."""
    content = json.dumps([version.text, version.html]).encode()
    return _lock(_key_of(commenter), content, _place(version))


def unseal(commenter: Commenter, version: CommentVersion) -> tuple[str, str]:
    """Return text and HTML of a sealed version, to the byte. Raises WrongState if the key is gone."""
    assert version.sealed is not None  # noqa: S101 - asked only of sealed ones
    text, html = json.loads(_open(_key_of(commenter), bytes(version.sealed), _place(version)))
    return text, html


def digest_of(folded: str) -> str:
    """Return what tells that two texts are the same, to nobody who has the database alone."""
    return hmac.new(settings.SECRET_KEY.encode(), folded.encode(), hashlib.sha256).hexdigest()[:32]


def _key_of(commenter: Commenter) -> bytes:
    if commenter.key is None:
        raise WrongState(f"The key of commenter {commenter.pk} is gone: they were erased.")
    return _open(key(KEY_FILE), bytes(commenter.key), commenter.subject.encode())


def _place(version: CommentVersion) -> bytes:
    return f"{version.comment_id}/{version.number}".encode()


def _lock(secret: bytes, content: bytes, about: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(secret).encrypt(nonce, content, about)


def _open(secret: bytes, locked: bytes, about: bytes) -> bytes:
    return AESGCM(secret).decrypt(locked[:_NONCE], locked[_NONCE:], about)
