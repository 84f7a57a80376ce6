# SPDX-License-Identifier: Apache-2.0
"""The fediverse: the newsroom as an account that servers elsewhere can find, read and follow (ActivityPub).

What it says is baked; only the inbox needs the program. It sends through the ledger of deliveries, and judges
nobody: what readers there answer belongs to conversation.
"""
