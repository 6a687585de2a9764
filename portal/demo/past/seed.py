"""Fills an empty database with the demonstration: people, their past, one open alert.

Everything is written through the use cases with the moments of that time, in the order
in which it happened, from one fixed seed: two starts at the same moment tell the same
story. Nothing from the past is left to be sent.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import study_versions
from portal.db.tables.people import Site
from portal.demo.past import staff as troupe
from portal.demo.past.history import History
from portal.demo.past.participant_past import plan_lives
from portal.demo.past.people import SITE, STUDY
from portal.runtime import Runtime
from portal.study_files import load_study, study_source


def seeded_at(session: Session) -> datetime | None:
    """When the demonstration was put into this database; None: never."""
    return session.scalar(select(Site.created_at).where(Site.code == SITE))


def seed(runtime: Runtime, zone: str | None = None, name: str = STUDY) -> bool:
    """Fill the database once, in one transaction; False when it was done before.

    ``name`` is the study's name or path. The hospital is in its time zone, or in another
    ``zone``.

    Raises:
        StudyFileFault: there is no such study, or its file has a fault.
    """
    study, source = load_study(name), study_source(name)
    place = replace(study.site, time_zone=zone or study.site.time_zone)
    with runtime.writing() as session:
        if seeded_at(session) is not None:
            return False
        now = runtime.now()
        version = study_versions.install(session, study, source, now=now)
        site = troupe.open_site(session, place, now=now)
        staff = troupe.hire(session, site, study, now=now)
        history = History(session, version, study, site, staff, now)
        plan_lives(history)
        history.tell()
    return True
