; Patterns of shell that are mostly mistakes or old, under the codes of ShellCheck.

; SC2006 · Output is inserted with backticks
; why: They cannot be nested without escapes, and change what a backslash means: use $(..).
; needles: `
((command_substitution . "`" (_)) @finding
  (#needle? "`"))

; SC2155 · A variable is declared and takes the output of a command at once
; why: Whether the command fails is lost: declare first, then assign.
; needles: local declare export typeset readonly
(declaration_command
  (variable_assignment
    name: (_) @text
    value: (_) @_value) @finding
  (#returns? @_value)
  (#not-constant? @finding))

; SC2162 · read takes backslashes away
; why: It joins lines that end with one: use read -r.
; needles: read
(command
  name: (command_name (word) @text) @finding
  (#eq? @text "read")
  (#not-flag? @finding "r")
  (#not-polls? @finding))

; SC2166 · Tests are joined in one pair of brackets
; why: What -a and -o mean there depends on the words: join tests with && and ||.
; needles: -a -o
(binary_expression
  left: (_)
  operator: (test_operator) @text @finding
  right: (_)
  (#any-of? @text "-a" "-o")
  (#needle? "test_operator")
  (#bracketed? @finding))

; SC2196 · egrep is called
; why: It is no standard, and newer releases warn of it: use grep -E.
; needles: egrep
(command
  name: (command_name (word) @text)
  (#match? @text "^(.*/)?egrep$")) @finding

; SC2197 · fgrep is called
; why: It is no standard, and newer releases warn of it: use grep -F.
; needles: fgrep
(command
  name: (command_name (word) @text)
  (#match? @text "^(.*/)?fgrep$")) @finding
