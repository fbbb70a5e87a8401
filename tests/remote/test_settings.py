"""The table of the shared cache in the settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from incdoc.config import SettingError, Shared, load
from tests.support import build, pages, write


def settings(folder: Path, table: str) -> Shared | None:
    write(folder, {"incdoc.toml": f"[remote]\n{table}"})
    return load(folder).remote


def test_defaults(tmp_path: Path) -> None:
    found = settings(tmp_path, 'url = "https://cache.example.org/a/"\n')
    assert found == Shared("https://cache.example.org/a", "main", ("main",), False, 2.0)


def test_all(tmp_path: Path) -> None:
    table = 'url = "s3://b/c"\nnamespace = "pr-1"\nreads = ["pr-1", "main", "pr-1"]\nwrite = true\nseconds = 5\n'
    assert settings(tmp_path, table) == Shared("s3://b/c", "pr-1", ("pr-1", "main"), True, 5.0)


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("", "remote.url is missing"),
        ('url = "ftp://a"', "remote.url must begin with http://, https://, s3://, gs:// or az://."),
        ('url = "ftp://me:secret@a"', "remote.url must begin with"),
        ('url = "https://me:secret@a:99999/"', "remote.url is no URL with a host"),
        ('url = "https://me:1#secret@a/"', "remote.url must have no query"),
        ('url = "https://me:my secret@a/"', "remote.url is no URL with a host"),
        ('url = "az://a/b?sig=secret"', "remote.url must have no query"),
        ("url = 3", "remote.url must begin with"),
        ('url = "https://me:secret@a/b"', "remote.url must have no password"),
        ('url = "https://"', "remote.url is no URL with a host"),
        ('url = "https://a b"', "remote.url is no URL with a host"),
        ('url = "https://a:99999/"', "remote.url is no URL with a host"),
        ('url = "https://[::1/"', "remote.url is no URL with a host"),
        ('url = "https://a/?q"', "remote.url must have no query"),
        ('url = "https://a/../b"', "remote.url must have no query"),
        ('url = "https://a"\nwrite = 1', "remote.write must be true or false, not 1."),
        ('url = "https://a"\nseconds = 0', "remote.seconds must be a number of seconds"),
        ('url = "https://a"\nseconds = true', "remote.seconds must be a number of seconds"),
        ('url = "https://a"\nnamespace = "../x"', "remote.namespace must be a name"),
        ('url = "https://a"\nreads = []', "remote.reads must be a list of namespaces"),
        ('url = "https://a"\nreads = ["A"]', "remote.reads must be a list of namespaces"),
        ('url = "https://a"\nwrites = true', "remote.writes is not a setting; the settings are url, namespace"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, table: str, sentence: str) -> None:
    with pytest.raises(SettingError) as raised:
        settings(tmp_path, table)
    assert sentence in str(raised.value)
    assert "secret" not in str(raised.value)


def test_no_table(tmp_path: Path) -> None:
    write(tmp_path, {"incdoc.toml": 'remote = "https://a"\n'})
    with pytest.raises(SettingError, match="remote must be a table with a url"):
        load(tmp_path)


def test_no_page_depends_on_it(tmp_path: Path) -> None:
    root = write(tmp_path / "a", {"a.py": "def f(): ...\n", "incdoc.toml": 'exclude = ["*.toml"]\n'})
    build(root)
    before = pages(root)
    write(root, {"incdoc.toml": 'exclude = ["*.toml"]\n[remote]\nurl = "http://127.0.0.1:1"\n'})
    assert build(root)["rendered"] == 0
    assert pages(root) == before
