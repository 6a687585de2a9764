"""The first page, signing out, and the language switch."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.errors import InvalidInput
from portal.languages import LANGUAGES, MADE
from portal.people.access import enrolled_phones, languages
from portal.web.frame import access, cookies, forms, own_paths
from portal.web.frame.access import GuardedBlueprint
from portal.web.frame.language import may_be_chosen, offered
from portal.web.sign_in import signing_out

blueprint = GuardedBlueprint("start", __name__, guard="open")


@blueprint.get("/")
def start() -> ResponseReturnValue:
    return own_paths.go(own_paths.home())


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    return signing_out.sign_out("/sign-in")


@blueprint.post("/phone/forget")
def forget_phone() -> ResponseReturnValue:
    held = cookies.read_cookie(cookies.DEVICE)
    runtime = access.runtime()
    if held:
        with runtime.writing() as db:
            enrolled_phones.revoke(db, held, real_now=runtime.real_now())
    response = signing_out.sign_out("/sign-in")
    cookies.drop_cookie(response, cookies.DEVICE)
    return response


@blueprint.post("/language")
def choose_language() -> ResponseReturnValue:
    chosen = forms.text("language", longest=10)
    if chosen not in (*LANGUAGES, *MADE):
        raise InvalidInput("There is no such language.", field="language")
    if not may_be_chosen(chosen):
        chosen = offered()[0]
    viewer = access.viewer()
    if viewer is not None:
        runtime = access.runtime()
        with runtime.writing() as db:
            languages.choose(db, viewer, chosen, now=runtime.now())
    response = own_paths.go(own_paths.known(forms.text("next", longest=200), "/"))
    cookies.set_cookie(response, cookies.LANGUAGE, chosen)
    return response
