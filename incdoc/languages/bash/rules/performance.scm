; Performance rules of shell, under the codes of ShellCheck.

; SC2002 · cat hands one file on
; why: It is one process more: the command can read the file, by its name or with <.
; needles: cat
(command
  name: (command_name (word) @_name)
  . argument: (_) @text @finding .
  (#match? @_name "^(.*/)?cat$")
  (#piped? @finding)
  (#single? @finding))

; SC2003 · expr computes
; why: It is one process more: the shell computes with $((..)) and cuts with ${..}.
; needles: expr
(command
  name: (command_name (word) @_name)
  (#match? @_name "^(.*/)?expr$")
  (#not-passes? @_name ":" "<" ">" "<=" ">=" "match" "length" "substr" "index")) @finding
