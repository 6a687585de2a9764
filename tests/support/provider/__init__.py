"""A telephone provider for tests: a real HTTP server that speaks Twilio's API.

It checks each request, keeps a ledger of what really happened, calls back with
signatures, owns the phones at the other end, and fails as it is told.
"""

from tests.support.provider.account import Handset, Item, Provider
from tests.support.provider.server import running

__all__ = ["Handset", "Item", "Provider", "running"]
