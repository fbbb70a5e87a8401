"""The files that ``incdoc init --ci`` writes. They install the incdoc that runs: a release by its name, what was
installed from git by its commit."""

from __future__ import annotations

from typing import NamedTuple

_GITHUB = """# Fails when the reference pages are not up to date; `incdoc` and a commit make them so.
name: reference pages
on:
  push:
    branches: [{branch}]
  pull_request:
permissions:
  contents: read
jobs:
  incdoc:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: python -m pip install --quiet {requirement}
      - uses: actions/cache@v4
        with:
          path: {cache}
          key: incdoc-{version}-python3.12-${{{{ runner.os }}}}-${{{{ runner.arch }}}}-${{{{ github.sha }}}}
          restore-keys: incdoc-{version}-python3.12-${{{{ runner.os }}}}-${{{{ runner.arch }}}}-
      - name: Check the pages
        run: incdoc check --format github
      - name: Compare the API
        if: github.event_name == 'pull_request' && !cancelled()
        env:
          BASE: ${{{{ github.event.pull_request.base.sha }}}}
        run: incdoc diff --format markdown "$BASE" HEAD >> "$GITHUB_STEP_SUMMARY"
      - name: Bring the cache up to date for the next run
        if: "!cancelled()"
        run: incdoc run -q
"""

_GITLAB = """# Fails when the reference pages are not up to date; `incdoc` and a commit make them so.
incdoc:
  stage: test
  image: python:3.12
  variables:
    GIT_DEPTH: "0"
  cache:
    key: incdoc-{version}-python3.12-linux-$CI_COMMIT_REF_SLUG
    fallback_keys:
      - incdoc-{version}-python3.12-linux-$CI_DEFAULT_BRANCH
    paths:
      - {cache}
    when: always
  script:
    - pip install --quiet {requirement}
    - incdoc check --diff
    - |
      if [ -n "${{CI_MERGE_REQUEST_DIFF_BASE_SHA:-}}" ]; then
        incdoc diff --format markdown "$CI_MERGE_REQUEST_DIFF_BASE_SHA" HEAD
      fi
  after_script:
    - incdoc run -q
"""

_PRE_COMMIT_HOOK = """  - repo: local
    hooks:
      - id: incdoc
        name: build the reference pages
        entry: incdoc run -q
        language: python
        additional_dependencies: ["{requirement}"]
        pass_filenames: false
        require_serial: true
"""


class CiFile(NamedTuple):
    """A file to write; where one of that name exists, ``lines`` are what its owner has to add to it. ``used_by``: the
    other file that has to name it, with its whole text."""

    path: str
    text: str
    lines: str = ""
    used_by: tuple[str, str] | None = None


class Installed(NamedTuple):
    """How the incdoc that runs is installed elsewhere. ``version``: a part of the names of caches; ``source``: where it
    was installed from, if a file for CI cannot name that."""

    version: str
    requirement: str
    source: str = ""


def installed(version: str, direct_url: str | None) -> Installed:
    """``direct_url``: the text of the file of that name (PEP 610), which an installation has that is no release of an
    index."""
    import json
    import re
    from urllib.parse import unquote, urlsplit

    release = Installed(version, f"incdoc=={version}")
    found = json.loads(direct_url) if direct_url else {}
    url, vcs = found.get("url", ""), found.get("vcs_info", {})
    if not url:
        return release
    parts = urlsplit(url)
    if parts.scheme == "file":
        return release._replace(source=unquote(parts.path))
    if not re.fullmatch(r"[\w.+:/@%~-]+", url):
        return release._replace(source=url)
    commit = vcs.get("commit_id", "")
    if not commit:
        return release._replace(requirement=f"incdoc@{url}")
    return Installed(f"{version}-{commit[:12]}", f"incdoc@{vcs['vcs']}+{url}@{commit}")


def ci_file(kind: str, incdoc: Installed, branch: str, cache: str) -> CiFile:
    """The file for ``github``, ``gitlab`` or ``pre-commit``."""
    values = {"version": incdoc.version, "requirement": incdoc.requirement, "branch": _quoted(branch)}
    values["cache"] = _quoted(cache)
    if kind == "github":
        return CiFile(".github/workflows/incdoc.yml", _GITHUB.format(**values))
    if kind == "gitlab":
        path = ".gitlab/incdoc.yml"
        return CiFile(path, _GITLAB.format(**values), used_by=(".gitlab-ci.yml", f"include:\n  - local: {path}\n"))
    hook = _PRE_COMMIT_HOOK.format(**values)
    return CiFile(".pre-commit-config.yaml", f"repos:\n{hook}", lines=hook)


def _quoted(text: str) -> str:
    """A scalar of YAML: in double quotes, as JSON has it, unless it is plain."""
    import json
    import re

    return text if re.fullmatch(r"[A-Za-z_.][\w./-]*", text) else json.dumps(text)
