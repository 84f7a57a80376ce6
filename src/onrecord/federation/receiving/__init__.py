# SPDX-License-Identifier: Apache-2.0
"""What servers elsewhere send: taken only from whom it says it is from, understood only as far as needed.

normal      activities and objects as plain JSON: no remote contexts, limits of size and depth
remarks     what somebody wrote elsewhere, as the text of a comment
verifying   whose request it is
fetching    accounts and objects elsewhere, asked for in the name of the program
limits      how much one server, one network may send
taking      an activity that was verified becomes a row
handling    what such a row changes; handlers/ has a file for each kind
views       the inbox, and the collections of what was answered
"""
