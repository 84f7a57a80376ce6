# SPDX-License-Identifier: Apache-2.0
"""The newsroom for any WSGI server. `onrecord start` brings its own and does not come here."""

from onrecord.config import environment, home
from onrecord.config.answering import LateDjango, before_django

_ENVIRONMENT = environment.read()

application = before_django(LateDjango(), _ENVIRONMENT, home.locate(_ENVIRONMENT))
