"""The docs say what the program does: made parts, paths, examples and commands are all checked."""

import importlib.util
import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from tieout.config.files import MAPPINGS
from tieout.config.load import load

ROOT = Path(__file__).resolve().parents[2]
DOCS = sorted((ROOT / "docs").glob("*.md"))
TOP = sorted(ROOT.glob("*.md"))
#: Put together here, so that this file isn't what it looks for.
ELSEWHERE = [
    "/wo" + "rk/main",
    "/wo" + "rk/shared",
    "/ro" + "ot/",
    "/ho" + "me/",
    "pypi" + ".org",
    "pythonhosted" + ".org",
    "registry" + ".npmjs",
    "index" + "-url",
]


def generator():
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


generate = generator()


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def examples(page, language="yaml"):
    """(what the first line calls it, the text) of each block."""
    blocks = re.findall(rf"^```{language}\n# (.*?)\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    assert blocks
    return blocks


def name(path):
    return path.relative_to(ROOT).as_posix()


# made parts


@pytest.mark.parametrize("page", DOCS, ids=name)
def test_made_parts_are_as_the_program_says_now(page):
    text = page.read_text(encoding="utf-8")
    assert generate.made(text) == text, "run: python docs/generate.py"


def test_every_law_pack_has_its_page_as_the_pack_says_now():
    pages = generate.law_pages()
    folder = ROOT / "docs/laws"
    assert {path.name for path in folder.glob("*")} == {path.name for path in pages}
    for path, text in pages.items():
        assert path.read_text(encoding="utf-8") == text, "run: python docs/generate.py"
    assert "| no |" in pages[folder / "nl.md"]
    assert "California Labor Code §510(a)" in pages[folder / "us-ca.md"]


VERBS = tuple(re.findall(r"^#{3,4} (.+)$", generate.verbs(), re.MULTILINE))


@pytest.mark.parametrize("verb", VERBS, ids=str)
def test_every_verb_stands_in_the_page_with_every_option(verb):
    page = read("docs/cli.md")
    assert f"## {verb}\n" in page
    assert generate.help_of(*verb.split()) in page


def test_every_kind_of_file_has_its_keys_in_the_page():
    page = read("docs/language.md")
    rules = json.loads(read("schemas/rules.schema.json"))["properties"]
    delivered = {rule for rule, schema in rules.items() if schema.get("x-later") is not True}
    for kind in {"tieout", "law", "decisions", *MAPPINGS, *delivered}:
        assert f"<!-- made: keys {kind}" in page, kind
    for rule in rules.keys() - delivered:
        assert f"`{rule}`" in page, rule


def test_every_code_stands_in_the_index():
    page = read("docs/codes.md")
    assert {f"[{code}]" for code in generate.codes.codes()} <= set(re.findall(r"\[TO\d{3}\]", page))


# what the pages name


def test_every_path_in_the_architecture_exists():
    paths = re.findall(
        r"`((?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:toml|md|yaml))`", read("ARCHITECTURE.md")
    )
    assert len(set(paths)) > 60
    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", [*TOP, *DOCS], ids=name)
def test_every_link_leads_somewhere(page):
    text = page.read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
        assert link.startswith("https://") or (page.parent / link).exists(), link


@pytest.mark.parametrize("page", [*TOP, *DOCS], ids=name)
def test_every_make_target_exists(page):
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    named = re.findall(r"(?:^|`)make ([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(named) <= targets


@pytest.mark.parametrize("page", [*TOP, *DOCS], ids=name)
def test_every_verb_and_option_that_is_named_exists(page):
    text = page.read_text(encoding="utf-8")
    text = re.sub(r"<!-- made.*?<!-- end -->", "", text, flags=re.DOTALL)
    for line in re.findall(r"(?:^|^\$ |`|&& )tieout ([a-z][^`&\n]*)", text, re.MULTILINE):
        words = line.partition("#")[0].split()
        verb = next((v for v in (" ".join(words[:2]), words[0]) if v in VERBS), None)
        assert verb, line
        known = re.findall(r"(?<![\w-])--?[a-z][a-z-]*", generate.help_of(*verb.split()))
        assert [word for word in words if word.startswith("-") and word not in known] == [], line


# examples


def company(folder, files):
    for path, text in {**files, "contracts/self-billing.md": "Agreed.\n"}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return [str(d) for d in load(folder).diagnostics]


def test_the_examples_of_the_language_are_one_valid_company(tmp_path):
    files = dict(examples(read("docs/language.md")))
    assert {"tieout.yaml", "mappings/workers.yaml", "rules/guards.yaml"} <= files.keys()
    assert company(tmp_path, files) == []
    assert load(tmp_path, "sandbox").config is not None


@pytest.mark.parametrize("page", ["docs/sources.md", "docs/books.md"])
def test_the_examples_of_other_pages_fit_into_it(tmp_path, page):
    files = dict(examples(read("docs/language.md")))
    for where, text in examples(read(page)):
        section = where.removeprefix("tieout.yaml, under ").removesuffix(":")
        whole = yaml.load(files["tieout.yaml"], yaml.BaseLoader)
        whole[section] |= yaml.load(text, yaml.BaseLoader)
        files["tieout.yaml"] = yaml.safe_dump(whole, sort_keys=False)
    assert company(tmp_path, files) == []


def test_the_readme_is_the_package_s_own():
    assert 'readme = "README.md"' in read("pyproject.toml")


# what no file may name


def test_no_file_names_a_registry_or_a_machine():
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("not a git checkout")
    for path in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / path).is_file():
            text = (ROOT / path).read_text(encoding="utf-8", errors="replace")
            assert [word for word in ELSEWHERE if word in text] == [], path
