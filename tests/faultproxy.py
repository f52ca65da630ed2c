"""A proxy on loopback that goes wrong on demand: it stands between us and a real system.

Each request takes the next fault of ``script`` (an endless source of names; ``pass`` when it is
spent). ``seen`` lists what came of each request: its fault, and whether the system behind got it.
"""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

#: What may happen to a request. The system behind gets it (True) or never hears of it (False).
FAULTS = {
    "pass": True,
    "delay": True,
    "drop_request": False,
    "drop_answer": True,
    "cut_answer": True,
    "429": False,
    "500": False,
    "502": False,
    "502_after": True,
    "redirect": False,
}


class FaultProxy:
    """Where it listens (``address``), what is to go wrong (``script``), what did (``seen``)."""

    def __init__(self, host: str, port: int) -> None:
        self.behind = (host, port)
        self.script: Iterator[str] = iter(())
        self.seen: list[tuple[str, bool]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def go_wrong(self, *faults: str) -> None:
        """The next requests fare so; those after them pass."""
        assert set(faults) <= FAULTS.keys()
        self.script = iter(faults)

    def from_now_on(self, faults: Iterable[str]) -> None:
        """Every request takes the next of these."""
        self.script = iter(faults)

    def _handler(proxy) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: Any) -> None:
                pass

            def _serve(self) -> None:
                fault = next(proxy.script, "pass")
                length = int(self.headers.get("content-length") or 0)
                body = self.rfile.read(length)
                proxy.seen.append((fault, FAULTS[fault]))
                if fault == "delay":
                    time.sleep(0.2)
                if not FAULTS[fault]:
                    return self._instead(fault)
                status, headers, answer = self._forward(body)
                if fault == "drop_answer":
                    self._hang_up()
                elif fault == "502_after":
                    self._answer(502, [], b"bad gateway")
                elif fault == "cut_answer":
                    self._answer(status, headers, answer, len(answer) // 2)
                    self._hang_up()
                else:
                    self._answer(status, headers, answer)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve

            def _instead(self, fault: str) -> None:
                if fault == "drop_request":
                    self._hang_up()
                elif fault == "redirect":
                    self._answer(302, [("location", "http://elsewhere.example/")], b"")
                else:
                    again = [("retry-after", "0")] if fault == "429" else []
                    self._answer(int(fault), again, b"not now")

            def _forward(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
                connection = http.client.HTTPConnection(*proxy.behind, timeout=30)
                kept = {k: v for k, v in self.headers.items() if k.lower() != "accept-encoding"}
                connection.request(self.command, self.path, body, kept)
                response = connection.getresponse()
                answer = response.read()
                headers = [(k, v) for k, v in response.getheaders() if k.lower() == "content-type"]
                connection.close()
                return response.status, headers, answer

            def _answer(
                self, status: int, headers: list, body: bytes, sent: int | None = None
            ) -> None:
                self.send_response(status)
                for name, value in [*headers, ("content-length", str(len(body)))]:
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body[:sent])

            def _hang_up(self) -> None:
                self.close_connection = True
                self.connection.shutdown(2)

        return Handler

    @contextmanager
    def serving(self) -> Iterator[FaultProxy]:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()
