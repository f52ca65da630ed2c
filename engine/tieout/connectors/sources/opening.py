"""A file's bytes → its table, by the format that they are in."""

from __future__ import annotations

import hashlib
import io
import zipfile
from typing import Final

from tieout.config import regular
from tieout.connectors.sources.files import InputFile
from tieout.connectors.sources.records import Form, is_json, open_records
from tieout.connectors.sources.separated import open_separated
from tieout.connectors.sources.settings import Settings
from tieout.connectors.sources.table import LARGEST, Table, decode, empty, too_large, unreadable
from tieout.connectors.sources.workbook import is_workbook, open_workbook
from tieout.domain.diagnostic import Refused

#: How zip archives begin.
_ARCHIVE: Final = b"PK\x03\x04"


def open_input(file: InputFile, settings: Settings) -> tuple[Table, str]:
    """A file's table and the SHA-256 of its bytes. Raises ``Refused`` (TO303, TO304, TO306, TO312 to
    TO314)."""
    data = _read(file)
    digest = hashlib.sha256(data).hexdigest()
    if settings.profile.archive and data.startswith(_ARCHIVE):
        data = _unpacked(file.name, data, settings.profile.archive)
    return _table(file.name, data, settings), digest


def _read(file: InputFile) -> bytes:
    try:
        if file.path.stat().st_size > LARGEST:
            raise Refused([too_large(file.name, f"has more than {LARGEST >> 20} MB")])
        return regular.read(file.path)
    except OSError as error:
        raise Refused([unreadable(file.name, str(error.strerror))]) from None


def _unpacked(name: str, data: bytes, endings: tuple[str, ...]) -> bytes:
    """The one file of an archive that ends so. Nothing is written to disk, and no more is unpacked
    than a file may have."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            fitting = [i for i in archive.infolist() if i.filename.lower().endswith(endings)]
            if len(fitting) != 1:
                raise Refused([unreadable(name, f"{len(fitting)} files in it end on {endings[0]}")])
            with archive.open(fitting[0]) as packed:
                found = packed.read(LARGEST + 1)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise Refused([unreadable(name, str(error))]) from None
    if len(found) > LARGEST:
        raise Refused([too_large(name, f"unpacks to more than {LARGEST >> 20} MB")])
    return found


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
