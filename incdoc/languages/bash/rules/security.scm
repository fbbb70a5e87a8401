; Security rules of shell, under the codes of ShellCheck.

; SC2115 · What is deleted is near the root if a variable is empty
; why: Write "${name:?}", which ends the script where the variable is empty.
; needles: rm
(command
  name: (command_name (word) @_name)
  argument: (_) @text @finding
  (#match? @_name "^(.*/)?rm$")
  (#flag? @finding "r" "R" "recursive")
  (#wipes? @finding))

; SC2164 · It is not noticed if a change of folder fails
; why: What follows is done in another folder: write cd folder || exit.
; needles: cd pushd popd
(command
  name: (command_name (word) @text) @finding
  (#any-of? @text "cd" "pushd" "popd")
  (#unchecked? @finding))
