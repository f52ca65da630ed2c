"""A file's bytes → its table, by the format that they are in."""

from __future__ import annotations

import hashlib

from tieout.connectors.sources.files import InputFile
from tieout.connectors.sources.records import Form, is_json, open_records
from tieout.connectors.sources.separated import open_separated
from tieout.connectors.sources.settings import Settings
from tieout.connectors.sources.table import LARGEST, Table, decode, empty, too_large, unreadable
from tieout.connectors.sources.workbook import is_workbook, open_workbook
from tieout.domain.diagnostic import Refused


def open_input(file: InputFile, settings: Settings) -> tuple[Table, str]:
    """A file's table and the SHA-256 of its bytes. Raises ``Refused`` (TO303, TO304, TO306, TO312 to
    TO314)."""
    data = _read(file)
    return _table(file.name, data, settings), hashlib.sha256(data).hexdigest()


def _read(file: InputFile) -> bytes:
    try:
        if file.path.stat().st_size > LARGEST:
            raise Refused([too_large(file.name, f"has more than {LARGEST >> 20} MB")])
        return file.path.read_bytes()
    except OSError as error:
        raise Refused([unreadable(file.name, str(error.strerror))]) from None


def _table(name: str, data: bytes, settings: Settings) -> Table:
    if is_workbook(data):
        return open_workbook(name, data, settings.sheet)
    text = decode(name, data, settings.encoding)
    if not text.strip():
        raise Refused([empty(name)])
    profile = settings.profile
    if is_json(name, text):
        return open_records(name, text, Form(profile.nested, profile.cells, settings.list_name))
    if profile.text is not None:
        return profile.text(name, text)
    return open_separated(name, text, settings.delimiter)
