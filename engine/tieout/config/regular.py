"""Reads what stands in a file, and in nothing else that a path may lead to.

A pipe that nobody writes to would be waited for without end, and a device such as ``/dev/zero``
read without end. Neither is a file that anybody means.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path


def read(path: Path) -> bytes:
    """The bytes of a regular file. Raises OSError, also for what is no regular file."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as file:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, "it is a pipe or a device, no file", str(path))
        return file.read()
