; Patterns of JavaScript and TypeScript that are mostly mistakes, under the names of eslint.

; eqeqeq · Values are compared after a conversion
; why: "0" == 0 and [] == "" are true. Comparisons with null are left out, which mean undefined too.
; needles: == !=
((binary_expression
  left: (_) @_left
  operator: ["==" "!="] @finding
  right: (_) @_right) @text
  (#needle? "==" "!=")
  (#not-eq? @_left "null")
  (#not-eq? @_right "null"))

; no-async-promise-executor · The function that a promise is made with is async
; why: What it throws is lost.
; needles: Promise
(new_expression
  constructor: (identifier) @text
  arguments: (arguments . [(arrow_function "async") (function_expression "async") (generator_function "async")])
  (#eq? @text "Promise")) @finding

; no-caller · A function looks at its caller
; why: It is an error in strict mode, and prevents that functions are optimized.
; needles: arguments
(member_expression
  object: (identifier) @_object
  property: (property_identifier) @_name
  (#eq? @_object "arguments")
  (#any-of? @_name "callee" "caller")) @finding

; no-debugger · The program stops for a debugger
; why: It is left over from a search for a fault.
; needles: debugger
(debugger_statement) @finding

; no-empty · An error is caught and dropped
; why: Nothing says that it is meant; a comment would.
; needles: catch
(catch_clause
  "catch" @text
  (statement_block) @finding
  (#bare? @finding))

; no-new-wrappers · A number, text or truth value is made an object
; why: The object is always true, and equal to nothing else.
; needles: String Number Boolean
(new_expression
  constructor: (identifier) @text
  (#any-of? @text "String" "Number" "Boolean")) @finding

; no-proto · The prototype is read or changed by its old name
; why: Use Object.getPrototypeOf and Object.setPrototypeOf.
; needles: __proto__
(member_expression
  property: (property_identifier) @_name
  (#eq? @_name "__proto__")) @finding
(subscript_expression
  index: (string (string_fragment) @_name)
  (#eq? @_name "__proto__")) @finding

; no-prototype-builtins · A method of Object is called on a value that may have another one
; why: Objects without a prototype have none of them: use Object.hasOwn, or Object.prototype's.
; needles: hasOwnProperty isPrototypeOf propertyIsEnumerable
(call_expression
  function: (member_expression
    property: (property_identifier) @_name) @text
  (#any-of? @_name "hasOwnProperty" "isPrototypeOf" "propertyIsEnumerable")) @finding

; no-throw-literal · What is thrown is no error
; why: It has no stack, and handlers that read its message fail.
; also: @typescript-eslint/no-throw-literal @typescript-eslint/only-throw-error
; needles: throw
(throw_statement
  . [(string) (template_string) (number) (true) (false) (null) (undefined) (object) (array)
    (binary_expression operator: "+") (unary_expression)] @text) @finding
(throw_statement
  . (parenthesized_expression . [(string) (template_string) (number) (true) (false) (null) (undefined) (object) (array)
    (binary_expression operator: "+") (unary_expression)] @text .)) @finding

; no-with · Names are searched in an object
; why: What a name means depends on what the object has at run time.
; needles: with
(with_statement
  object: (_) @text
  (#needle? "with")) @finding

; use-isnan · A value is compared with NaN
; why: Nothing is equal to NaN, itself included: use Number.isNaN.
; needles: NaN
(binary_expression
  operator: ["==" "===" "!=" "!==" "<" "<=" ">" ">="]
  right: (_) @_right
  (#any-of? @_right "NaN" "Number.NaN")) @finding
(binary_expression
  left: (_) @_left
  operator: ["==" "===" "!=" "!==" "<" "<=" ">" ">="]
  (#any-of? @_left "NaN" "Number.NaN")) @finding

; valid-typeof · A type is compared with text that is none
; why: The comparison is always false, or always true.
; needles: typeof
(binary_expression
  left: (unary_expression operator: "typeof")
  operator: ["==" "===" "!=" "!=="]
  right: (string) @text @finding
  (#not-match? @text "^.(undefined|object|boolean|number|string|function|symbol|bigint).$"))
(binary_expression
  left: (string) @text @finding
  operator: ["==" "===" "!=" "!=="]
  right: (unary_expression operator: "typeof")
  (#not-match? @text "^.(undefined|object|boolean|number|string|function|symbol|bigint).$"))
