"""``python -m tests.support.program CODE``: a process that does what a test says."""

import sys

exec(sys.argv[1])
