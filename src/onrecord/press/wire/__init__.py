# SPDX-License-Identifier: Apache-2.0
"""The wire: editions to outlets by machine, each destination with a queue, numbers and a secret of its own.

items     an edition, or a text under embargo, as `press.formats` write it
actions   destinations, their queues, tokens
sending   a transport of the ledger: HTTPS and SFTP
views     where those ask who fetch

What is carried stands in the ledger like everything (`delivery`); the order of each destination stands here.
"""
