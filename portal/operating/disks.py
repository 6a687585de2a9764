"""Whether the disks of the database and the journals have room and can be written."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import make_url

from portal.config import Settings
from portal.operating.health import HealthPart

LOW, VERY_LOW = 0.20, 0.10  # free shares of the disk
ENOUGH = 2 * 1024**3  # bytes; with more free than that, the share does not matter


@dataclass(frozen=True)
class Disk:
    """The disk of one of our files, named by its use."""

    name: str
    free: float  # a share of the whole
    free_bytes: int
    writable: bool

    @property
    def full(self) -> bool:
        """Whether somebody must make room now."""
        return self.free < VERY_LOW and self.free_bytes < ENOUGH

    @property
    def low(self) -> bool:
        """Whether somebody should look at it."""
        return self.free < LOW and self.free_bytes < ENOUGH


def disks(settings: Settings) -> list[Disk]:
    """The disks that this portal writes to; PostgreSQL's server looks after its own."""
    url = make_url(settings.database_url)
    local = url.database if url.get_backend_name() == "sqlite" else None
    files = {
        "database": local,
        "journal": settings.journal,
        "red_flag_journal": settings.red_flag_journal,
    }
    return [_disk(name, Path(file)) for name, file in files.items() if file]


def _disk(name: str, file: Path) -> Disk:
    folder = file.absolute().parent
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return Disk(name, 0.0, 0, writable=False)
    writable = os.access(file if file.exists() else folder, os.W_OK)
    return Disk(name, usage.free / usage.total, usage.free, writable)


def part(settings: Settings) -> HealthPart:
    """The state of the disks, as one part of health."""
    found = disks(settings)
    ill = [f"{one.name} cannot be written" for one in found if not one.writable]
    ill += [f"{one.name} is full" for one in found if one.writable and one.full]
    if ill:
        return HealthPart("disk", False, "; ".join(ill))
    low = [f"{one.name} has {one.free:.0%} left" for one in found if one.low]
    return HealthPart("disk", True, "; ".join(low) or "room enough")
