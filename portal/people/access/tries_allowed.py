"""How many tries are allowed: every limit of the portal, in one table.

``limits`` counts them. None prevents an entry or an acknowledgement. A limit by address
is high, because a whole ward may share one address.
"""

from __future__ import annotations

from datetime import timedelta

from portal.people.access.limits import Limit

HALF_A_MINUTE = timedelta(seconds=30)
TEN_MINUTES = timedelta(minutes=10)
QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

# Codes by text: requesting one, and typing it.
CODES_FOR_A_NUMBER = (
    Limit("code-number", 1, HALF_A_MINUTE),
    Limit("code-number", 5, HOUR),
    Limit("code-number", 10, DAY),
)
CODES_FROM_AN_ADDRESS = Limit("code-address", 30, HOUR)
TRIES_OF_A_CODE = 5
CODE_BY_NUMBER = Limit("code-try-number", 10, HOUR)
CODE_BY_ADDRESS = Limit("code-try-address", 30, HOUR)

# Other ways in of participants and caregivers.
PAPER_CODE_BY_ADDRESS = Limit("paper-address", 20, HOUR)
PIN = (Limit("pin", 5, QUARTER), Limit("pin", 20, DAY))

# The team.
PASSWORD_BY_NAME_AND_ADDRESS = Limit("staff-name-address", 5, QUARTER)
PASSWORD_BY_NAME = Limit("staff-name", 30, QUARTER)
PASSWORD_BY_ADDRESS = Limit("staff-address", 60, QUARTER)
SECOND_FACTOR = (Limit("staff-code", 5, QUARTER), Limit("staff-code-day", 30, DAY))

# The code that sets up a ward's screen.
SIREN = (Limit("siren", 10, TEN_MINUTES),)
