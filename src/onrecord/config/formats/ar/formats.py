# SPDX-License-Identifier: Apache-2.0
"""Django has no short dates for Arabic and takes American ones. The names are Django's."""

DATE_FORMAT = "j F Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j F Y، H:i"
MONTH_DAY_FORMAT = "j F"
SHORT_DATE_FORMAT = "j M Y"
SHORT_DATETIME_FORMAT = "j M Y، H:i"
FIRST_DAY_OF_WEEK = 6
