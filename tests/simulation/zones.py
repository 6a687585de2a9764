"""Thirty zones: every way in which clocks are changed, and some that never are."""

ZONES = (
    "Asia/Shanghai",
    "Asia/Urumqi",
    "Asia/Kathmandu",  # quarter hours
    "Asia/Kolkata",
    "Asia/Tehran",
    "Asia/Beirut",  # changes at midnight
    "Asia/Jerusalem",
    "Asia/Gaza",
    "Australia/Lord_Howe",  # changes by half an hour
    "Australia/Adelaide",
    "Australia/Sydney",
    "Pacific/Chatham",  # three quarters, and changes
    "Pacific/Auckland",
    "Pacific/Kiritimati",  # the first to see a day
    "Pacific/Honolulu",
    "Pacific/Easter",
    "Africa/Casablanca",  # changes for Ramadan
    "Africa/Cairo",  # changes at midnight, of a Friday
    "Atlantic/Azores",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Chisinau",
    "America/Asuncion",
    "America/Santiago",  # changes at midnight
    "America/Havana",  # changes at midnight
    "America/New_York",
    "America/St_Johns",  # half an hour
    "America/Los_Angeles",
    "America/Nuuk",
    "America/Scoresbysund",
)
