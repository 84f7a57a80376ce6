# SPDX-License-Identifier: Apache-2.0
"""The press room: the page where journalists find whom to phone, facts, pictures that print, appointments.

calendar   press conferences as iCalendar
archives   the pictures and files of a statement in one file
pages      what is baked
actions    that something changed
desk       lists and forms of Wagtail
"""
