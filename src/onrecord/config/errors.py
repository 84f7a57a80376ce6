# SPDX-License-Identifier: Apache-2.0
"""What the program refuses before it starts.

ConfigError
├── SettingError     a variable has an impossible value, or an unknown name
├── HomeError        the data directory cannot be used
└── StartError       the program cannot be started
"""


class ConfigError(Exception):
    """Something outside the program is not as it must be. The message says how to mend it."""


class SettingError(ConfigError):
    """A variable has an impossible value, or a name that does not exist."""


class HomeError(ConfigError):
    """The data directory cannot be used."""


class StartError(ConfigError):
    """The program cannot be started."""
