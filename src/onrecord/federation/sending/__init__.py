# SPDX-License-Identifier: Apache-2.0
"""What the newsroom tells servers elsewhere: through the ledger, signed when it is posted.

signing      which account signs, with which key, and in which of the two ways
transport    the way out (`activitypub`), as the ledger of deliveries knows it
audiences    who is told: one delivery for each inbox
hosts        what is known of servers: which signature they take, that they are there again
actions      tell of an edition, send one activity to one account
direct       write to one account, for nobody else
accounts     tell that an account of ours has changed, or is gone
"""
