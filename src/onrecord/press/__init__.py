# SPDX-License-Identifier: Apache-2.0
"""The press: outlets, their journalists, lists of them; what is sent to them and what they ask.

models    outlets, journalists, lists, destinations
beats     the subjects that journalists cover: IPTC Media Topics
actions   everything that is done with them
formats   editions as news agencies take them: object in, bytes out

Not here: readers who follow (`followers`), how mail is carried (`delivery`), press contacts (`statements`).
"""
