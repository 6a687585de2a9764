"""While messages are held, every page says which number to phone."""

from __future__ import annotations

import pytest

from portal.operating import restoring
from portal.runtime import Runtime
from tests.support.cast import cast
from tests.support.web import Visitor

NUMBER = ">028-5550 0120</a>"


@pytest.fixture(autouse=True)
def _people(runtime: Runtime) -> None:
    """Somebody's numbers to call; asked for first, so that the pages know them."""
    cast(runtime, on_call=False)
    with runtime.writing() as session:
        restoring.mark_restored(session, backup_at=None, sent=None, now=runtime.now())


@pytest.mark.parametrize("page", ["/", "/sign-in", "/staff/sign-in", "/nowhere"])
def test_every_page_says_which_number_to_phone(client: Visitor, page: str) -> None:
    for language in ("en", "zh-CN"):
        shown = client.get(
            page, headers={"Accept-Language": language}, follow_redirects=True
        ).text
        band = shown.partition('<p class="band">This portal is being')[2]
        band += shown.partition('<p class="band">本平台正在修复')[2]
        assert NUMBER in band.partition("</p>")[0]


def test_after_the_release_no_page_says_so(client: Visitor, runtime: Runtime) -> None:
    with runtime.writing() as session:
        restoring.release(session, "Li Na", now=runtime.now())
    client.application.extensions["sites"].forget()
    shown = client.get("/sign-in", headers={"Accept-Language": "en"}).text
    assert "is being repaired" not in shown
