; Security rules of JavaScript and TypeScript, under the names of eslint.

; no-eval · Text is run as code
; why: An attacker who controls the text can do what the program can.
; needles: eval(
(call_expression
  function: (identifier) @text
  (#eq? @text "eval")) @finding
(call_expression
  function: (member_expression
    object: [(identifier) (this)] @_object
    property: (property_identifier) @_name) @text
  (#any-of? @_object "window" "global" "globalThis" "this")
  (#eq? @_name "eval")) @finding

; no-implied-eval · A timer runs text as code
; why: An attacker who controls the text can do what the program can: hand over a function.
; also: @typescript-eslint/no-implied-eval
; needles: setTimeout setInterval execScript
(call_expression
  function: (identifier) @text
  arguments: (arguments . (_) @_code)
  (#any-of? @text "setTimeout" "setInterval" "execScript")
  (#textual? @_code)) @finding
(call_expression
  function: (member_expression
    object: (identifier) @_object
    property: (property_identifier) @_name) @text
  arguments: (arguments . (_) @_code)
  (#any-of? @_object "window" "global" "globalThis")
  (#any-of? @_name "setTimeout" "setInterval" "execScript")
  (#textual? @_code)) @finding

; no-new-func · A function is made of text
; why: An attacker who controls the text can do what the program can.
; needles: Function
(new_expression
  constructor: (identifier) @text
  (#eq? @text "Function")) @finding
(call_expression
  function: (identifier) @text
  (#eq? @text "Function")) @finding
(call_expression
  function: (member_expression
    object: (identifier) @text
    property: (property_identifier) @_name)
  (#eq? @text "Function")
  (#any-of? @_name "call" "apply" "bind")) @finding

; no-script-url · An address is code
; why: It runs as eval does, wherever the address is followed.
; needles: ~script:
(string
  . (string_fragment) @text
  (#begins? @text "(?i:javascript:)")) @finding
((template_string
  . (string_fragment) @text .) @finding
  (#begins? @text "(?i:javascript:)")
  (#not-within? @finding "call_expression"))
