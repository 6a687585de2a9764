"""Whether the machine's kernel says that a time source keeps its clock right.

NTP and similar services set the kernel's status; setting the clock by hand clears it.
"""

from __future__ import annotations

import ctypes
import sys

UNSYNCHRONISED = 0x0040
ERROR = 5


class _Timex(ctypes.Structure):
    """The beginning of Linux's ``struct timex``, and room for the rest."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 256),
    )


def vouches() -> bool:
    """Whether a time source keeps the clock right; False if this is not known."""
    if not sys.platform.startswith("linux"):
        return False
    timex = _Timex()
    try:
        state = ctypes.CDLL(None).adjtimex(ctypes.byref(timex))
    except (OSError, AttributeError):
        return False
    return 0 <= state < ERROR and not timex.status & UNSYNCHRONISED
