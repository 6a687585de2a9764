"""Two doors: what every browser may fetch, and what only an enrolled phone may."""

from __future__ import annotations

from portal.web.frame.access import GuardedBlueprint

open_door = GuardedBlueprint("offline", __name__, guard="open")
kept = GuardedBlueprint("kept", __name__, guard="reporter")
