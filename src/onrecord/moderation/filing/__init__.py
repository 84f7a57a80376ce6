# SPDX-License-Identifier: Apache-2.0
"""What the law wants filed about judging: the yearly transparency report, statements of reasons.

gathering   facts of the database into what `formats` writes
duties      what each role owes, in words
actions     texts, publication, exports
pages       published reports, for five years and longer
desk        the screens
"""
