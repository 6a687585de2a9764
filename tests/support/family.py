"""A process and all its descendants, as Linux reports them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Kin:
    """One process: who it is (its number may be given again), and what it has used."""

    pid: int
    parent: int
    began: int
    name: str
    """As it calls itself: a fork of the nursery is no other command than that."""
    seconds: float
    """Of the processor, with those of its children that have ended."""
    ended: bool
    """It is dead, and only waits for its parent to notice."""

    @property
    def command(self) -> str:
        try:
            said = Path(f"/proc/{self.pid}/cmdline").read_bytes()
        except OSError:
            return ""
        return said.replace(b"\0", b" ").decode(errors="replace")

    def lives(self) -> bool:
        """Whether this same process still runs."""
        now = _look(self.pid)
        return now is not None and now.began == self.began and not now.ended


def family(root: int) -> list[Kin]:
    """The process of that number and its descendants."""
    looks = (_look(int(one.name)) for one in Path("/proc").glob("[0-9]*"))
    everybody = [kin for kin in looks if kin]
    ours = {root}
    while more := {kin.pid for kin in everybody if kin.parent in ours} - ours:
        ours |= more
    return [kin for kin in everybody if kin.pid in ours]


def _look(pid: int) -> Kin | None:
    try:
        told = Path(f"/proc/{pid}/stat").read_text("utf-8", errors="replace")
    except OSError:  # it ended meanwhile
        return None
    head, _, tail = told.rpartition(")")
    name, fields = head.partition("(")[2], tail.split()
    used = sum(map(int, fields[11:15])) / TICKS
    began, ended = int(fields[19]), fields[0] == "Z"
    return Kin(pid, int(fields[1]), began, name, used, ended)
