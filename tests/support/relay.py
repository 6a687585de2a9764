"""A relay of e-mail for tests: a real SMTP server that answers as it is told."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, cast


class Session(socketserver.StreamRequestHandler):
    """One conversation; ``server.says`` overrides the answer to a command."""

    def handle(self) -> None:
        says = cast(Any, self.server).says
        self._say("220 relay")
        with suppress(OSError):
            for line in iter(self.rfile.readline, b""):
                verb = line.split()[0].decode().upper() if line.split() else ""
                if says.get(verb) == "drop":
                    return
                if not self._obey(verb, line, says):
                    return

    def _obey(self, verb: str, line: bytes, says: dict[str, str]) -> bool:
        cast(Any, self.server).heard.append(line.decode().strip())
        usual = {"EHLO": "250-relay\r\n250 AUTH PLAIN LOGIN", "DATA": "354 go on"}
        answer = says.get(verb, usual.get(verb, "250 fine"))
        if verb == "AUTH":
            answer = says.get(verb, "235 welcome")
        self._say(answer)
        if verb == "DATA" and answer.startswith("354"):
            return self._take(says.get("CONTENT", "250 taken"))
        return verb != "QUIT"

    def _take(self, answer: str) -> bool:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        cast(Any, self.server).taken.append(b"".join(lines))
        if answer == "hang":
            cast(Any, self.server).ending.wait(20)
            return False
        if answer == "drop":
            return False
        self._say(answer)
        return True

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")
        self.wfile.flush()


class Server(socketserver.ThreadingTCPServer):
    """A relay on this machine."""

    daemon_threads = True
    allow_reuse_address = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        self.says: dict[str, str] = {}
        self.heard: list[str] = []
        self.taken: list[bytes] = []
        self.ending = threading.Event()

    def handle_error(self, *_: Any) -> None:
        """Ignore a client that goes away."""


@contextmanager
def relaying() -> Iterator[Server]:
    """A relay that listens on this machine while the block lasts."""
    server = Server()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.ending.set()
        server.shutdown()
        server.server_close()
        thread.join()
