# SPDX-License-Identifier: Apache-2.0
"""Screens for moderators, reviewers, and whoever looks after rules and deadlines. Every rule is in `actions`.

entering   who is let in
reading    what the screens read, by index
queue      the queue; many decisions about spam at once
cases      one case, and the decision about it
proposals  what ends for good, before a second signature
appeals    appeals, and the outcome
samples    what was drawn to be judged again
rules      the draft of the rules
settings   deadlines, duties, trusted flaggers
"""
