"""The demonstration as it is made at ``START``: made once for each worker, then copied."""

from __future__ import annotations

from portal.demo.past.seed import seed
from portal.runtime import Runtime
from tests.support.clock import Clock
from tests.support.databases import Databases
from tests.support.settings import settings_for


def demonstration(databases: Databases) -> str:
    """The address of a database with everybody in it, of a test alone."""
    return databases.filled(make)


def make(url: str) -> None:
    runtime = Runtime(settings_for(url), clock=Clock())
    assert seed(runtime)
    runtime.close()
