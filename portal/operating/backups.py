"""A backup: one encrypted file that is read back before the command says "ok".

Each file has its own key, derived by scrypt from the operator's key file. It encrypts
the copy in pieces with AES-256-GCM. Each piece has its position and says whether it is
the last, so a file that is truncated, reordered or changed in one bit cannot be opened.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sqlite3
import struct
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from sqlalchemy.engine import make_url

from portal.db import copies
from portal.db.copies import CannotCopy, Counts
from portal.errors import PortalError

MAGIC = b"portal backup 1\n"
PIECE = 1024 * 1024
COST = 2**15  # of scrypt: the cost of each guess of the key
TAG = 16
SALT = 16
SHORTEST_KEY = 20


@dataclass(frozen=True)
class Label:
    """What a backup says about itself: kind, schema, time and rows per table."""

    kind: str
    revision: str
    at: str
    rows: Counts


def read_key(path: str | None) -> bytes:
    """The operator's key, from the file that PORTAL_BACKUP_KEY_FILE names.

    Raises:
        PortalError: there is none, or it is too short.
    """
    if not path:
        raise PortalError(
            "PORTAL_BACKUP_KEY_FILE must name a file with a long random key, such as "
            "the output of: python3 -c 'import secrets; print(secrets.token_hex(32))'."
        )
    try:
        key = Path(path).read_bytes().strip()
    except OSError as error:
        raise PortalError(f"The key file cannot be read: {error.strerror}.") from error
    if len(key) < SHORTEST_KEY:
        raise PortalError(f"The key must have at least {SHORTEST_KEY} characters.")
    return key


def make(url: str, target: Path, key: bytes, *, revision: str, at: datetime) -> Label:
    """Write a backup of the database, read it back, and only then give it its name.

    Raises:
        PortalError: ``target`` exists already, or the backup failed; then no file is
            left.
    """
    if target.exists():
        raise PortalError(f"{target} exists already; a backup never replaces a file.")
    part = target.with_name(f"{target.name}.part")
    try:
        with private_folder(target.parent) as folder:
            copy = folder / "copy"
            rows = copies.dump(url, copy)
            label = Label(copies.kind_of(url), revision, at.isoformat(), rows)
            encrypt(copy, part, key, label)
            copy.unlink()
            if opened(part, key, folder / "again") != label:
                raise CannotCopy("what was written is not what was read back")
        part.rename(target)
        _sync(target.parent)
    except (CannotCopy, OSError) as error:
        raise PortalError(f"No backup was made: {error}.") from error
    finally:
        part.unlink(missing_ok=True)
    return label


def opened(backup: Path, key: bytes, copy: Path) -> Label:
    """Decrypt a backup into ``copy``, check its rows, and return its label.

    Raises:
        CannotCopy: wrong key, damaged, or not a backup.
    """
    with backup.open("rb") as source, _private(copy) as target:
        label = _decrypt(source, target, key)
    if copies.counted(label.kind, copy) != label.rows:
        raise CannotCopy("its rows are not those of the original")
    return label


def put_sqlite(copy: Path, url: str) -> None:
    """Move a checked copy into the database's place; the old database is deleted."""
    target = Path(make_url(url).database or "")
    for suffix in ("-wal", "-shm"):  # of the old database: harmful to the new
        Path(f"{target}{suffix}").unlink(missing_ok=True)
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode = DELETE")
    copy.replace(target)
    _sync(target.parent)


@contextmanager
def private_folder(beside: Path) -> Iterator[Path]:
    """A folder that only this user can read, on the same disk; deleted at the end."""
    beside.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".portal-", dir=beside))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _private(path: Path) -> Iterator[BinaryIO]:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(Scrypt(salt=salt, length=32, n=COST, r=8, p=1).derive(key))


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")  # the key is only for this file: no repeat


def encrypt(copy: Path, target: Path, key: bytes, label: Label) -> None:
    """Write ``label`` and ``copy`` to ``target`` in pieces."""
    salt = secrets.token_bytes(SALT)
    cipher = _cipher(key, salt)
    said = json.dumps(asdict(label)).encode()
    with copy.open("rb") as source, _private(target) as file:
        file.write(MAGIC + salt)
        piece, number, last = said, 0, False
        while not last:
            following = source.read(PIECE)
            last = not following
            closed = cipher.encrypt(_nonce(number), piece, b"last" if last else b"")
            file.write(struct.pack(">?I", last, len(closed)) + closed)
            piece, number = following, number + 1


def _decrypt(source: BinaryIO, target: BinaryIO, key: bytes) -> Label:
    if source.read(len(MAGIC)) != MAGIC:
        raise CannotCopy("it is not a backup of this portal")
    cipher = _cipher(key, source.read(SALT))
    label: Label | None = None
    try:
        for number, (last, closed) in enumerate(_pieces(source)):
            piece = cipher.decrypt(_nonce(number), closed, b"last" if last else b"")
            if label is None:
                label = Label(**json.loads(piece))
            else:
                target.write(piece)
    except InvalidTag as error:
        raise CannotCopy("the key is wrong, or the file is damaged") from error
    if label is None:
        raise CannotCopy("it is cut short")
    return label


def _pieces(source: BinaryIO) -> Iterator[tuple[bool, bytes]]:
    last = False
    while not last:
        head = source.read(5)
        if len(head) != 5:
            raise CannotCopy("it is cut short")
        last, length = struct.unpack(">?I", head)
        if length > PIECE + TAG:
            raise CannotCopy("it is damaged")
        yield last, source.read(length)
