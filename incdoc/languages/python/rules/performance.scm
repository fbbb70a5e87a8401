; Performance rules. Their codes are those of ruff (perflint, comprehensions, bugbear); the tests compare with its findings.

; PERF101 · A copy is made only to go through it
; why: The loop reads the original just as well, without the time and memory of a copy.
; needles: list(
(for_statement
  right: (call
    function: (identifier) @text
    arguments: (argument_list . [(list) (tuple) (set)] .)) @finding
  (#origin? @text "builtins.list"))
(for_statement
  right: (call
    function: (identifier) @text
    arguments: (argument_list . (identifier) @_value .)) @finding
  body: (_) @_body
  (#origin? @text "builtins.list")
  (#assigned? @_value "list" "tuple" "set")
  (#not-mentions? @_body @_value))

; PERF102 · Keys and values are read where one of them is used
; why: .keys() or .values() alone saves building and unpacking a pair each round.
; needles: .items()
((for_statement
  left: [
    (pattern_list . (_) @_used . (_) @_unused .)
    (pattern_list . (_) @_unused . (_) @_used .)
    (tuple_pattern . (_) @_used . (_) @_unused .)
    (tuple_pattern . (_) @_unused . (_) @_used .)
  ]
  right: (call
    function: (attribute attribute: (identifier) @_name) @finding @text
    arguments: (argument_list) @_arguments))
  (#eq? @_name "items")
  (#count? @_arguments "0")
  (#not-read? @_unused)
  (#read? @_used))

; PERF401 · A list is filled one item at a time
; why: A comprehension or extend() does the same without looking the method up and calling it each round.
; needles: .append(
((for_statement
  left: (identifier) @_target
  body: (block
    (expression_statement (call
      function: (attribute object: (identifier) @text attribute: (identifier) @_name)
      arguments: (argument_list (_) @_item) @_arguments) @finding)) @_body) @_loop
  (#eq? @_name "append")
  (#count? @_arguments "1")
  (#not-match? @_item "^#")
  (#not-eq? @_item @_target)
  (#count? @_body "1")
  (#not-mentions? @_item @text)
  (#once-before? @text)
  (#bound? @text "list")
  (#not-used-after? @_target @_loop))
((for_statement
  left: (identifier) @_target
  body: (block
    (if_statement
      condition: (_) @_condition
      consequence: (block
        (expression_statement (call
          function: (attribute object: (identifier) @text attribute: (identifier) @_name)
          arguments: (argument_list (_) @_item) @_arguments) @finding)) @_inner
      !alternative)) @_body) @_loop
  (#eq? @_name "append")
  (#count? @_arguments "1")
  (#not-match? @_item "^#")
  (#count? @_body "1")
  (#count? @_inner "1")
  (#not-mentions? @_condition @text)
  (#not-mentions? @_item @text)
  (#once-before? @text)
  (#bound? @text "list")
  (#not-used-after? @_target @_loop))
((for_statement
  "async"
  left: (identifier) @_target
  body: (block
    (expression_statement (call
      function: (attribute object: (identifier) @text attribute: (identifier) @_name)
      arguments: (argument_list . (identifier) @_item .)) @finding)) @_body) @_loop
  (#eq? @_name "append")
  (#eq? @_item @_target)
  (#count? @_body "1")
  (#once-before? @text)
  (#bound? @text "list")
  (#not-used-after? @_target @_loop))

; PERF402 · A list is copied one item at a time
; why: list() or extend() copies in one step.
; needles: .append(
((for_statement
  left: (identifier) @_target
  body: (block
    (expression_statement (call
      function: (attribute object: (identifier) @text attribute: (identifier) @_name)
      arguments: (argument_list . (identifier) @_item .)) @finding)) @_body) @_loop
  (#not-matches? @_loop "^async")
  (#eq? @_name "append")
  (#eq? @_item @_target)
  (#count? @_body "1")
  (#once-before? @text)
  (#bound? @text "list"))

; C401 · A set is made from a generator
; why: A set comprehension does the same without a generator in between.
; needles: set(
(call
  function: (identifier) @text
  arguments: (generator_expression . (_) @_item . (for_in_clause left: (_) @_target) . (_)? @_more)
  (#origin? @text "builtins.set")) @finding

; C403 · A set is made from a list
; why: A set comprehension does the same without building the list.
; needles: set(
(call
  function: (identifier) @text
  arguments: (argument_list . (list_comprehension) .)
  (#origin? @text "builtins.set")) @finding

; C404 · A dictionary is made from a list of pairs
; why: A dictionary comprehension does the same without building the list and its tuples.
; needles: dict(
(call
  function: (identifier) @text
  arguments: (argument_list . (list_comprehension . (tuple . (_) . (_) .)) .)
  (#origin? @text "builtins.dict")) @finding

; C419 · A list is built only to be tested
; why: With a generator, any() and all() stop at the first item that decides.
; needles: any( all(
(call
  function: (identifier) @text
  arguments: (argument_list . [(list_comprehension) (set_comprehension)] @finding .)
  (#origin? @text "builtins.any" "builtins.all")
  (#not-matches? @finding "\\b(async\\s+for|await)\\b"))

; RUF015 · All items are copied to read the first
; why: next(iter(...)) reads one item and stops.
; needles: list( tuple( ][
(subscript
  value: (call
    function: (identifier) @text
    arguments: [
      (argument_list . (_) .)
      (generator_expression)
    ])
  subscript: (integer) @_index
  (#eq? @_index "0")
  (#origin? @text "builtins.list" "builtins.tuple")) @finding
(subscript
  value: (list_comprehension) @text
  subscript: (integer) @_index
  (#eq? @_index "0")) @finding

; SIM118 · A key is looked for in keys()
; why: The dictionary itself answers, without making a view first.
; needles: keys()
(comparison_operator
  operators: ["in" "not in"]
  . [
    (call
      function: (attribute object: (_) @_object attribute: (identifier) @_name) @text
      arguments: (argument_list) @_arguments)
    (parenthesized_expression (call
      function: (attribute object: (_) @_object attribute: (identifier) @_name) @text
      arguments: (argument_list) @_arguments))
  ] .
  (#not-eq? @_object "self")
  (#count? @_arguments "0")
  (#eq? @_name "keys")) @finding
(for_statement
  left: (_) @finding
  right: [
    (call
      function: (attribute object: (_) @_object attribute: (identifier) @_name) @text
      arguments: (argument_list) @_arguments)
    (parenthesized_expression (call
      function: (attribute object: (_) @_object attribute: (identifier) @_name) @text
      arguments: (argument_list) @_arguments))
  ]
  (#not-eq? @_object "self")
  (#count? @_arguments "0")
  (#eq? @_name "keys"))
(for_in_clause
  left: (_) @finding
  right: [
    (call
      function: (attribute object: (_) @_object attribute: (identifier) @_name) @text
      arguments: (argument_list) @_arguments)
    (parenthesized_expression (call
      function: (attribute object: (_) @_object attribute: (identifier) @_name) @text
      arguments: (argument_list) @_arguments))
  ]
  (#not-eq? @_object "self")
  (#count? @_arguments "0")
  (#eq? @_name "keys"))

; B019 · A method's results are cached for ever
; why: The cache holds every instance that it was called on, so none of them is freed.
(class_definition body: (block (decorated_definition
  (decorator [(_) @text (call function: (_) @text)]) @finding
  definition: (function_definition)) @_method)
  (#origin? @text "functools.cache" "functools.lru_cache")
  (#not-matches? @_method "\\A(@[^\\n]*\\n\\s*)*@(staticmethod|classmethod)\\b"))
