# SPDX-License-Identifier: Apache-2.0
"""The keys of this newsroom: a release key signs leaves, a log key signs checkpoints (docs/keys.md).

They are files in `<home>/keys`, never in the database: who copies a database backup gets no key, and a
restored database cannot bring back an old one. Which of them counts, the register says.

files     making, finding and removing key files
current   which keys sign now, and which keys readers accept
"""

from onrecord.record.keys.current import (
    Keys,
    PublicKeys,
    active,
    log_keys_at,
    newest_register,
    open_keys,
    public_keys,
)
from onrecord.record.keys.files import (
    LOG_FILE,
    RELEASE_FILE,
    WITNESS_STEM,
    create,
    create_for,
    destroy,
    directory,
    find,
    held,
    key_files,
    lock,
    make_keys,
    open_or_make,
    retire,
    secret_files,
    where,
)

__all__ = [
    "LOG_FILE",
    "RELEASE_FILE",
    "WITNESS_STEM",
    "Keys",
    "PublicKeys",
    "active",
    "create",
    "create_for",
    "destroy",
    "directory",
    "find",
    "held",
    "key_files",
    "lock",
    "log_keys_at",
    "make_keys",
    "newest_register",
    "open_keys",
    "open_or_make",
    "public_keys",
    "retire",
    "secret_files",
    "where",
]
