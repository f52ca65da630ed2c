"""Headless Chromium where there is one; without it these tests skip and say so."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

TESTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS / "unit" / "reporting"), str(TESTS / "scenarios")]

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
#: No call home, and no first-run pages; the sandbox needs a user that isn't root.
FLAGS = ["--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--no-first-run", "--disable-gpu"]  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    found = os.environ.get("TIEOUT_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("no Chromium here; TIEOUT_CHROMIUM can name it")
    sync_playwright = pytest.importorskip("playwright.sync_api").sync_playwright
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=[*FLAGS, *root])
        yield started
        started.close()
