"""A wheel, built and installed once for whoever asks."""

from __future__ import annotations

import subprocess
from typing import Any


def run(*command: Any, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a program that has to end well, and keep what it says."""
    return subprocess.run(
        list(map(str, command)), capture_output=True, text=True, check=True, **options
    )
