# SPDX-License-Identifier: Apache-2.0
"""The guard of every form that strangers may send: who follows, comments, reports, asks, appeals.

In this order: the field that only programs fill in, the ticket (what for, shown when), how often this network
and this address sent something, the work of the reader's machine, the ticket again: it works once.
A form that is baked holds no ticket. With JavaScript the page fetches one, together with work to do. Without,
the first sending is answered with the form once more, which holds a ticket: read it and send it again.

guard      admit a form, or say why not
tickets    what a form shows of when and for what it was given out
work       the proof that a machine spent some time on it (ALTCHA)
counting   how often networks and addresses sent a form; which tickets are used up
together   one transaction for forms that come at the same time
views      where a page fetches ticket and work
"""
