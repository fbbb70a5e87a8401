"""``incdoc init``: set up a project."""

from __future__ import annotations

import os
from typing import Any

from doit.exceptions import InvalidCommand

from incdoc.plugin.command import HelpedCommand
from incdoc.plugin.loader import project_of
from incdoc.plugin.query_command import opt_dir
from incdoc.plugin.terminal import one_line, protect

_DODO = """import incdoc

globals().update(incdoc.tasks())
"""
_DOIT = """
[tool.doit]
loader = "incdoc"

[tool.doit.plugins.command]
watch = "incdoc.plugin.watch:Watch"
"""
_INCDOC = """
[tool.incdoc]
output = "docs/reference"
"""


class Init(HelpedCommand):
    """Set up a project; existing lines are not changed."""

    name = "init"
    doc_purpose = "set up a project: dodo.py, pyproject.toml, .gitignore"
    doc_usage = ""
    doc_description = (
        "Adds what is missing and changes no existing line. In a folder of a larger project, -d . makes the "
        "folder a project of its own."
    )
    cmd_options = (opt_dir,)

    def execute(self, opt_values: Any, pos_args: list[str]) -> int:
        """Write the files, and print what was added."""
        protect()
        if pos_args:
            raise InvalidCommand(f"init takes no arguments, not {pos_args[0]!r}.")
        from incdoc.config import IncdocError

        here = os.getcwd()
        root = project_of(opt_values["dir"], "" if self.bin_name == "incdoc" else here)
        if root != os.path.realpath(here):
            print(f"The project is {one_line(root)}.")
        try:
            os.chdir(root)
            self._dodo()
            self._project()
            self._ignore()
            self._attributes()
        except IncdocError as error:
            raise InvalidCommand(str(error)) from None
        except OSError as error:
            raise InvalidCommand(f"{error.filename} cannot be read or written: {error.strerror}.") from None
        print("Run `doit` or `incdoc` to build the pages.")
        return 0

    def _dodo(self) -> None:
        there = _read("dodo.py")
        if there is None:
            _append("dodo.py", _DODO)
            print("dodo.py: written")
        elif b"incdoc" in there:
            print("dodo.py: already has incdoc's tasks")
        else:
            _append("dodo.py", "\n\n" + _DODO)
            print("dodo.py: incdoc's tasks added at the end")

    def _project(self) -> None:
        from incdoc.config import parse_toml

        data = _read("pyproject.toml")
        tool = parse_toml(data or b"", "pyproject.toml").get("tool", {})
        for value, key in ((tool, "tool"), (isinstance(tool, dict) and tool.get("doit", {}), "tool.doit")):
            if not isinstance(value, dict):
                raise InvalidCommand(f"pyproject.toml: {key} must be a table. Correct it and run init again.")
        added = ""
        if "doit" not in tool:
            added += _DOIT
        elif tool["doit"].get("loader") != "incdoc":
            print(
                'pyproject.toml: set loader = "incdoc" in [tool.doit] so that doit only gets tasks that may have to run'
            )
        if "doit" in tool and "watch" not in tool["doit"].get("plugins", {}).get("command", {}):
            print(
                'pyproject.toml: set watch = "incdoc.plugin.watch:Watch" in [tool.doit.plugins.command] for doit watch'
            )
        if "incdoc" not in tool:
            added += _INCDOC
        if added:
            _append("pyproject.toml", added.lstrip("\n") if data is None else added)
            print(
                "pyproject.toml: " + " and ".join(line for line in added.split("\n") if line.startswith("[")) + " added"
            )
        else:
            print("pyproject.toml: nothing to add")

    def _ignore(self) -> None:
        line = ".incdoc/"
        there = _read(".gitignore")
        lines = there.decode("utf-8", "replace").split("\n") if there is not None else []
        if line in lines:
            print(".gitignore: nothing to add")
            return
        _append(".gitignore", ("\n" if lines and lines[-1] else "") + line + "\n")
        print(f".gitignore: {line} added")

    def _attributes(self) -> None:
        """Only said: it is for pages that are committed."""
        from incdoc.config import load

        line = f"/{load('.').output}/** linguist-generated=true"
        there = _read(".gitattributes") or b""
        if line not in there.decode("utf-8", "replace").split("\n"):
            print(f".gitattributes: if you commit the pages, add {line} so that reviews on GitHub fold them")


def _read(path: str) -> bytes | None:
    """The bytes of a file that ``init`` completes; None where there is none. Raises SettingError."""
    from incdoc.config import read_control_file

    try:
        return read_control_file(path, path)
    except FileNotFoundError:
        return None


def _append(path: str, text: str) -> None:
    from incdoc.config import control_path

    with open(control_path(path, path), "a", encoding="utf-8") as stream:
        stream.write(text)
