# SPDX-License-Identifier: Apache-2.0
"""Servers that nothing is taken from: each for a reason that can be read, for a time or until it is lifted.

names    hosts as people write them, and what is below a host
actions  block a server, lift that; hide what was said from there, show it again to the byte
pages    the public list, for people and programs
links    where that list is told of
"""
