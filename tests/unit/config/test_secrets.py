"""References are resolved where they are used, and never tell what they hold."""

import pytest

from tieout.config.secrets import has_reference, malformed, resolve
from tieout.domain.diagnostic import Refused


def refused(text, root):
    with pytest.raises(Refused) as caught:
        resolve(text, root)
    (found,) = caught.value.diagnostics
    assert found.code == "TO163"
    assert found.hint
    return found.message


def test_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("PAY_RATES", "/secure/rates")
    assert resolve("${env:PAY_RATES}/2026.csv", tmp_path) == "/secure/rates/2026.csv"
    assert resolve("data/plain.csv", tmp_path) == "data/plain.csv"
    monkeypatch.delenv("PAY_RATES")
    message = refused("${env:PAY_RATES}", tmp_path)
    assert message == "${env:PAY_RATES} can't be resolved: the environment has no such variable"


def test_a_value_is_not_resolved_again(tmp_path, monkeypatch):
    monkeypatch.setenv("A", "${env:B}")
    monkeypatch.setenv("B", "hidden")
    assert resolve("${env:A}", tmp_path) == "${env:B}"


def test_a_file_that_only_its_owner_reads(tmp_path):
    path = tmp_path / "token"
    path.write_text("s3cret\n")
    path.chmod(0o600)
    assert resolve("${file:token}", tmp_path) == "s3cret"
    path.chmod(0o640)
    message = refused("${file:token}", tmp_path)
    assert "can be read by others" in message
    assert "s3cret" not in message


def test_a_file_elsewhere_or_missing(tmp_path):
    root = tmp_path / "company"
    root.mkdir()
    (tmp_path / "key").write_text("s3cret")
    (tmp_path / "key").chmod(0o600)
    (root / "link").symlink_to(tmp_path / "key")
    assert "leaves the company's folder" in refused("${file:../key}", root)
    assert "leaves the company's folder" in refused("${file:link}", root)
    assert "is not below" in refused(f"${{file:{tmp_path}/key}}", root)
    assert "can't be read as text" in refused("${file:missing}", root)


def test_a_keyring_that_is_not_there_or_has_no_entry(tmp_path, monkeypatch):
    import sys
    from types import SimpleNamespace

    monkeypatch.setitem(sys.modules, "keyring", None)
    assert "no keyring is installed" in refused("${keyring:toggl/kim}", tmp_path)
    entries = {("toggl", "kim"): "s3cret"}
    keyring = SimpleNamespace(get_password=lambda service, user: entries.get((service, user)))
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    assert resolve("${keyring:toggl/kim}", tmp_path) == "s3cret"
    assert "no such entry" in refused("${keyring:toggl/ana}", tmp_path)


@pytest.mark.parametrize("text", ["${NAME}", "${env:}", "${ENV:A}", "a ${env:B", "${env:A}${x}"])
def test_what_only_looks_like_a_reference(text):
    assert malformed(text)


@pytest.mark.parametrize("text", ["${env:A}", "x/${file:a b}/y", "$HOME", "plain", "{env:A}"])
def test_what_is_a_reference_or_none(text):
    assert malformed(text) is None
    assert has_reference(text) == ("${" in text)
