"""Goldens of the views: compared, or rewritten with --update-goldens and read in the diff."""

from pathlib import Path

import pytest

GOLDENS = Path(__file__).parent / "goldens"


@pytest.fixture
def golden(update_goldens):
    """`golden("plan.txt", text)`: the text must be the file's, to the letter."""

    def same(name, text):
        path = GOLDENS / name
        if update_goldens:
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")

    return same
