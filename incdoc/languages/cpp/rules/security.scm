; Security rules of C, C++ and CUDA. Their codes are those of the SEI CERT C Coding Standard, which clang-tidy has too.
; All patterns are calls, which the grammars of C and of C++ have in common.

; CON33-C · The result is kept in memory that all threads share
; why: Another thread, or the next call, overwrites it. There are variants with their own memory (strtok_r, localtime_r).
; also: concurrency-mt-unsafe
; needles: strtok asctime ctime gmtime localtime
(call_expression
  function: (_) @text
  arguments: (argument_list) @_arguments
  (#match? @text "^(::|std::)?(strtok|asctime|ctime|gmtime|localtime)$")
  (#not-count? @_arguments "0")) @finding

; ENV33-C · A shell runs a command
; why: Text from outside that reaches the command is run; the shell also depends on its environment.
; also: cert-env33-c bugprone-command-processor flawfinder
; needles: system popen
(call_expression
  function: (_) @text
  arguments: (argument_list . (_) @_command .)
  (#match? @text "^(::|std::)?system$")
  (#not-match? @_command "^(0|NULL|nullptr)$")) @finding
(call_expression
  function: (_) @text
  arguments: (argument_list) @_arguments
  (#match? @text "^(::)?_?popen$")
  (#count? @_arguments "2")) @finding

; ERR34-C · Text becomes a number without a check
; why: What is no number, or too large, is not noticed: use strtol and its relatives.
; also: cert-err34-c bugprone-unchecked-string-to-number-conversion flawfinder
; needles: atoi atol atoll atof
(call_expression
  function: (_) @text
  arguments: (argument_list) @_arguments
  (#match? @text "^(::|std::)?(atoi|atol|atoll|atof)$")
  (#count? @_arguments "1")) @finding

; FIO06-C · A file is given wide permissions
; why: A file that every account may write can be used to smuggle in data or code.
; also: flawfinder
; needles: chmod fchmod mkdir creat open
(call_expression
  function: (_) @text
  arguments: (argument_list (number_literal) @_mode .)
  (#match? @text "^(::)?(chmod|fchmod|mkdir|creat|open)$")
  (#match? @_mode "^0[0-7]*[2367]$")) @finding

; FIO21-C · The name of a temporary file is made before the file
; why: Another program can make the file first: use mkstemp.
; also: clang-analyzer-security.insecureAPI.mktemp cert-msc24-c bugprone-unsafe-functions flawfinder
; needles: tmpnam tempnam mktemp
(call_expression
  function: (_) @text
  (#match? @text "^(::|std::)?(tmpnam|tempnam|_?mktemp)$")) @finding

; FIO30-C · A variable is the format
; why: An attacker who controls the text can read and write memory: use "%s".
; also: cert-fio30-c clang-diagnostic-format-security flawfinder
; needles: printf wprintf fprintf syslog sprintf snprintf vprintf
(call_expression
  function: (_) @text
  arguments: (argument_list . (_) @_format .)
  (#match? @text "^(::|std::)?w?printf$")
  (#not-match? @_format "\"|^[^a-z]*$")) @finding
(call_expression
  function: (_) @text
  arguments: (argument_list . (_) . (_) @_format .)
  (#match? @text "^(::|std::)?(fprintf|sprintf|syslog)$")
  (#not-match? @_format "\"|^[^a-z]*$")) @finding
(call_expression
  function: (_) @text
  arguments: (argument_list . (_) . (_) . (_) @_format .)
  (#match? @text "^(::|std::)?snprintf$")
  (#not-match? @_format "\"|^[^a-z]*$")) @finding

; FIO45-C · A file is tested before it is used
; why: Between the test and the use it can be exchanged: use it, and look at the error.
; also: flawfinder
; needles: access faccessat
(call_expression
  function: (_) @text
  arguments: (argument_list) @_arguments
  (#match? @text "^(::)?_?access$")
  (#count? @_arguments "2")) @finding
(call_expression
  function: (_) @text
  (#match? @text "^(::)?faccessat$")) @finding

; MEM05-C · Memory of a variable size is taken from the stack
; why: A size that is too large is not noticed, and overwrites other memory.
; needles: alloca _alloca __builtin_alloca
(call_expression
  function: (_) @text
  (#match? @text "^(::)?(_?alloca|__builtin_alloca)$")) @finding

; MSC24-C · gets reads a line of any length
; why: A line that is longer than the buffer overwrites other memory: use fgets.
; also: cert-msc24-c bugprone-unsafe-functions clang-analyzer-security.insecureAPI.gets flawfinder
; needles: gets
(call_expression
  function: (_) @text
  arguments: (argument_list) @_arguments
  (#match? @text "^(::|std::)?gets$")
  (#count? @_arguments "1")) @finding

; MSC30-C · A number is drawn that can be guessed
; why: Secrets and keys need a generator that is made for them. rand also has few values and is shared by all threads.
; also: cert-msc30-c cert-msc50-cpp misc-predictable-rand clang-analyzer-security.insecureAPI.rand flawfinder
; needles: rand drand48 lrand48
(call_expression
  function: (_) @text
  arguments: (argument_list) @_arguments
  (#match? @text "^(::|std::)?(rand|drand48|lrand48)$")
  (#count? @_arguments "0")) @finding

; MSC32-C · A generator begins with a number that is known
; why: An attacker who knows the time, or the number, can compute all numbers that follow.
; also: cert-msc32-c cert-msc51-cpp bugprone-random-generator-seed flawfinder
; needles: srand srandom srand48
(call_expression
  function: (_) @text
  arguments: (argument_list . (_) @_seed .)
  (#match? @text "^(::|std::)?(srand|srandom|srand48)$")
  (#match? @_seed "^[-+*~()]*[0-9][0-9a-fA-FxXuUlL +*()-]*$")) @finding
(call_expression
  function: (_) @text
  arguments: (argument_list . (_) @_seed .)
  (#match? @text "^(::|std::)?(srand|srandom|srand48)$")
  (#matches? @_seed "\\btime\\s*\\(")) @finding

; POS33-C · vfork shares the memory of its parent
; why: What the child changes before it runs a program is changed in the parent too.
; also: clang-analyzer-security.insecureAPI.vfork flawfinder
; needles: vfork
(call_expression
  function: (_) @text
  (#match? @text "^(::)?vfork$")) @finding

; STR31-C · Text is copied without regard to the size of its place
; why: Text that is longer than the place overwrites other memory: use a function that takes the size.
; also: cert-str31-c clang-analyzer-security.insecureAPI.strcpy flawfinder
; needles: strcpy strcat sprintf vsprintf wcscpy wcscat stpcpy
(call_expression
  function: (_) @text
  (#match? @text "^(::|std::)?(strcpy|strcat|sprintf|vsprintf|wcscpy|wcscat|stpcpy)$")) @finding
