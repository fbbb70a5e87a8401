"""``incdoc init``: set up a project. It looks first, then writes all of it or nothing; existing lines stay."""

from __future__ import annotations

import os
from typing import Any, NamedTuple

from doit.exceptions import InvalidCommand

from incdoc.plugin.command import HelpedCommand
from incdoc.plugin.loader import project_of
from incdoc.plugin.query_command import flag, opt_dir
from incdoc.plugin.terminal import one_line, protect, show

_PREFIX = "incdoc-"
_DOIT = """
[tool.doit]
loader = "incdoc"

[tool.doit.plugins.command]
watch = "incdoc.plugin.watch:Watch"
"""

opt_output = {
    "name": "output",
    "short": "o",
    "long": "output",
    "type": str,
    "default": None,
    "metavar": "DIR",
    "help": "the folder of the pages [default: docs/reference, or another one if a generator of sites reads that]",
}
opt_ci = {
    "name": "ci",
    "short": "",
    "long": "ci",
    "type": str,
    "choices": (("github", ""), ("gitlab", ""), ("pre-commit", ""), ("none", "")),
    "default": "none",
    "help": "also write a file with which CI, or each commit, checks the pages [default: %(default)s]",
}


class Change(NamedTuple):
    """What is added at the end of a file; ``before``: its bytes, None where there is no file."""

    path: str
    before: bytes | None
    added: str
    note: str

    @property
    def text(self) -> str:
        """What is written: a line end before it, where the file lacks its last one."""
        return f"\n{self.added}" if self.before and not self.before.endswith(b"\n") else self.added

    def difference(self) -> str:
        """The change as a unified diff."""
        import difflib

        old = (self.before or b"").decode("utf-8", "replace")
        lines = difflib.unified_diff(
            old.splitlines(keepends=True),
            (old + self.text).splitlines(keepends=True),
            os.devnull if self.before is None else f"a/{self.path}",
            f"b/{self.path}",
        )
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


class Init(HelpedCommand):
    """Set up a project; existing lines are not changed."""

    name = "init"
    doc_purpose = "set up a project"
    doc_usage = ""
    doc_description = (
        "Looks at the project, adds what is missing and changes no existing line: settings, and where doit is at home, "
        "in a project with a pyproject.toml or mostly of the language of dodo.py, its tasks. What is left to do is "
        "printed last. In a folder of a larger project, -d . makes the folder a project of its own."
    )
    cmd_options = (
        flag("dry-run", "print what would be written, as a diff, and write nothing"),
        opt_output,
        opt_ci,
        opt_dir,
    )
    examples = (
        ("--dry-run", "what it would write"),
        ("--output docs/api", "pages in another folder"),
        ("--ci github", "with a workflow that checks the pages"),
    )

    def execute(self, opt_values: Any, pos_args: list[str]) -> int:
        """Write the files, and print what was added and what is left to do."""
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
            plan = Plan(root, opt_values["output"], opt_values["ci"])
            if opt_values["dry-run"]:
                for change in plan.changes:
                    show(change.difference().rstrip("\n"), colored=False)
            else:
                plan.write()
        except IncdocError as error:
            raise InvalidCommand(str(error)) from None
        except OSError as error:
            raise InvalidCommand(f"{error.filename} cannot be read or written: {error.strerror}.") from None
        for change in () if opt_values["dry-run"] else plan.changes:
            print(f"{change.path}: {change.note}")
        for line in plan.notes:
            print(one_line(line))
        print("Nothing was written. Left to do then:" if opt_values["dry-run"] else "Left to do:")
        for sentence, lines in plan.left:
            print(f"- {one_line(sentence)}")
            for line in lines:
                print(f"      {one_line(line)}" if line else "")
        return 0


