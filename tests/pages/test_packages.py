"""Public names of packages whose sources have their names in common: on the index of the folder, and in the book."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.inprocess import run
from tests.support import pages, write

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "go.mod": "module example.org/shop\n\ngo 1.22\n",
    "store/store.go": """\
// Package store keeps things.
package store

// Limit is the most that there may be.
const Limit = 3

// Open opens a store.
func Open(path string) (*Store, error) { return nil, nil }

func hidden() {}
""",
    "store/rows.go": "package store\n\n// Store has rows.\ntype Store struct{ Rows int }\n",
    "store/store_test.go": "package store\n\nfunc TestOpen(t *testing.T) {}\n",
    "cmd/main.go": "package main\n\nfunc Run() {}\n\nfunc main() {}\n",
}


def test_a_go_package_lists_the_names_of_all_its_files(tmp_path: Path) -> None:
    folder = write(tmp_path / "p", FILES)
    assert run(folder).status == 0
    index = pages(folder)["store/index.md"].decode()
    assert "can be imported from `example.org/shop/store`." in index
    rows = "[`rows.go`](./rows.go_docs.md)"
    assert f"| [`Store`](./rows.go_docs.md#Store) | struct | `type Store struct` | Store has rows. | {rows} |" in index
    assert "[`Open`](./store.go_docs.md#Open)" in index and "[`Limit`](./store.go_docs.md#Limit)" in index
    assert "hidden" not in index.partition("## Files")[0] and "TestOpen" not in index
    assert "## Public Names" not in pages(folder)["cmd/index.md"].decode(), "a program cannot be imported"
    assert "`example.org/shop/store`" in pages(folder)["comprehensive_book.md"].decode()


def test_edits_reach_the_index_and_the_book(tmp_path: Path) -> None:
    folder = write(tmp_path / "p", FILES)
    run(folder)
    body = FILES["store/store.go"].replace("return nil, nil", "return new(Store), nil")
    write(folder, {"store/store.go": body})
    assert not {"index:store", "book:/"} & {*run(folder).tasks}
    write(folder, {"store/store.go": body.replace("func hidden", "// Close closes.\nfunc Close")})
    assert {"index:store", "book:/"} <= {*run(folder).tasks}
    write(folder, {"store/store.go": body.replace("Open opens", "Open makes")})
    assert {"index:store", "book:/"} <= {*run(folder).tasks}
    write(folder, {"go.mod": "module example.org/other\n\ngo 1.22\n"})
    run(folder)
    assert "can be imported from `example.org/other/store`." in pages(folder)["store/index.md"].decode()
    (folder / "store/rows.go").unlink()
    assert {"index:store", "book:/"} <= {*run(folder).tasks}
    assert "`Store`" not in pages(folder)["store/index.md"].decode()
