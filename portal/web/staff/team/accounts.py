"""The accounts of the site: an administrator helps a colleague, never themselves."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.errors import InvalidInput
from portal.people.access import passwords
from portal.people.accounts import accounts as account_rules
from portal.people.accounts import colleagues
from portal.people.accounts.accounts import acting
from portal.web.frame import access, own_paths
from portal.web.frame.access import needs
from portal.web.frame.language import sentence_of
from portal.web.sign_in import second_step
from portal.web.staff.frame import Errors, blueprint, staff_page, viewer


@blueprint.get("/accounts")
@needs("accounts")
def accounts() -> ResponseReturnValue:
    return _page({}, 200)


def _page(errors: Errors, status: int) -> ResponseReturnValue:
    with access.runtime().reading() as db:
        found = colleagues.at_site(db, viewer().site_id)
    return staff_page(
        "staff/accounts.html",
        "accounts",
        status,
        accounts=found,
        own_id=viewer().staff_id,
        required=second_step.required(),
        shortest=passwords.SHORTEST,
        errors=errors,
    )


@blueprint.post("/accounts/<int:staff_id>/second-factor")
@needs("accounts")
def reset_second_factor(staff_id: int) -> ResponseReturnValue:
    """Remove the second factor of a colleague who is there in person."""
    runtime = access.runtime()
    with runtime.writing() as db:
        colleagues.reset_second_factor(
            db,
            colleagues.known(db, acting(db, viewer()), staff_id),
            by=viewer().actor,
            now=runtime.now(),
            real_now=runtime.real_now(),
        )
    return own_paths.go("/staff/accounts")


@blueprint.post("/accounts/<int:staff_id>/password")
@needs("accounts")
def set_password(staff_id: int) -> ResponseReturnValue:
    """Give a colleague a new password."""
    runtime, field = access.runtime(), f"password-{staff_id}"
    try:
        with runtime.writing() as db:
            account_rules.set_password(
                db,
                colleagues.known(db, acting(db, viewer()), staff_id).id,
                request.form.get(field, ""),
                by=viewer().actor,
                now=runtime.now(),
                real_now=runtime.real_now(),
            )
    except InvalidInput as error:
        return _page({field: sentence_of(error)}, 400)
    return own_paths.go("/staff/accounts")


@blueprint.post("/accounts/<int:staff_id>/close")
@needs("accounts")
def close_account(staff_id: int) -> ResponseReturnValue:
    """Close the account of a colleague who left; the rota then shows the gaps."""
    runtime = access.runtime()
    with runtime.writing() as db:
        admin = acting(db, viewer())
        colleagues.disable(
            db,
            admin,
            colleagues.known(db, admin, staff_id),
            now=runtime.now(),
            real_now=runtime.real_now(),
        )
    return own_paths.go("/staff/rota")