class Plan:
    """What to write, what to say, and what is left to the user. Raises IncdocError."""

    def __init__(self, root: str, output: str | None, ci: str) -> None:
        from incdoc.config import load
        from incdoc.plugin.survey import Survey

        self.changes: list[Change] = []
        self.notes: list[str] = []
        self.left: list[tuple[str, list[str]]] = []
        """(sentence, exact lines)"""
        config = load(root)
        self._survey = survey = Survey(config)
        project = survey.read("pyproject.toml")
        tool = _tool(project)
        if survey.has_settings and output is not None and output != config.output:
            self.left.append((f"{config.origin} has settings already. For other pages set in it:", [_output(output)]))
        self._output = config.output if survey.has_settings else _checked(root, output or survey.output())
        for name, folder in survey.generators:
            inside = folder == "." or f"{self._output}/".startswith(f"{folder}/")
            what = "the project itself" if folder == "." else folder
            read = "it reads the pages too" if inside else f"the pages are in {self._output}, which it does not read"
            self.notes.append(f"{name} makes a site of {what}: {read}.")
        if survey.suits_doit:
            self._dodo()
            self._project(project, tool)
            self._ignore(config.cache)
        elif survey.has_settings:
            self.notes.append(f"{config.origin}: nothing to add")
        else:
            self._add("incdoc.toml", None, self._settings(), "settings written")
        if ci != "none":
            self._ci(ci, config.cache)
        self._last(ci)

    def write(self) -> None:
        """Write all of it."""
        for change in self.changes:
            _append(change.path, change.text)

    def _add(self, path: str, before: bytes | None, added: str, note: str) -> None:
        self.changes.append(Change(path, before, added, note))

    def _settings(self) -> str:
        """The settings at the top level of a file."""
        url = self._survey.source_url()
        lines = _output(self._output) + "\n"
        if url:
            of_site = bool(self._survey.generators)
            lines += f"{'' if of_site else '# '}source_url = {_toml(url)}"
            lines += "\n" if of_site else "  # for pages that are read apart from the repository\n"
        return lines

    def _dodo(self) -> None:
        from incdoc.plugin.survey import task_names
        from incdoc.plugin.tasks import ALL

        there = self._survey.read("dodo.py")
        if there is not None and b"incdoc" in there:
            self.notes.append("dodo.py: already has incdoc's tasks")
            return
        names = task_names(there or b"")
        if names is None:
            raise InvalidCommand("dodo.py cannot be parsed. Correct it and run init again.")
        clash = sorted(names & ALL)
        given = f'prefix="{_PREFIX}"' if clash else ""
        text = f"import incdoc\n\nglobals().update(incdoc.tasks({given}))\n"
        if there is None:
            self._add("dodo.py", None, text, "written")
        else:
            self._add("dodo.py", there, f"\n\n{text}" if there else text, "incdoc's tasks added at the end")
        if clash:
            own = ", ".join(clash)
            ours = ", ".join(f"{_PREFIX}{name}" for name in clash)
            self.notes.append(
                f"dodo.py has tasks of its own called {own}: they stay. The names of incdoc's tasks begin with "
                f"{_PREFIX}, as {ours}."
            )

    def _project(self, data: bytes | None, tool: dict[str, Any]) -> None:
        added = ""
        doit = tool.get("doit")
        if doit is None:
            added += _DOIT
        else:
            if doit.get("loader") != "incdoc":
                self.left.append(
                    (
                        "So that doit only gets tasks that may have to run, add to [tool.doit] in pyproject.toml:",
                        ['loader = "incdoc"'],
                    )
                )
            if "watch" not in doit.get("plugins", {}).get("command", {}):
                self.left.append(
                    (
                        "For `doit watch`, add to pyproject.toml:",
                        ["[tool.doit.plugins.command]", 'watch = "incdoc.plugin.watch:Watch"'],
                    )
                )
        if not self._survey.has_settings:
            added += f"\n[tool.incdoc]\n{self._settings()}"
        if added:
            tables = ", ".join(line for line in added.split("\n") if line.startswith("["))
            self._add("pyproject.toml", data, added if data else added.lstrip("\n"), f"{tables} added")
        else:
            self.notes.append("pyproject.toml: nothing to add")

    def _ignore(self, cache: str) -> None:
        line = f"{cache}/"
        there = self._survey.read(".gitignore")
        if line in (there or b"").decode("utf-8", "replace").split("\n"):
            self.notes.append(".gitignore: nothing to add")
        else:
            self._add(".gitignore", there, f"{line}\n", f"{line} added")

    def _ci(self, kind: str, cache: str) -> None:
        from importlib.metadata import distribution

        from incdoc.plugin.ci_files import ci_file, installed
        from incdoc.sources import git

        head = git.ask(self._survey.root, "symbolic-ref", "--short", "refs/remotes/origin/HEAD")
        branch = (head or b"").decode("utf-8", "replace").strip().partition("/")[2] or "main"
        found = distribution("incdoc")
        incdoc = installed(found.version, found.read_text("direct_url.json"))
        file = ci_file(kind, incdoc, branch, cache)
        there = self._survey.read(file.path)
        if there is None:
            self._add(file.path, None, file.text, "written")
        elif b"incdoc" in there:
            self.notes.append(f"{file.path}: already runs incdoc")
        else:
            self.left.append((f"{file.path} exists. Add to it:", file.lines.rstrip("\n").split("\n")))
        if file.used_by is not None:
            path, text = file.used_by
            there = self._survey.read(path)
            if there is None:
                self._add(path, None, text, "written")
            elif file.path.encode() not in there:
                self.left.append((f"{path} exists. Add to it:", text.rstrip("\n").split("\n")))
        if incdoc.source:
            self.left.append(
                (
                    f"This incdoc was installed from {incdoc.source}, which CI does not have. If release "
                    f"{incdoc.version} is not published, put in {file.path} in the place of {incdoc.requirement} "
                    "what pip can install there:",
                    ["incdoc@git+https://HOST/OWNER/incdoc@COMMIT"],
                )
            )

    def _last(self, ci: str) -> None:
        build = "doit, or incdoc" if self._survey.suits_doit else "incdoc"
        self.left.append(("Build the pages:", [build]))
        line = f"/{self._output}/** linguist-generated=true"
        there = self._survey.read(".gitattributes") or b""
        if line not in there.decode("utf-8", "replace").split("\n"):
            self.left.append(
                ("If you commit the pages, add to .gitattributes, so that reviews on GitHub fold them:", [line])
            )
        if ci != "none":
            self.left.append(("Commit the pages: they are what is checked.", []))


