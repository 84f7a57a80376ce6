# SPDX-License-Identifier: Apache-2.0
"""English is read everywhere: months are named, since 11/12 is two different days, and hours go to 24.

The other languages of the desk keep what Django has for them. The names are Django's.
"""

DATE_FORMAT = "j F Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j F Y, H:i"
MONTH_DAY_FORMAT = "j F"
SHORT_DATE_FORMAT = "j M Y"
SHORT_DATETIME_FORMAT = "j M Y, H:i"
FIRST_DAY_OF_WEEK = 1
