# SPDX-License-Identifier: Apache-2.0
"""What comes back to the newsroom by mail: bounces, complaints, answers of machines and of people.

Three doors lead into one action, `actions.take_in`: a mailbox (`mailbox`), an LMTP listener (`lmtp`) and the
command `onrecord mail inbound`. Nothing here ever sends a mail, so no two machines can answer each other.
"""
