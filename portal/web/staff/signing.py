"""Signing on a page: the signed-in person proves once more who they are."""

from __future__ import annotations

from flask import request
from sqlalchemy.orm import Session

from portal.people.accounts import second_factor
from portal.people.accounts.accounts import acting
from portal.people.accounts.signature import SigningDesk
from portal.web.frame import access, forms
from portal.web.sign_in import second_step
from portal.web.staff.frame import viewer

LONGEST_PASSWORD = 1024


def sign() -> None:
    """Check the password and the code that came with a form.

    Raises:
        InvalidInput: one of them is wrong.
        TryLater: too many were wrong.
    """
    with access.runtime().reading() as db:
        username = acting(db, viewer()).username
    password = request.form.get("password", "")[:LONGEST_PASSWORD]
    _desk().sign(username, password, forms.text("code", longest=40))


def asks_code(db: Session) -> bool:
    """Whether the viewer has a second factor."""
    return second_factor.is_on(acting(db, viewer()))


def _desk() -> SigningDesk:
    runtime = access.runtime()
    return SigningDesk(
        runtime.writing,
        access.keyring(),
        second_step.seals(),
        access.address(),
        runtime.now,
        runtime.real_now,
    )
