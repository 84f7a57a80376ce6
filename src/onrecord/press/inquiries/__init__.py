# SPDX-License-Identifier: Apache-2.0
"""Inquiries: journalists ask by form or mail; officers take, draft, sign off, answer, and may publish.

reading     a mail as it came in, read with bounds
incoming    mail to the press mailbox and answers to ours: which inquiry it belongs to
actions     what may be done
sending     receipts, answers and reminders as rows of the ledger
searching   the words of inquiries and answers, in either database
figures     how fast the newsroom answers
views       the form and the page of an inquiry, for journalists
desk        the board, one inquiry, the library of answers
"""
