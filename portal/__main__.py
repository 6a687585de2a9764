"""``python -m portal``."""

from portal.cli import cli
from portal.cli_help import PROGRAM

cli(prog_name=PROGRAM)
