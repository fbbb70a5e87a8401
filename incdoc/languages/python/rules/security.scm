; Security rules. Their codes are bandit's, as ruff has them; the tests compare with ruff's findings.

; S102 · Code is executed from text
; why: An attacker who controls the text can run any code.
; also: B102 exec_used
(call function: (_) @text
  (#origin? @text "builtins.exec")) @finding

; S103 · A file is given wide permissions
; why: A file that every account may write, or its group may run, can be used to smuggle in data or code.
; also: B103 set_bad_file_permissions
(call function: (_) @text
  arguments: [
    (argument_list . (_) . (_) @finding)
    (argument_list (keyword_argument
      name: (identifier) @_name
      value: (_) @finding
      (#eq? @_name "mode")))
  ]
  (#origin? @text "os.chmod")
  (#bits? @finding "0o12"))

; S104 · All network interfaces are named
; why: A service bound to all interfaces can be reached from networks that it was not meant for.
; also: B104 hardcoded_bind_all_interfaces
; needles: 0.0.0.0
((string) @finding @text
  (#string? @finding "\\A0\\.0\\.0\\.0\\Z")
  (#not-within? @finding "concatenated_string"))

; S105 · A password is written in the code
; why: Every reader of the source or its history knows the secret, and changing it takes a release.
; also: B105 hardcoded_password_string
; needles: ~pass ~pwd ~token ~secret
(assignment
  left: [
    (identifier) @text
    (attribute attribute: (identifier) @text)
    (subscript subscript: (string (string_content) @text))
  ]
  right: [
    (string) @finding
    (concatenated_string) @finding
    (parenthesized_expression [(string) (concatenated_string)] @finding)
  ]
  (#needle? "identifier" "string_content")
  (#match? @text "(?i)(^|_)(pas+wo?r?d|pass(phrase)?|pwd|token|secrete?)($|_)")
  (#string? @finding "(?s)."))
(comparison_operator . [
    (identifier) @text
    (attribute attribute: (identifier) @text)
    (subscript subscript: (string (string_content) @text))
  ] . [
    (string) @finding
    (concatenated_string) @finding
    (parenthesized_expression [(string) (concatenated_string)] @finding)
  ]
  (#match? @text "(?i)(^|_)(pas+wo?r?d|pass(phrase)?|pwd|token|secrete?)($|_)")
  (#string? @finding "(?s)."))

; S106 · A password is passed as text
; why: Every reader of the source or its history knows the secret, and changing it takes a release.
; also: B106 hardcoded_password_funcarg
; needles: ~pass ~pwd ~token ~secret
((keyword_argument
    name: (identifier) @text
    value: (_) @_value) @finding
  (#needle? "identifier" "string_content")
  (#match? @text "(?i)(^|_)(pas+wo?r?d|pass(phrase)?|pwd|token|secrete?)($|_)")
  (#string? @_value "(?s)."))

; S107 · A password is a parameter's default
; why: Callers that forget the argument share one secret that everyone who reads the source knows.
; also: B107 hardcoded_password_default
; needles: ~pass ~pwd ~token ~secret
((default_parameter name: (identifier) @text value: (_) @finding) @_parameter
  (#needle? "identifier" "string_content")
  (#match? @text "(?i)(^|_)(pas+wo?r?d|pass(phrase)?|pwd|token|secrete?)($|_)")
  (#string? @finding "(?s).")
  (#within? @_parameter "parameters"))
((typed_default_parameter name: (identifier) @text value: (_) @finding)
  (#match? @text "(?i)(^|_)(pas+wo?r?d|pass(phrase)?|pwd|token|secrete?)($|_)")
  (#string? @finding "(?s)."))

; S108 · A path in a shared folder for temporary files is fixed
; why: Every account of the machine can create that name first, and so choose what is read or overwritten.
; also: B108 hardcoded_tmp_directory
; needles: /tmp /dev/shm
((string (string_content) @text) @finding
  (#begins? @text "/tmp|/var/tmp|/dev/shm")
  (#not-begins? @finding "[rRuU]*[bB]")
  (#not-passed? @finding "tempfile")
  (#not-within? @finding "concatenated_string"))
((concatenated_string . (string) @_first) @finding @text
  (#begins? @_first "[rRuUfF]*[\"']+(/tmp|/var/tmp|/dev/shm)")
  (#not-passed? @finding "tempfile"))

; S110 · An exception of any kind is passed over
; why: An error that leaves no trace hides failures, attacks among them.
; also: B110 try_except_pass
; needles: pass
(except_clause
  "except" @text
  !value
  (block (pass_statement)) @_body
  (#needle? "pass" "pass_statement")
  (#count? @_body "1")) @finding
(except_clause
  value: [
    (_) @text
    (as_pattern . (_) @text)
    (tuple (_) @text)
    (as_pattern . (tuple (_) @text))
  ]
  (block (pass_statement)) @_body
  (#needle? "pass" "pass_statement")
  (#count? @_body "1")
  (#origin? @text "builtins.Exception" "builtins.BaseException")) @finding

; S112 · An exception of any kind only skips to the next round
; why: An error that leaves no trace hides failures, attacks among them.
; also: B112 try_except_continue
; needles: continue
(except_clause
  "except" @text
  !value
  (block (continue_statement)) @_body
  (#needle? "continue" "continue_statement")
  (#count? @_body "1")) @finding
(except_clause
  value: [
    (_) @text
    (as_pattern . (_) @text)
    (tuple (_) @text)
    (as_pattern . (tuple (_) @text))
  ]
  (block (continue_statement)) @_body
  (#needle? "continue" "continue_statement")
  (#count? @_body "1")
  (#origin? @text "builtins.Exception" "builtins.BaseException")) @finding

; S113 · A request waits without limit
; why: A server that never answers holds the caller for ever.
; also: B113 request_without_timeout
(call function: (_) @text
  arguments: (argument_list) @_arguments
  (#origin? @text "requests.get" "requests.options" "requests.head" "requests.post" "requests.put"
    "requests.patch" "requests.delete" "requests.request")
  (#not-keyword? @_arguments "timeout")) @finding
(call function: (_) @text
  arguments: (argument_list (keyword_argument
    name: (identifier) @_name
    value: (none)
    (#eq? @_name "timeout")) @finding)
  (#origin? @text "requests.get" "requests.options" "requests.head" "requests.post" "requests.put"
    "requests.patch" "requests.delete" "requests.request" "httpx.get" "httpx.options" "httpx.head"
    "httpx.post" "httpx.put" "httpx.patch" "httpx.delete" "httpx.request" "httpx.stream" "httpx.Client"
    "httpx.AsyncClient"))

; S202 · An archive is unpacked without looking at its members
; why: A member's path may lead out of the target folder and overwrite other files.
; also: B202 tarfile_unsafe_members
; needles: .extractall
(call
  function: (attribute attribute: (identifier) @_name) @text
  arguments: (argument_list) @_arguments
  (#eq? @_name "extractall")
  (#imported? "tarfile")
  (#not-matches? @_arguments "filter\\s*=\\s*[\"'](data|tar)[\"']")) @finding

; S301 · Data is unpickled
; why: Reading a pickle can run any code that its author chose.
; also: B301 pickle
(call function: (_) @text
  (#origin? @text "pickle.load" "pickle.loads" "pickle.Unpickler" "dill.load" "dill.loads" "dill.Unpickler"
    "shelve.open" "shelve.DbfilenameShelf" "jsonpickle.decode" "jsonpickle.unpickler.decode"
    "jsonpickle.unpickler.Unpickler" "pandas.read_pickle")) @finding

; S302 · Data is read with marshal
; why: The format is not checked, so a crafted file can crash the interpreter or run code.
; also: B302 marshal
(call function: (_) @text
  (#origin? @text "marshal.load" "marshal.loads")) @finding

; S303 · A weak hash function of a cryptographic library is used
; why: Two inputs with the same digest can be made for MD5 and SHA-1, so neither proves anything any more.
; also: B303 md5
(call function: (_) @text
  (#origin? @text "cryptography.hazmat.primitives.hashes.MD5" "cryptography.hazmat.primitives.hashes.SHA1"
    "Crypto.Hash.MD2.new" "Crypto.Hash.MD4.new" "Crypto.Hash.MD5.new" "Crypto.Hash.SHA.new"
    "Cryptodome.Hash.MD2.new" "Cryptodome.Hash.MD4.new" "Cryptodome.Hash.MD5.new" "Cryptodome.Hash.SHA.new"
  )) @finding

; S304 · A broken cipher is used
; why: What such a cipher protects can be read without the key.
; also: B304 ciphers
(call function: (_) @text
  (#origin? @text "cryptography.hazmat.primitives.ciphers.algorithms.ARC4"
    "cryptography.hazmat.primitives.ciphers.algorithms.Blowfish"
    "cryptography.hazmat.primitives.ciphers.algorithms.IDEA"
    "Crypto.Cipher.ARC2.new" "Crypto.Cipher.ARC4.new" "Crypto.Cipher.Blowfish.new" "Crypto.Cipher.DES.new"
    "Crypto.Cipher.XOR.new" "Cryptodome.Cipher.ARC2.new" "Cryptodome.Cipher.ARC4.new"
    "Cryptodome.Cipher.Blowfish.new" "Cryptodome.Cipher.DES.new" "Cryptodome.Cipher.XOR.new")) @finding

; S305 · A cipher encrypts equal blocks equally
; why: Patterns of the plain text stay visible in the encrypted one.
; also: B305 cipher_modes
(call function: (_) @text
  (#origin? @text "cryptography.hazmat.primitives.ciphers.modes.ECB")) @finding

; S306 · A temporary name is chosen before the file exists
; why: Another process can create the file between the choice and its use.
; also: B306 mktemp_q
(call function: (_) @text
  (#origin? @text "tempfile.mktemp")) @finding

; S307 · Text is evaluated as an expression
; why: An attacker who controls the text can run any code; a parser of literals reads data without that risk.
; also: B307 eval
(call function: (_) @text
  (#origin? @text "builtins.eval")) @finding

; S308 · Computed text is declared safe for HTML
; why: It reaches the page unescaped, with any script that a user put into it.
; also: B308 mark_safe
(call function: (_) @text
  arguments: (argument_list . (_) @_value)
  (#not-string? @_value "")
  (#origin? @text "django.utils.safestring.mark_safe")) @finding
(decorator (_) @text
  (#origin? @text "django.utils.safestring.mark_safe")) @finding

; S310 · A URL of any scheme is opened
; why: With file: or a scheme of one's own, a caller reads what was never meant to be served.
; also: B310 urllib_urlopen
(call function: (_) @text
  arguments: (argument_list . (_) @_url)
  (#not-web? @_url)
  (#origin? @text "urllib.request.urlopen" "urllib.request.urlretrieve" "urllib.request.Request"
    "urllib.request.URLopener" "urllib.request.FancyURLopener" "six.moves.urllib.request.urlopen"
    "six.moves.urllib.request.urlretrieve" "six.moves.urllib.request.URLopener"
    "six.moves.urllib.request.FancyURLopener")) @finding
(call function: (_) @text
  arguments: (argument_list) @_arguments
  (#count? @_arguments "0")
  (#origin? @text "urllib.request.URLopener" "urllib.request.FancyURLopener")) @finding

; S311 · A predictable random generator is used
; why: Its next values follow from a few of its outputs, so it must not make tokens, keys or passwords.
; also: B311 random
(call function: (_) @text
  (#origin? @text "random.Random" "random.random" "random.randrange" "random.randint" "random.choice"
    "random.choices" "random.uniform" "random.triangular" "random.randbytes")) @finding

; S312 · Telnet is used
; why: Everything, passwords included, crosses the network unencrypted.
; also: B312 telnetlib
(call function: (_) @text
  (#origin? @text "telnetlib.Telnet")) @finding

; S313 · XML is parsed without protection, with cElementTree
; why: Entities that expand into each other, or name files, exhaust the machine or leak data.
; also: B313 xml_bad_cElementTree
(call function: (_) @text
  (#origin? @text "xml.etree.cElementTree.parse" "xml.etree.cElementTree.iterparse"
    "xml.etree.cElementTree.fromstring" "xml.etree.cElementTree.XMLParser")) @finding

; S314 · XML is parsed without protection, with ElementTree
; why: Entities that expand into each other, or name files, exhaust the machine or leak data.
; also: B314 xml_bad_ElementTree
(call function: (_) @text
  (#origin? @text "xml.etree.ElementTree.parse" "xml.etree.ElementTree.iterparse"
    "xml.etree.ElementTree.fromstring" "xml.etree.ElementTree.XMLParser")) @finding

; S315 · XML is parsed without protection, with expatreader
; why: Entities that expand into each other, or name files, exhaust the machine or leak data.
; also: B315 xml_bad_expatreader
(call function: (_) @text
  (#origin? @text "xml.sax.expatreader.create_parser")) @finding

; S316 · XML is parsed without protection, with expatbuilder
; why: Entities that expand into each other, or name files, exhaust the machine or leak data.
; also: B316 xml_bad_expatbuilder
(call function: (_) @text
  (#origin? @text "xml.dom.expatbuilder.parse" "xml.dom.expatbuilder.parseString")) @finding

; S317 · XML is parsed without protection, with sax
; why: Entities that expand into each other, or name files, exhaust the machine or leak data.
; also: B317 xml_bad_sax
(call function: (_) @text
  (#origin? @text "xml.sax.parse" "xml.sax.parseString" "xml.sax.make_parser")) @finding

; S318 · XML is parsed without protection, with minidom
; why: Entities that expand into each other, or name files, exhaust the machine or leak data.
; also: B318 xml_bad_minidom
(call function: (_) @text
  (#origin? @text "xml.dom.minidom.parse" "xml.dom.minidom.parseString")) @finding

; S319 · XML is parsed without protection, with pulldom
; why: Entities that expand into each other, or name files, exhaust the machine or leak data.
; also: B319 xml_bad_pulldom
(call function: (_) @text
  (#origin? @text "xml.dom.pulldom.parse" "xml.dom.pulldom.parseString")) @finding

; S321 · FTP is used
; why: Everything, passwords included, crosses the network unencrypted.
; also: B321 ftplib
(call function: (_) @text
  (#origin? @text "ftplib.FTP" "ftplib.FTP_TLS")) @finding

; S323 · A TLS context that verifies nothing is made
; why: Anyone between the two ends can pose as the server.
; also: B323 unverified_context
(call function: (_) @text
  (#origin? @text "ssl._create_unverified_context")) @finding

; S324 · A weak hash function is used
; why: Two inputs with the same digest can be made for MD4, MD5 and SHA-1, so neither proves anything any more.
; also: B324 hashlib_insecure_functions
(call function: (_) @text
  arguments: (argument_list) @_arguments
  (#origin? @text "hashlib.md4" "hashlib.md5" "hashlib.sha" "hashlib.sha1")
  (#not-matches? @_arguments "usedforsecurity\\s*=\\s*False")) @finding
(call function: (_) @text
  arguments: (argument_list . [
    (string) @finding
    (keyword_argument name: (identifier) @_name value: (string) @finding (#eq? @_name "name"))
  ]) @_arguments
  (#origin? @text "hashlib.new")
  (#string? @finding "(?i)\\A(md4|md5|sha|sha1)\\Z")
  (#not-matches? @_arguments "usedforsecurity\\s*=\\s*False"))

; S501 · Certificates are not verified
; why: Anyone between the two ends can pose as the server.
; also: B501 request_with_no_cert_validation
(call function: (_) @text
  arguments: (argument_list (keyword_argument
    name: (identifier) @_name
    value: (false)
    (#eq? @_name "verify")) @finding)
  (#origin? @text "requests.get" "requests.options" "requests.head" "requests.post" "requests.put"
    "requests.patch" "requests.delete" "requests.request" "httpx.get" "httpx.options" "httpx.head"
    "httpx.post" "httpx.put" "httpx.patch" "httpx.delete" "httpx.request" "httpx.stream" "httpx.Client"
    "httpx.AsyncClient"))

; S506 · YAML is loaded with any tag allowed
; why: A tag in the file can create any object, and so run any code.
; also: B506 yaml_load
(call function: (_) @text
  arguments: (argument_list) @_arguments
  (#origin? @text "yaml.load")
  (#count? @_arguments "1")
  (#not-keyword? @_arguments "Loader")) @finding
(call function: (_) @text
  arguments: [
    (argument_list (keyword_argument
      name: (identifier) @_name
      value: (_) @finding
      (#eq? @_name "Loader")))
    (argument_list . (_) . [(identifier) (attribute) (call)] @finding)
  ]
  (#origin? @text "yaml.load")
  (#not-origin? @finding "yaml.SafeLoader" "yaml.CSafeLoader" "yaml.loader.SafeLoader" "yaml.cyaml.CSafeLoader"
    "yaml.loader.CSafeLoader"))

; S602 · A command is run by a shell
; why: Text from elsewhere can end the command and begin another.
; also: B602 subprocess_popen_with_shell_equals_true
(call function: (_) @text
  arguments: (argument_list . (_) (keyword_argument
    name: (identifier) @_name
    value: (_) @_value
    (#eq? @_name "shell")
    (#truthy? @_value)))
  (#origin? @text "subprocess.Popen" "subprocess.call" "subprocess.check_call" "subprocess.check_output"
    "subprocess.run")) @finding

; S604 · A function is told to use a shell
; why: Text from elsewhere can end the command and begin another.
; also: B604 any_other_function_with_shell_equals_true
; needles: shell
(call function: (_) @text
  arguments: (argument_list (keyword_argument
    name: (identifier) @_name
    value: (_) @_value
    (#eq? @_name "shell")
    (#truthy? @_value)))
  (#not-origin? @text "subprocess.Popen" "subprocess.call" "subprocess.check_call" "subprocess.check_output"
    "subprocess.run")) @finding

; S605 · A command is run by a shell, through a function that always uses one
; why: Text from elsewhere can end the command and begin another.
; also: B605 start_process_with_a_shell
(call function: (_) @text
  arguments: (argument_list . (_))
  (#origin? @text "os.system" "os.popen" "os.popen2" "os.popen3" "os.popen4" "popen2.popen2" "popen2.popen3"
    "popen2.popen4" "popen2.Popen3" "popen2.Popen4" "commands.getoutput" "commands.getstatusoutput"
    "subprocess.getoutput" "subprocess.getstatusoutput")) @finding

; S606 · A process is started
; why: What the program's name and arguments are made of deserves a look.
; also: B606 start_process_with_no_shell
(call function: (_) @text
  (#origin? @text "os.execl" "os.execle" "os.execlp" "os.execlpe" "os.execv" "os.execve" "os.execvp" "os.execvpe"
    "os.spawnl" "os.spawnle" "os.spawnlp" "os.spawnlpe" "os.spawnv" "os.spawnve" "os.spawnvp" "os.spawnvpe"
    "os.startfile")) @finding

; S607 · A program is started by its bare name
; why: Which program runs depends on the search path, which others may control.
; also: B607 start_process_with_partial_path
(call function: (_) @text
  arguments: (argument_list . [
    (_) @finding @_program
    (keyword_argument name: (identifier) @_name value: (_) @finding @_program (#eq? @_name "args"))
    (list . (_) @_program) @finding
    (tuple . (_) @_program) @finding
    (keyword_argument name: (identifier) @_name value: (list . (_) @_program) @finding (#eq? @_name "args"))
  ])
  (#string? @_program "\\A(?![A-Za-z]:|[\\\\/.])")
  (#origin? @text "subprocess.Popen" "subprocess.call" "subprocess.check_call" "subprocess.check_output"
    "subprocess.run" "subprocess.getoutput" "subprocess.getstatusoutput" "os.system" "os.popen" "os.popen2"
    "os.popen3" "os.popen4" "os.execl" "os.execle" "os.execlp" "os.execlpe" "os.execv" "os.execve" "os.execvp"
    "os.execvpe" "os.spawnl" "os.spawnle" "os.spawnlp" "os.spawnlpe" "os.spawnv" "os.spawnve" "os.spawnvp"
    "os.spawnvpe" "os.startfile"))

; S610 · Computed text goes into a query through extra()
; why: Text from a user becomes part of the SQL.
; also: B610 django_extra_used
; needles: .extra
(call
  function: (attribute attribute: (identifier) @text)
  arguments: (argument_list (keyword_argument
    name: (identifier) @_name
    value: (_) @_value
    (#any-of? @_name "select" "where" "tables")
    (#not-texts? @_value))) @finding
  (#eq? @text "extra"))
(call
  function: (attribute attribute: (identifier) @text)
  arguments: (argument_list . [(string) (identifier) (attribute) (binary_operator) (call)]) @finding
  (#eq? @text "extra"))

; S611 · Computed text becomes raw SQL
; why: Text from a user becomes part of the SQL.
; also: B611 django_rawsql_used
(call function: (_) @text
  arguments: (argument_list . (_) @_sql)
  (#not-string? @_sql "")
  (#not-begins? @_sql "sql\\s*=\\s*[rRuU]*[\"']")
  (#origin? @text "django.db.models.expressions.RawSQL")) @finding

; S612 · Settings for logging are taken from the network
; why: Any client of the port can run code through them.
; also: B612 logging_config_insecure_listen
(call function: (_) @text
  (#origin? @text "logging.config.listen")) @finding

; S701 · A template does not escape
; why: What a user wrote reaches the page with its scripts.
; also: B701 jinja2_autoescape_false
(call function: (_) @text
  arguments: (argument_list) @_arguments
  (#origin? @text "jinja2.Environment")
  (#not-keyword? @_arguments "autoescape")) @finding
(call function: (_) @text
  arguments: (argument_list (keyword_argument
    name: (identifier) @_name
    value: (_) @_value
    (#eq? @_name "autoescape")
    (#not-eq? @_value "True")
    (#not-matches? @_value "\\bselect_autoescape\\(")) @finding)
  (#origin? @text "jinja2.Environment"))

; S702 · A Mako template is used
; why: Mako escapes nothing unless a filter says so in each place.
; also: B702 use_of_mako_templates
(call function: (_) @text
  (#origin? @text "mako.template.Template")) @finding

; S704 · Computed text is declared safe markup
; why: It reaches the page unescaped, with any script that a user put into it.
; also: B704 markupsafe_markup_xss
(call function: (_) @text
  arguments: (argument_list . (_) @_value)
  (#not-string? @_value "")
  (#origin? @text "markupsafe.Markup" "flask.Markup")) @finding
