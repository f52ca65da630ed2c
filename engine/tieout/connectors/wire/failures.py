"""What can go wrong with a call. There are three ways, and only one of them may be tried again blindly."""

from __future__ import annotations


class WireError(Exception):
    """A call that gave no good answer. ``status`` is the HTTP status, None where no answer came;
    ``body`` the answer's text. The message names host and path, never a secret."""

    def __init__(self, message: str, *, status: int | None = None, body: str = "") -> None:
        self.status = status
        self.body = body
        super().__init__(message)


class Terminal(WireError):
    """The system understood, and says no; the same call will always fail."""


class Transient(WireError):
    """Nothing was done: the request never left, or the system asks to come again later.

    ``after`` is how many seconds it asks us to wait, None where it doesn't say.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        body: str = "",
        after: int | None = None,
    ) -> None:
        self.after = after
        super().__init__(message, status=status, body=body)


class Unknown(WireError):
    """It was sent, and nobody knows whether it was done: the document has to be looked up."""


class Exhausted(WireError):
    """The vendor's budget of calls is spent, and waiting for the next would take too long."""
