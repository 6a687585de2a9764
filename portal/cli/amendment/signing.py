"""Signing at a terminal: asks for the password, and for the code if there is one."""

from __future__ import annotations

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.tables.people import Staff
from portal.people.access.keys import Keyring
from portal.people.accounts import second_factor
from portal.people.accounts.accounts import normal_name
from portal.people.accounts.seals import Seals
from portal.people.accounts.signature import SigningDesk
from portal.runtime import Runtime

TERMINAL = "terminal"


def signed(runtime: Runtime, by: str) -> int:
    """The id of the member of staff with this name, after password and code."""
    with runtime.reading() as session:
        asks_code = _asks_code(session, by)
    password = str(click.prompt(f"Password of {by}", hide_input=True))
    code = str(click.prompt(f"Code of {by}", hide_input=True)) if asks_code else ""
    settings = runtime.settings
    desk = SigningDesk(
        runtime.writing,
        Keyring(settings.secret_key),
        Seals(settings.secret_key, settings.old_secret_key),
        TERMINAL,
        runtime.now,
        runtime.real_now,
    )
    return desk.sign(by, password, code)


def _asks_code(session: Session, by: str) -> bool:
    staff = session.scalar(select(Staff).filter_by(username=normal_name(by)))
    return staff is not None and second_factor.is_on(staff)
