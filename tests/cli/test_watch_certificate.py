"""A certificate that ends soon is told fourteen days ahead, once a day."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from portal.operating.watch import A_DAY, Watch, certificate_days

BEGINS = datetime(1971, 1, 1, tzinfo=UTC)
ENDS = datetime(2500, 1, 1, tzinfo=UTC)
"""Before and after any day that a machine has: who asks for TLS goes by its clock."""


def certificate(folder: Path) -> Path:
    """One for localhost, signed by itself, in a file with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(BEGINS)
        .not_valid_after(ENDS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    private = serialization.PrivateFormat.PKCS8
    pem = key.private_bytes(serialization.Encoding.PEM, private, plain)
    file = folder / "certificate.pem"
    file.write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A portal that shows this certificate."""
    file = certificate(tmp_path)
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"https://localhost:{server.server_port}/healthz", file
    server.shutdown()
    server.server_close()
    thread.join()


def test_F58_the_days_that_a_certificate_still_holds_are_read(
    served: tuple[str, Path],
) -> None:
    url, file = served
    trusted = ssl.create_default_context(cafile=str(file))
    now = (ENDS - timedelta(days=13)).timestamp()
    assert certificate_days(url, now, trusted) == pytest.approx(13)
    assert certificate_days(url, now) is None, "one that nobody vouches for"
    assert certificate_days("http://localhost:1/healthz", now) is None


@pytest.mark.parametrize(("days", "shouts"), [(13.9, 1), (14.1, 0), (None, 0)])
def test_F58_fourteen_days_ahead_somebody_is_told_once_a_day(
    days: float | None, shouts: int
) -> None:
    said: list[str] = []

    def shout(words: str) -> bool:
        said.append(words)
        return True

    url = "https://portal.example/healthz"
    watch = Watch(url, shout, 0.0)
    for moment in (0.0, 10.0, A_DAY - 1):
        watch.note_certificate(url, moment, now=0, days_of=lambda *_: days)
    assert len(said) == shouts
    watch.note_certificate(url, A_DAY, now=0, days_of=lambda *_: days)
    assert len(said) == 2 * shouts
