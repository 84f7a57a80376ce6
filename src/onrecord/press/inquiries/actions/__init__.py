# SPDX-License-Identifier: Apache-2.0
"""Everything that may be done with inquiries.

receiving    ask, enter, confirm, go on, withdraw
working      take, hand over, ask a spokesperson, note, draft, sign off, send back
answering    send an answer, close, reopen, mark an answer, begin a statement from it
reminding    before deadlines
keeping      close what is quiet, remove what is personal, erase
policies     who signs off, what is shown of response times
"""
