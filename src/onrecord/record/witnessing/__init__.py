# SPDX-License-Identifier: Apache-2.0
"""Being a witness for the logs of others (c2sp.org/tlog-witness; docs/witnesses.md).

following   whom to witness for, and with which key: follow, unfollow
answering   answer add-checkpoint, show what was seen, keep evidence of forks
"""
