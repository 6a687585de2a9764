"""What goes out is gzipped for browsers that read it, and the same when opened."""

from __future__ import annotations

import gzip

import pytest
from werkzeug.test import TestResponse

from tests.support.web import Visitor


def fetched(client: Visitor, path: str, **headers: str) -> TestResponse:
    response = client.get(path, headers=headers, buffered=True)
    response.close()
    return response


@pytest.mark.parametrize("path", ["/static/js/live.js", "/static/js/keep.js"])
def test_a_file_is_the_same_when_unpacked(client: Visitor, path: str) -> None:
    plain = fetched(client, path)
    packed = fetched(client, path, **{"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2
    assert int(packed.headers["Content-Length"]) == len(packed.data)
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "Accept-Encoding" in plain.headers["Vary"]


def test_a_style_goes_out_without_what_it_says_to_its_authors(
    client: Visitor,
) -> None:
    path, gzipped = "/static/css/portal.css", {"Accept-Encoding": "gzip"}
    plain = fetched(client, path).text
    packed = gzip.decompress(fetched(client, path, **gzipped).data).decode()
    assert "/*" in plain
    assert "/*" not in packed
    assert packed.count("{") == plain.count("{")
    assert packed.endswith("}\n")


def test_a_file_is_asked_for_once_whatever_becomes_of_the_cookies(
    client: Visitor,
) -> None:
    assert (
        fetched(client, "/static/css/portal.css").headers["Vary"] == "Accept-Encoding"
    )
    assert "Cookie" in fetched(client, "/sign-in").headers["Vary"]


def test_a_page_is_packed_and_keeps_its_headers(client: Visitor) -> None:
    packed = fetched(client, "/sign-in", **{"Accept-Encoding": "gzip"})
    assert "手机号码" in gzip.decompress(packed.data).decode()
    assert packed.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in packed.headers["Content-Security-Policy"]


@pytest.mark.parametrize("accepted", ["", "br", "gzip;q=0", "identity", "g;;zip,,q=x"])
def test_who_does_not_read_gzip_gets_it_plain(client: Visitor, accepted: str) -> None:
    answer = fetched(client, "/sign-in", **{"Accept-Encoding": accepted})
    assert "Content-Encoding" not in answer.headers
    assert "手机号码" in answer.text


def test_a_file_that_has_not_changed_is_not_sent_again(client: Visitor) -> None:
    gzipped = {"Accept-Encoding": "gzip"}
    first = fetched(client, "/static/css/portal.css", **gzipped)
    again = fetched(
        client,
        "/static/css/portal.css",
        **gzipped,
        **{"If-None-Match": first.headers["ETag"]},
    )
    assert again.status_code == 304
    assert again.data == b""


def test_what_is_tiny_or_packed_already_is_left_alone(client: Visitor) -> None:
    for path in ("/livez", "/static/icons/icon-32.png"):
        answer = fetched(client, path, **{"Accept-Encoding": "gzip"})
        assert "Content-Encoding" not in answer.headers
