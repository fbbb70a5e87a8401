; Patterns: ways to build things that a reader recognises by name. The codes are that name.

; dataclass · A class whose methods follow from its fields
; why: Equality, representation and construction are generated, so the fields are the whole interface.
(decorated_definition
  (decorator [(_) @_decorator (call function: (_) @_decorator)])
  definition: (class_definition name: (_) @text) @finding
  (#origin? @_decorator "dataclasses.dataclass" "attr.s" "attr.dataclass" "attrs.define" "attrs.frozen"))

; enum · An enumeration
; why: The values are a closed set with names.
(class_definition
  name: (_) @text
  superclasses: (argument_list (_) @_base)
  (#origin? @_base "enum.Enum" "enum.IntEnum" "enum.StrEnum" "enum.Flag" "enum.IntFlag")) @finding

; abstract-base-class · An abstract base class
; why: It says what its subclasses have to provide.
(class_definition
  name: (_) @text
  superclasses: (argument_list [
    (_) @_base
    (keyword_argument name: (identifier) @_name value: (_) @_base (#eq? @_name "metaclass"))
  ])
  (#origin? @_base "abc.ABC" "abc.ABCMeta")) @finding

; protocol · An interface by structure
; why: Any class with these methods fits, without inheriting from it.
(class_definition
  name: (_) @text
  superclasses: (argument_list [(_) @_base (subscript value: (_) @_base)])
  (#origin? @_base "typing.Protocol" "typing_extensions.Protocol")) @finding

; context-manager · A class for with-statements
; why: What it sets up is undone however the block ends.
; needles: __enter__( __aenter__(
(class_definition
  name: (_) @text
  body: (block [
    (function_definition name: (_) @_name)
    (decorated_definition definition: (function_definition name: (_) @_name))
  ])
  (#any-of? @_name "__enter__" "__aenter__")
  (#needle? "identifier")) @finding

; context-manager-function · A generator for with-statements
; why: The code after its yield undoes what the code before it did.
(decorated_definition
  (decorator (_) @_decorator)
  definition: (function_definition name: (_) @text) @finding
  (#origin? @_decorator "contextlib.contextmanager" "contextlib.asynccontextmanager"))

; callable-object · Instances are called like functions
; why: A function with state that can be looked at and replaced.
; needles: __call__(
(class_definition
  name: (_) @text
  body: (block [
    (function_definition name: (_) @_name)
    (decorated_definition definition: (function_definition name: (_) @_name))
  ])
  (#eq? @_name "__call__")
  (#needle? "identifier")) @finding

; iterator · A class to loop over
; why: Items come one at a time, in an order that the class decides.
; needles: __iter__( __next__( __aiter__(
(class_definition
  name: (_) @text
  body: (block [
    (function_definition name: (_) @_name)
    (decorated_definition definition: (function_definition name: (_) @_name))
  ])
  (#any-of? @_name "__iter__" "__next__" "__aiter__")
  (#needle? "identifier")) @finding

; descriptor · A class that controls an attribute of others
; why: Reading or writing the attribute runs its code.
; needles: __get__( __set__( __set_name__(
(class_definition
  name: (_) @text
  body: (block [
    (function_definition name: (_) @_name)
    (decorated_definition definition: (function_definition name: (_) @_name))
  ])
  (#any-of? @_name "__get__" "__set__" "__set_name__")
  (#needle? "identifier")) @finding

; singleton · A class that hands out one instance
; why: Every caller shares its state.
; needles: __new__(
(class_definition
  name: (_) @text
  body: (block (function_definition name: (_) @_name body: (_) @_body))
  (#eq? @_name "__new__")
  (#matches? @_body "\\bcls\\._?_?\\w*(instance|singleton)\\w*\\s*=[^=]")) @finding

; attribute-fallback · Attributes that are made when asked for
; why: Names that no definition shows can be read, so searching the source does not find them.
; needles: __getattr__( __getattribute__(
((function_definition name: (identifier) @text) @finding
  (#any-of? @text "__getattr__" "__getattribute__"))

; subclass-hook · Subclasses are noticed when they are defined
; why: Deriving from the class is enough to register with it or to be checked by it.
; needles: __init_subclass__(
((function_definition name: (identifier) @text) @finding
  (#eq? @text "__init_subclass__"))

; operators · Operators have a meaning of their own
; why: Expressions with instances run these methods.
; needles: __add__( __sub__( __mul__( __matmul__( __truediv__( __and__( __or__( __xor__( __invert__( __neg__( __lt__( __le__( __gt__( __ge__( __getitem__(
(class_definition
  name: (_) @text
  body: (block [
    (function_definition name: (_) @_name)
    (decorated_definition definition: (function_definition name: (_) @_name))
  ])
  (#match? @_name "^__(add|sub|mul|matmul|truediv|and|or|xor|invert|neg|lt|le|gt|ge|getitem)__$")
  (#needle? "identifier")) @finding

; decorator · A function that wraps another
; why: What it decorates keeps its name, and runs this code around each call.
(function_definition
  name: (_) @text
  body: (block (decorated_definition
    (decorator [(_) @_decorator (call function: (_) @_decorator)])
    definition: (function_definition)))
  (#origin? @_decorator "functools.wraps")) @finding

; closure · A function with a variable of the function around it
; why: It keeps state between calls without a class.
; needles: nonlocal
(function_definition
  name: (_) @text
  body: (block (nonlocal_statement) @_nonlocal)
  (#needle? "nonlocal")) @finding

; generator · A function that yields
; why: Results come one at a time, and nothing runs before the first is asked for.
; needles: yield
(function_definition
  name: (_) @text
  body: (_) @_body
  (#needle? "yield")
  (#yields? @_body)) @finding

; coroutine · A coroutine function: async, without a yield
; why: A call runs nothing until its result is awaited or given to an event loop; it gives way only where it awaits.
; needles: async
(function_definition
  . "async"
  name: (_) @text
  body: (_) @_body
  (#needle? "async")
  (#not-yields? @_body)) @finding

; cached-function · A function that remembers its results
; why: Equal arguments are computed once; the results stay in memory.
(decorated_definition
  (decorator [(_) @_decorator (call function: (_) @_decorator)])
  definition: (function_definition name: (_) @text) @finding
  (#origin? @_decorator "functools.cache" "functools.lru_cache" "functools.cached_property"
    "django.utils.functional.cached_property"))

; single-dispatch · A function chosen by its first argument's type
; why: Other files can add types to it.
(decorated_definition
  (decorator [(_) @_decorator (call function: (_) @_decorator)])
  definition: (function_definition name: (_) @text) @finding
  (#origin? @_decorator "functools.singledispatch" "functools.singledispatchmethod"))

; checked-attribute · A property that can be set
; why: Assigning to it runs code.
; needles: .setter
(decorated_definition
  (decorator (attribute object: (identifier) @text attribute: (identifier) @_name))
  definition: (function_definition) @finding
  (#eq? @_name "setter"))

; pattern-matching · A choice by structure
; why: Cases name the shapes of data that are handled.
; needles: match
(match_statement
  subject: (_) @text
  (#needle? "match")) @finding

; assignment-expression · A value is named where it is tested
; why: The name exists after the expression too.
; needles: :=
(named_expression name: (_) @text) @finding

; mixin · A class to be combined with others
; why: It adds one ability and expects the rest from the class that it is mixed into.
; needles: ~mixin
((class_definition name: (identifier) @text) @finding
  (#needle? "identifier")
  (#match? @text "Mixin$"))

; type-checking-import · Imports for type checkers alone
; why: The names are not there at run time, which breaks a cycle or saves start-up time.
(if_statement
  condition: (_) @text
  (#origin? @text "typing.TYPE_CHECKING")) @finding

; named-tuple · A tuple whose items have names
; why: It can be unpacked and read by name.
(class_definition
  name: (_) @text
  superclasses: (argument_list (_) @_base)
  (#origin? @_base "typing.NamedTuple")) @finding
