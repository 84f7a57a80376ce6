# SPDX-License-Identifier: Apache-2.0
"""What the record refuses."""


class RecordError(Exception):
    """Anything the record refuses."""


class OtherOrigin(RecordError):
    """The log already has another name."""


class AlreadyLogged(RecordError):
    """The edition is in the log with another commitment, or the commitment with another edition."""


class HeadMoved(RecordError):
    """Another process extended the log in between; nothing was written."""


class HeadDamaged(RecordError):
    """What the database says about the log contradicts itself or the log's key. Nothing is signed."""


class Forked(RecordError):
    """A published checkpoint is not part of this log: the database is older than it, or another one."""


class HighWaterDamaged(RecordError):
    """The file with the highest checkpoint that has left this machine cannot be read. Nothing is signed."""


class NotRecoverable(RecordError):
    """The log cannot be brought back from this mirror. Nothing was changed."""


class SealsLost(NotRecoverable):
    """Nobody knows any more what some sealed leaves commit to."""


class NotThere(NotRecoverable):
    """A mirror has no file at this address."""


class SourceSilent(NotRecoverable):
    """A mirror cannot be asked, or a folder cannot be read."""


class NoSuchLeaf(RecordError):
    """The log has no leaf of this index, or no leaf at all."""


class NotOpen(RecordError):
    """The leaf is sealed or erased, so nothing that opens it may be given out."""


class WrongLeaf(RecordError):
    """A leaf cannot be opened or erased as asked."""


class SealedTooLong(RecordError):
    """The end of a seal is not within the time that the register allows."""


class KeyMissing(RecordError):
    """The log has leaves but the file of its key is gone. A new key would make another log."""


class KeyUnreadable(RecordError):
    """The file of a key holds no Ed25519 private key, or cannot be read."""


class NotTimestamped(RecordError):
    """The timestamping authority did not answer, or what it answered does not prove what it should."""


class WrongKey(RecordError):
    """A key that cannot be what it was given as: not listed, already closed, or of another log."""


class NotSigned(RecordError):
    """Signatures that are not by root keys of the register, or over another register."""


class BadWitness(RecordError):
    """What was given as a witness cannot be one."""


class BadLogKey(RecordError):
    """What was given as the key of a log to follow cannot be one."""
