"""The small studio, ready to be planned."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import studio as small


@pytest.fixture
def studio(tmp_path: Path, tieout: Callable[..., Any]) -> small.Studio:
    """Nothing applied yet."""
    return small.build(tmp_path / "studio", tieout)


@pytest.fixture
def booked(studio: small.Studio) -> small.Studio:
    """September is in the books and the next plan is empty."""
    studio.settle()
    return studio
