"""``incdoc affected``: what changed since a commit, and the sources, tests and pages that it reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from incdoc.plugin.query_command import COMMON, QueryCommand, dry_run, flag
from incdoc.plugin.terminal import one_line

if TYPE_CHECKING:
    from incdoc.query.affected import Affected as Reach

opt_since = {
    "name": "since",
    "short": "",
    "long": "since",
    "type": str,
    "default": "HEAD",
    "metavar": "REV",
    "help": "commit to compare the work tree with [default: %(default)s]",
}

opt_when_unknown = {
    "name": "when_unknown",
    "short": "",
    "long": "when-unknown",
    "type": str,
    "choices": (
        ("all", "list all tests"),
        ("none", "list the tests that are reached"),
        ("error", "list none, and exit with status 4"),
    ),
    "default": "all",
    "help": "what --tests does if imports do not lead from all changed files to the tests that they matter to "
    "[default: %(default)s]",
}
_NAMED = 10
"""How many files a message names."""
UNKNOWN = 4
"""The exit status if it is not known which tests are reached, and that is an error."""


class Affected(QueryCommand):
    """Answer from the link tables."""

    name = "affected"
    doc_purpose = "list what changed since a commit, and what that reaches"
    doc_usage = ""
    doc_description = (
        "Without an option, the sources that changed. With one or more of --sources, --tests and --pages, what they "
        "reach, one path per line. To compare with the commit where a branch began: --since $(git merge-base main HEAD)"
    )
    cmd_options = (
        opt_since,
        flag("sources", "changed sources and all that import them, directly or not"),
        flag("tests", "the tests among these sources, as arguments for pytest"),
        opt_when_unknown,
        flag("pages", "the pages that differ"),
        flag("json", "all of these lists, as one JSON object"),
        *COMMON,
    )
    examples = (
        ("", "what changed since the last commit"),
        ("--tests --since main", "the tests that a branch can have broken"),
    )

    def answer(self, options: dict[str, Any], arguments: list[str]) -> int:
        """0; 1 if a source could not be read, so that the answer may lack something; 4 if tests may lack, and that is
        an error."""
        self.reject_arguments(arguments)
        from incdoc.query.affected import Affected as Reach

        with dry_run(options) as found:
            found.link()
            workspace = found.session.workspace
            for problem in found.session.changes.problems:
                workspace.incomplete = True
                workspace.say(problem)
            reach = Reach(found, options["since"])
            asked = [kind for kind in ("sources", "tests", "pages") if options[kind]]
            policy = options["when_unknown"] if "tests" in asked or options["json"] else ""
            unknown = reach.not_followed if policy or "sources" in asked else []
            if unknown and (policy == "error" or not options["json"]):
                workspace.say(f"{_not_followed(unknown)}{_POLICIES.get(policy, '')}")
            if unknown and policy == "error":
                return UNKNOWN
            if options["json"]:
                _json(reach)
                return int(workspace.incomplete)
            lines = [each.path for each in reach.changed] if not asked else []
            for kind in asked:
                lines += reach.every_test if kind == "tests" and unknown and policy == "all" else getattr(reach, kind)
            for line in dict.fromkeys(lines):
                print(one_line(line))
            return int(workspace.incomplete)


_POLICIES = {
    "all": " Any test may depend on them: --tests lists all (--when-unknown none lists those that are reached).",
    "none": " Tests that depend on them may lack (--when-unknown none).",
    "error": " Which tests depend on them is not known (--when-unknown error).",
}


def _not_followed(paths: list[str]) -> str:
    """``2 changed files are not followed by imports: pyproject.toml, a.json.``"""
    named = ", ".join(map(one_line, paths[:_NAMED]))
    more = f" and {len(paths) - _NAMED:,} more (--json names all)" if len(paths) > _NAMED else ""
    many = "file is" if len(paths) == 1 else "files are"
    return f"{len(paths):,} changed {many} not followed by imports: {named}{more}."


def _json(reach: Reach) -> None:
    import json

    changed = [{"path": each.path, "state": each.state} for each in reach.changed]
    answer = {"since": reach.commit, "changed": changed}
    answer |= {"sources": reach.sources, "tests": reach.tests, "pages": reach.pages}
    answer["not_followed"] = reach.not_followed
    print(json.dumps(answer, indent=2))
