"""Calls over HTTP: bounded in time and size, within the vendor's budget, and honest about the unknown.

A *safe* call changes nothing, so whatever goes wrong may be tried again. Any other may be tried again
only where it certainly wasn't carried out: it never left, or the system sent it away (429). An error
of the server (5xx) may come after it did the work: that is unknown, and the books decide.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tieout.connectors.wire.budget import Meter
from tieout.connectors.wire.failures import Terminal, Transient, Unknown, WireError
from tieout.connectors.wire.masking import Mask

if TYPE_CHECKING:
    import httpx

#: Bytes of one answer beyond which it is refused.
LARGEST = 64 * 1024 * 1024

#: Seconds to connect, and between two pieces of an answer.
CONNECT, READ = 10, 60

#: How often a call that may be tried again is tried, and the longest pause in seconds between two.
ATTEMPTS, LONGEST = 5, 60

_TOO_MANY = 429
_REFUSED = 400
_SERVER = 500
_SHOWN = 300


@dataclass(frozen=True)
class Answer:
    """A good answer: status, body, and headers by their names in lower case."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def insecure(address: str) -> str | None:
    """Why an address can't be used: anything but https, on this very machine excepted."""
    parts = urlsplit(address)
    if parts.scheme == "https" and parts.hostname:
        return None
    if parts.username or parts.password:
        return "a name or password stands in the address"
    if parts.scheme == "http" and _loopback(parts.hostname or ""):
        return None
    return "only https is allowed, or http on this very machine"


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class Wire:
    """One system, spoken to over HTTP. ``auth`` gives the headers that prove who we are, anew for
    each call, since tokens expire; ``pause`` sleeps so many seconds."""

    def __init__(
        self,
        address: str,
        *,
        meter: Meter,
        auth: Callable[[], Mapping[str, str]] = dict,
        mask: Mask | None = None,
        pause: Callable[[float], None] = time.sleep,
        largest: int = LARGEST,
    ) -> None:
        why = insecure(address)
        if why:
            raise Terminal(f"{_without_user(address)}: {why}")
        self._address = address.rstrip("/")
        self._meter = meter
        self._auth = auth
        self._mask = mask or Mask(())
        self._pause = pause
        self._largest = largest
        self._client: httpx.Client | None = None

    @property
    def calls(self) -> int:
        """Calls made so far, those that failed among them."""
        return self._meter.calls

    def call(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        safe: bool,
    ) -> Answer:
        """One call, tried again where that can do no harm. ``safe``: it changes nothing.

        Raises ``Terminal`` (the system says no), ``Transient`` (nothing was done, however often we
        tried), ``Unknown`` (it may have been done; never of a safe call), ``Exhausted``.
        """
        from tenacity import Retrying, retry_if_exception_type, stop_after_attempt

        again = Retrying(
            retry=retry_if_exception_type(Transient),
            stop=stop_after_attempt(ATTEMPTS),
            wait=_wait,
            sleep=self._pause,
            reraise=True,
        )
        return again(self._once, method, path, json, params, headers, safe)

    def close(self) -> None:
        """Ends the connection."""
        if self._client:
            self._client.close()
            self._client = None
        self._meter.close()

    def _once(
        self,
        method: str,
        path: str,
        json: Any,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
        safe: bool,
    ) -> Answer:
        import httpx

        with self._meter.call():
            what = f"{method} {urlsplit(self._address).netloc}{path}"
            try:
                request = self._open().build_request(
                    method,
                    self._address + path,
                    json=json,
                    params=params,
                    headers={**self._auth(), **(headers or {})},
                )
                status, body, got = self._exchange(request)
            except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
                raise Transient(self._mask(f"{what}: no connection ({error})")) from None
            except httpx.InvalidURL as error:
                raise Terminal(self._mask(f"{what}: no address ({error})")) from None
            except httpx.HTTPError as error:
                why = f"{what}: no whole answer ({str(error) or type(error).__name__})"
                raise _unanswered(safe, self._mask(why)) from None
            return self._judged(what, status, body, got, safe)

    def _open(self) -> httpx.Client:
        if self._client is None:
            import httpx

            self._client = httpx.Client(
                timeout=httpx.Timeout(READ, connect=CONNECT),
                follow_redirects=False,
                trust_env=False,
                limits=httpx.Limits(max_connections=8),
            )
        return self._client

    def _exchange(self, request: httpx.Request) -> tuple[int, bytes | None, Mapping[str, str]]:
        """Status, body and headers; the body is None where it is larger than allowed."""
        response = self._open().send(request, stream=True)
        try:
            body = bytearray()
            for piece in response.iter_bytes(65_536):
                body += piece
                if len(body) > self._largest:
                    return response.status_code, None, response.headers
            return response.status_code, bytes(body), response.headers
        finally:
            response.close()

    def _judged(
        self, what: str, status: int, body: bytes | None, headers: Mapping[str, str], safe: bool
    ) -> Answer:
        if body is None:
            why = f"{what}: the answer is larger than {self._largest:,} bytes"
            raise Terminal(why, status=status) if safe else Unknown(why, status=status)
        if status < 300:
            return Answer(status, body, {k.lower(): v for k, v in headers.items()})
        text = self._mask(body.decode("utf-8", "replace"))
        why = f"{what}: {status} {_brief(text)}".rstrip()
        if status < _REFUSED:
            raise Terminal(
                f"{what}: {status}, a redirection, which is never followed", status=status
            )
        if status == _TOO_MANY:
            after = _after(headers.get("retry-after"))
            raise Transient(why, status=status, body=text, after=after)
        if status >= _SERVER:
            raise _unanswered(safe, why, status=status, body=text)
        raise Terminal(why, status=status, body=text)


def _unanswered(safe: bool, why: str, *, status: int | None = None, body: str = "") -> WireError:
    kind = Transient if safe else Unknown
    return kind(why, status=status, body=body)


def _wait(state: Any) -> float:
    """Seconds until the next attempt: what the system asks for, else 1, 2, 4, 8; never for long."""
    error = state.outcome.exception()
    asked = error.after if isinstance(error, Transient) else None
    return float(min(2 ** (state.attempt_number - 1) if asked is None else asked, LONGEST))


def _after(value: str | None) -> int | None:
    """``Retry-After`` in seconds. A date says when by the server's clock, which may not be ours:
    then nothing is made of it."""
    if value is None:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return int(value)
    return None


def _brief(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"


def _without_user(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.hostname or ''}"
