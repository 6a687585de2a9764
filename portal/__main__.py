"""``python -m portal``."""

from portal.cli import cli
from portal.cli.help import PROGRAM

cli(prog_name=PROGRAM)
