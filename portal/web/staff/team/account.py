"""The viewer's own account, and setting up the second factor."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.errors import InvalidInput
from portal.people.access.limits import TryLater
from portal.people.accounts import second_factor
from portal.people.accounts.accounts import acting
from portal.people.accounts.second_factor import CodeResult
from portal.web.frame import access, forms, own_paths, try_later
from portal.web.frame.access import needs
from portal.web.sign_in import second_step
from portal.web.staff.frame import Errors, blueprint, named, staff_page, viewer


@blueprint.get("/account")
@needs("enter")
def account() -> ResponseReturnValue:
    return _page({}, 200)


def _page(errors: Errors, status: int) -> ResponseReturnValue:
    with access.runtime().reading() as db:
        staff = acting(db, viewer())
        shown = second_step.shown(db, staff.id)
        own = {
            "username": staff.username,
            "role": staff.role,
            "second_factor": second_factor.is_on(staff),
            "since": staff.totp_since,
        }
    return staff_page(
        "staff/account.html", "account", status, own=own, shown=shown, errors=errors
    )


@blueprint.post("/account/second-factor")
@needs("enter")
def set_up_second_factor() -> ResponseReturnValue:
    """Make a secret for the app; it counts once a code was typed."""
    try:
        with access.runtime().writing() as db:
            second_factor.offer(db, second_step.seals(), acting(db, viewer()).id)
    except InvalidInput as error:
        return _page(named(error), 400)
    return own_paths.go("/staff/account")


@blueprint.post("/account/second-factor/confirm")
@needs("enter")
def confirm_second_factor() -> ResponseReturnValue:
    """Show by a code that the app has the secret."""
    runtime = access.runtime()
    try:
        with runtime.writing() as db:
            answer = second_factor.try_code(
                db,
                second_step.seals(),
                access.keyring(),
                viewer().staff_id or 0,
                forms.text("code", longest=40),
                now=runtime.now(),
                real_now=runtime.real_now(),
            )
    except TryLater as limit:
        return _page({"code": try_later.sentence(limit)}, 429)
    if answer is not CodeResult.RIGHT:
        return _page({"code": second_step.why(answer)}, 400)
    return own_paths.go("/staff/account")
