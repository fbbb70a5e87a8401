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
    "help": "commit to compare the work tree with [default: %(default)s]",
}


class Affected(QueryCommand):
    """Answer from the link tables."""

    name = "affected"
    doc_purpose = "what changed since a commit, and what that reaches"
    doc_usage = ""
    doc_description = (
        "Without an option, the sources that changed. With one or more of --sources, --tests and --pages, what they "
        "reach, one path a line. To compare with where a branch began: --since $(git merge-base main HEAD)"
    )
    cmd_options = (
        opt_since,
        flag("sources", "changed sources and all that import them, directly or not"),
        flag("tests", "the tests among them, as arguments for pytest"),
        flag("pages", "the pages that differ"),
        flag("json", "all of it, as one JSON object"),
        *COMMON,
    )

    def answer(self, options: dict[str, Any], arguments: list[str]) -> int:
        """0; 1 if a source could not be read, so that the answer may lack something."""
        self.reject_arguments(arguments)
        from incdoc.query.affected import Affected as Reach

        with dry_run(options) as found:
            found.link()
            workspace = found.session.workspace
            for problem in found.session.changes.problems:
                workspace.incomplete = True
                workspace.say(problem)
            reach = Reach(found, options["since"])
            if options["json"]:
                _json(reach)
                return int(workspace.incomplete)
            asked = [kind for kind in ("sources", "tests", "pages") if options[kind]]
            lines = [each.path for each in reach.changed] if not asked else []
            for kind in asked:
                lines += getattr(reach, kind)
            for line in dict.fromkeys(lines):
                print(one_line(line))
            return int(workspace.incomplete)


def _json(reach: Reach) -> None:
    import json

    changed = [{"path": each.path, "state": each.state} for each in reach.changed]
    answer = {"since": reach.commit, "changed": changed}
    answer |= {"sources": reach.sources, "tests": reach.tests, "pages": reach.pages}
    print(json.dumps(answer, indent=2))
