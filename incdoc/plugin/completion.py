"""``incdoc tabcompletion``: a script with which a shell completes commands, options, their values, and tasks.

doit's script hands the names of tasks to ``compgen -W``, which expands them: a file named ``$(...)`` would be run.
Here a name is only compared, and quoted where it is inserted.
"""

from __future__ import annotations

from typing import Any

from incdoc.plugin.command import HelpedCommand

_FILES = ("FILE",)
_FOLDERS = ("DIR",)

_BASH = r"""# Completes incdoc in bash. In ~/.bashrc: eval "$(incdoc tabcompletion)"
_incdoc() {
    local line=${COMP_LINE:0:COMP_POINT} word= before= command= path= wanted= name quoted i
    local -a words candidates options
    COMPREPLY=()
    read -r -a words <<< "$line"
    if [[ $line != *[[:space:]] ]]; then
        word=${words[${#words[@]}-1]}
        unset "words[${#words[@]}-1]"
    fi
    before=${words[${#words[@]}-1]}
    for ((i = 1; i < ${#words[@]}; i++)); do
        case ${words[i]} in
            @COMMANDS@) command=${words[i]}; break ;;
        esac
    done
    if [[ $word == --*=* ]]; then
        before=${word%%=*}
        word=${word#*=}
    fi
@TABLE@
    case $path in
        files) compopt -o filenames 2> /dev/null; IFS=$'\n' read -r -d '' -a COMPREPLY < <(compgen -f -- "$word") ;;
        folders) compopt -o filenames 2> /dev/null; IFS=$'\n' read -r -d '' -a COMPREPLY < <(compgen -d -- "$word") ;;
    esac
    if [[ $wanted == tasks && $word != -* ]]; then
        while IFS= read -r name; do candidates+=("${name%"${name##*[![:space:]]}"}"); done < <(
            if [[ $word == *:* ]]; then incdoc list --all -q "${word%%:*}"; else incdoc list -q; fi 2> /dev/null
        )
    fi
    [[ $word == -* ]] && candidates+=("${options[@]}")
    for name in "${candidates[@]}"; do
        printf -v quoted %q "$name"
        if [[ $name == "$word"* || $quoted == "$word"* ]]; then
            if [[ $word == *:* && $COMP_WORDBREAKS == *:* ]]; then quoted=${quoted#"${word%"${word##*:}"}"}; fi
            COMPREPLY+=("$quoted")
        fi
    done
}
complete -o bashdefault -F _incdoc incdoc
"""

_ZSH = r"""#compdef incdoc
# Completes incdoc in zsh. In ~/.zshrc, after compinit: eval "$(incdoc tabcompletion -s zsh)"
_incdoc() {
    local word=$PREFIX before=${words[CURRENT-1]} command= path_kind= wanted= i
    local -a candidates options
    for ((i = 2; i < CURRENT; i++)); do
        case ${words[i]} in
            @COMMANDS@) command=${words[i]}; break ;;
        esac
    done
    if [[ $word == --*=* ]]; then
        before=${word%%=*}
        word=${word#*=}
        compset -P '*='
    fi
@TABLE@
    case $path_kind in
        files) _files ;;
        folders) _files -/ ;;
    esac
    if [[ $wanted == tasks && $word != -* ]]; then
        if [[ $word == *:* ]]; then
            candidates+=("${(@f)$(incdoc list --all --quiet "${word%%:*}" 2> /dev/null)}")
        else
            candidates+=("${(@f)$(incdoc list --quiet 2> /dev/null)}")
        fi
        candidates=("${(@)candidates%%[[:space:]]#}")
    fi
    [[ $word == -* ]] && candidates+=("${(@)options}")
    (( ${#candidates} )) && compadd -- "${(@)candidates}"
    return 0
}
compdef _incdoc incdoc
"""

opt_shell = {
    "name": "shell",
    "short": "s",
    "long": "shell",
    "type": str,
    "choices": (("bash", ""), ("zsh", "")),
    "default": "bash",
    "help": "the shell [default: %(default)s]",
}


class Completion(HelpedCommand):
    """Print the script."""

    name = "tabcompletion"
    doc_purpose = "print a script that completes commands, options and tasks in a shell"
    doc_description = (
        'For bash, put into ~/.bashrc: eval "$(incdoc tabcompletion)". For zsh, put into ~/.zshrc, after compinit: '
        'eval "$(incdoc tabcompletion -s zsh)".'
    )
    cmd_options = (opt_shell,)

    def __init__(self, cmds: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._cmds = cmds
        self._kwargs = kwargs

    def execute(self, opt_values: dict[str, Any], pos_args: list[str]) -> int:
        """Print it."""
        zsh = opt_values["shell"] == "zsh"
        script = _ZSH if zsh else _BASH
        names = sorted(self._cmds)
        table = "\n".join(self._rows(names, "path_kind" if zsh else "path"))
        print(script.replace("@COMMANDS@", "|".join(names)).replace("@TABLE@", table), end="")
        return 0

    def _rows(self, names: list[str], path: str) -> list[str]:
        """What may follow, by command and the word before: values of an option, else options, commands and tasks."""
        from incdoc.plugin.help import NOT_OFFERED

        lines = ["    case $command:$before in"]
        default = ["    *) case $command in"]
        for name in ("", *names):
            command = self._cmds.get_plugin(name or "run")(cmds=self._cmds, **self._kwargs)
            spelled = []
            for option in command.cmdparser.options:
                if option.section in NOT_OFFERED:
                    continue
                words = [f"-{option.short}"] if option.short else []
                words += [f"--{option.long}"] if option.long else []
                spelled += [*words, *([f"--{option.inverse}"] if option.inverse else [])]
                if option.type is bool or not words:
                    continue
                pattern = "|".join(f"{name}:{word}" for word in words)
                if option.choices:
                    action = f"candidates=({' '.join(option.choices)})"
                elif option.metavar in (*_FILES, *_FOLDERS):
                    action = f"{path}={'files' if option.metavar in _FILES else 'folders'}"
                else:
                    action = ":"
                lines.append(f"    {pattern}) {action} ;;")
            spelled += ["-h", "--help", *([] if name else ["--version"])]
            wanted = "wanted=tasks; " if not name or "TASK" in command.doc_usage else ""
            offered = f"candidates=({' '.join(names)}) " if name in ("", "help") else ""
            also = f"{path}=files; " if name == "why" else ""
            options = f"options=({' '.join(spelled)})"
            default.append(f"        {name or repr(name)}) {wanted}{also}{offered}{options} ;;")
        return [*lines, *default, "    esac ;;", "    esac"]