def _tool(data: bytes | None) -> dict[str, Any]:
    """The table ``tool`` of pyproject.toml."""
    from incdoc.config import parse_toml

    tool = parse_toml(data or b"", "pyproject.toml").get("tool", {})
    for value, key in ((tool, "tool"), (isinstance(tool, dict) and tool.get("doit", {}), "tool.doit")):
        if not isinstance(value, dict):
            raise InvalidCommand(f"pyproject.toml: {key} must be a table. Correct it and run init again.")
    return dict(tool)


def _checked(root: str, output: str) -> str:
    """An output folder that a build accepts. Raises SettingError."""
    from incdoc.config import checked

    return checked(root, {"output": output}).output


def _output(output: str) -> str:
    return f"output = {_toml(output)}"


def _toml(text: str) -> str:
    """A basic string of TOML, which has the escapes of JSON."""
    import json

    return json.dumps(text)


def _append(path: str, text: str) -> None:
    from incdoc.config import SettingError, control_path

    if folder := os.path.dirname(path):
        top, real = os.path.realpath("."), os.path.realpath(folder)
        if not real.startswith(top + os.sep):
            raise SettingError(f"{folder} leads out of the repository. Replace the link by a folder.")
        os.makedirs(folder, exist_ok=True)
    with open(control_path(path, path), "a", encoding="utf-8") as stream:
        stream.write(text)
