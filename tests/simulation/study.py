"""One simulated study on a database of its own, lived through and counted."""

from __future__ import annotations

import gc

from portal.runtime import Runtime
from tests.simulation.counting import Counts, counted
from tests.simulation.size import Size
from tests.simulation.world import World
from tests.support.databases import forgetful
from tests.support.settings import settings_for


def lived(database_url: str, seed: int, size: Size) -> Counts:
    """Live a study through on a migrated database; SQLite need not outlast a crash."""
    gc.freeze()  # what is loaded by now stays: it need not be looked at again
    runtime = Runtime(settings_for(database_url))
    forgetful(runtime.database.engine)
    try:
        return counted(World(runtime, seed=seed, size=size).run())
    finally:
        runtime.close()
