"""``index.scip`` of real projects, read by the schema in scip-typescript."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests import inprocess
from tests.exports.scip import documents
from tests.support import run

from .fetch import release
from .npm import installed

pytestmark = [pytest.mark.corpora]

TOOLS = ("@sourcegraph/scip-typescript@0.4.0", "google-protobuf@3.21.4")
READER = """
const { scip } = require(process.argv[1] + "/node_modules/@sourcegraph/scip-typescript/dist/src/scip");
const index = scip.Index.deserializeBinary(require("fs").readFileSync(process.argv[2]));
console.log(JSON.stringify(index.toObject()));
"""
PROJECTS = {("httpx", "0.28.1"): 2_000, ("sphinx", "8.2.3"): 8_000}
"""By project, how many references there are at the least."""


def tools() -> Path:
    """A folder with the schema. Raises FetchError."""
    return installed("scip-typescript-0.4.0", *TOOLS)


@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project[0])
def test_the_schema_reads_it(project: tuple[str, str], tmp_path: Path) -> None:
    root = tmp_path / "project"
    shutil.copytree(release(*project), root, symlinks=True)
    run(root, "git", "init", "-q")
    (root / "incdoc.toml").write_text('exports = ["index.scip"]\n')
    assert inprocess.run(root).status == 0
    index = root / "docs/reference/index.scip"
    read: dict[str, Any] = json.loads(run(root, "node", "-e", READER, str(tools()), str(index)))
    ours = documents(root, index)
    assert [each["relative_path"] for each in read["documents"]] == sorted(ours)
    defined = {each["symbol"] for document in read["documents"] for each in document["symbols"]}
    references = [
        each for document in read["documents"] for each in document["occurrences"] if not each["symbol_roles"] & 1
    ]
    assert len(references) > PROJECTS[project]
    assert {each["symbol"] for each in references} <= defined
    for document in read["documents"]:
        mine = ours[document["relative_path"]].occurrences
        assert [each["symbol"] for each in document["occurrences"]] == [each.symbol for each in mine]
