"""What a shell offers while a command line is typed, and that real shells take our scripts."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tieout.cli.app import VERBS
from tieout.cli.completion import candidates


def offered(*words: str) -> list[str]:
    return list(candidates(words))


def test_verbs_and_what_is_below_them() -> None:
    assert offered("") == [verb.name for verb in VERBS]
    assert offered("re") == ["reconcile", "release", "report"]
    assert "verify" in offered("state", "")
    assert offered("--root", "somewhere", "va") == ["validate"]


def test_options_and_their_values() -> None:
    assert offered("plan", "--sh") == ["--show-pay"]
    assert offered("validate", "--format", "") == ["text", "json", "github"]
    assert offered("validate", "--format", "json", "--e") == ["--env"]
    assert offered("vendors", "--strict", "--fo") == ["--format"]
    assert offered("completion", "z") == ["zsh"]


def test_codes_and_where_files_stand() -> None:
    assert offered("explain", "TO20") == [f"TO20{n}" for n in range(1, 10)]
    assert offered("apply", "") == []
    assert offered("plan", "-o", "") == []
    assert offered("nonsense", "--nonsense", "") == [verb.name for verb in VERBS]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_one_that_the_shell_takes(tieout, tmp_path, shell) -> None:
    script = tieout("completion", shell).out
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} isn't here")
    file = tmp_path / "script"
    file.write_text(script, encoding="utf-8")
    subprocess.run([shell, "-n", str(file)], check=True)


def test_bash_completes(tieout, tmp_path) -> None:
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    (bin_ / "tieout").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m tieout "$@"\n')
    (bin_ / "tieout").chmod(0o755)
    typed = "COMP_WORDS=(tieout plan --sh); COMP_CWORD=2; _tieout; echo \"${COMPREPLY[@]}\""
    ran = subprocess.run(
        ["bash", "-c", tieout("completion", "bash").out + typed], capture_output=True, text=True,
        check=True, env={**os.environ, "PATH": f"{bin_}{os.pathsep}{os.environ['PATH']}"}, cwd=Path.cwd(),
    )  # fmt: skip
    assert ran.stdout.strip() == "--show-pay"
