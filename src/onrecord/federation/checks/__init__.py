# SPDX-License-Identifier: Apache-2.0
"""What another server sees of this one: `onrecord check --federation`, and by the clock, for the desk.

asking      one request after the other to the newsroom's own public address
finding     how another server finds the account: WebFinger, host-meta, NodeInfo
reading     what it then reads: the account, its collections, the newest statement
sending     what it may send: the inbox refuses what is not signed, and takes what is
around      what stands around: other names of the site, http, the clock
left_behind who followed under an address that was given up: read, not asked, by every `onrecord check`
looking     all of these; what was found is kept for the desk
"""
