"""Calls over the wire, against a small system on loopback and a proxy that goes wrong on demand."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from faultproxy import FaultProxy
from hypothesis import given
from hypothesis import strategies as st

from tieout.connectors.wire.budget import Budget, Meter
from tieout.connectors.wire.failures import Exhausted, Terminal, Transient, Unknown
from tieout.connectors.wire.http import Wire, insecure
from tieout.connectors.wire.masking import MASK, Mask

SECRET = "p4ss/w0rd+plus"


class Ledger(ThreadingHTTPServer):
    """Keeps what it is sent. ``/no`` refuses, ``/echo`` tells the secret back, ``/long`` is long."""

    def __init__(self) -> None:
        self.kept: list[object] = []
        super().__init__(("127.0.0.1", 0), Page)


class Page(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        self.tell(200, {"kept": self.server.kept})

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.path == "/no":
            return self.tell(422, {"why": f"no such party, {self.headers['authorization']}"})
        if self.path == "/long":
            return self.tell(200, "x" * 5000)
        self.server.kept.append(json.loads(body))
        return self.tell(200, {"kept": len(self.server.kept)})

    def tell(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def ledger():
    server = Ledger()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def proxy(ledger):
    with FaultProxy("127.0.0.1", ledger.server_port).serving() as standing:
        yield standing


@pytest.fixture
def wire(proxy, tmp_path):
    pauses = []
    wire = Wire(
        proxy.address,
        meter=Meter(Budget(), tmp_path / "calls.sqlite"),
        auth=lambda: {"authorization": f"Bearer {SECRET}"},
        mask=Mask([SECRET]),
        pause=pauses.append,
        largest=1000,
    )
    wire.pauses = pauses
    yield wire
    wire.close()


def post(wire, path="/", safe=False):
    return wire.call("POST", path, json={"hours": 8}, safe=safe)


def test_a_good_answer(wire, ledger):
    assert json.loads(post(wire).body) == {"kept": 1}
    assert ledger.kept == [{"hours": 8}]
    assert (wire.calls, wire.pauses) == (1, [])


@pytest.mark.parametrize("fault", ["drop_answer", "cut_answer", "502_after"])
def test_a_lost_answer_of_a_write_is_unknown_and_never_sent_again(wire, proxy, ledger, fault):
    proxy.go_wrong(fault)
    with pytest.raises(Unknown):
        post(wire)
    assert len(ledger.kept) == 1
    assert len(proxy.seen) == 1


@pytest.mark.parametrize("fault", ["drop_request", "500", "502"])
def test_what_may_have_arrived_is_unknown_too(wire, proxy, ledger, fault):
    proxy.go_wrong(fault)
    with pytest.raises(Unknown):
        post(wire)
    assert ledger.kept == []
    assert len(proxy.seen) == 1


def test_what_was_sent_away_is_sent_again_and_done_once(wire, proxy, ledger):
    proxy.go_wrong("429", "429")
    post(wire)
    assert len(ledger.kept) == 1
    assert wire.calls == 3
    assert wire.pauses == [0, 0], "as the system asks"


def test_the_patience_of_a_call_has_an_end(wire, proxy, ledger):
    proxy.from_now_on("429" for _ in iter(int, 1))
    with pytest.raises(Transient) as caught:
        post(wire)
    assert caught.value.status == 429
    assert len(proxy.seen) == 5
    assert ledger.kept == []


@pytest.mark.parametrize("fault", ["drop_request", "drop_answer", "cut_answer", "500", "502_after"])
def test_a_safe_call_is_tried_again_whatever_went_wrong(wire, proxy, fault):
    proxy.go_wrong(fault, fault)
    assert wire.call("GET", "/", safe=True).status == 200
    assert wire.pauses == [1, 2]


def test_nobody_there_is_transient(tmp_path):
    closed = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    closed.server_close()
    pauses = []
    wire = Wire(
        f"http://127.0.0.1:{closed.server_port}",
        meter=Meter(Budget(), tmp_path / "calls.sqlite"),
        pause=pauses.append,
    )
    with pytest.raises(Transient):
        post(wire)
    assert pauses == [1, 2, 4, 8]
    wire.close()


def test_a_refusal_is_terminal_and_carries_no_secret(wire):
    with pytest.raises(Terminal) as caught:
        post(wire, "/no")
    assert caught.value.status == 422
    assert "no such party" in str(caught.value)
    assert MASK in caught.value.body
    assert SECRET not in str(caught.value) + caught.value.body


def test_a_redirection_is_never_followed(wire, proxy):
    proxy.go_wrong("redirect")
    with pytest.raises(Terminal, match="never followed"):
        post(wire)


def test_an_answer_without_end_is_refused(wire):
    with pytest.raises(Unknown, match="larger than 1,000 bytes"):
        post(wire, "/long")
    with pytest.raises(Terminal, match="larger than 1,000 bytes"):
        post(wire, "/long", safe=True)


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("https://books.example/api", True),
        ("http://127.0.0.1:8000", True),
        ("http://[::1]:8000", True),
        ("http://localhost:8000", True),
        ("http://books.example", False),
        ("http://127.0.0.1.example", False),
        ("http://user:word@127.0.0.1", False),
        ("ftp://books.example", False),
        ("https://", False),
        ("books.example", False),
    ],
)
def test_only_what_is_encrypted_leaves_the_machine(address, allowed):
    assert (insecure(address) is None) is allowed


def test_a_budget_holds_across_processes(ledger, tmp_path):
    """The second meter stands for another process: it reads what the first one spent."""
    file = tmp_path / "state" / "calls.sqlite"
    address = f"http://127.0.0.1:{ledger.server_port}"
    for spent in (2, 1):
        meter = Meter(Budget(day=3), file, patience=0)
        wire = Wire(address, meter=meter)
        for _ in range(spent):
            post(wire)
        wire.close()
    wire = Wire(address, meter=Meter(Budget(day=3), file, patience=0))
    with pytest.raises(Exhausted, match="3 a day"):
        post(wire)
    wire.close()
    assert len(ledger.kept) == 3, "nothing left without room for it"


@given(st.text(min_size=4, max_size=30).filter(lambda s: MASK not in s), st.text(), st.text())
def test_no_secret_survives_the_mask(secret, before, after):
    told = Mask([secret])(before + secret + after)
    assert secret not in told or secret in MASK
