"""A file's name -> its language.

Only the name decides, so that the type of a source is known before it is read. A binary file without a known
suffix is recognised by the text extractor (``Facts.binary``).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator


class Language(Struct, frozen=True):
    """The file type that a name means."""

    name: str
    label: str
    """The type's name on pages: ``Python source``."""
    fence: str = ""
    """The info string of a code fence, such as ``python``; empty if there is nothing to highlight."""
    extractor: str = "text"
    """``python``, ``markdown``, ``text`` or ``binary``."""


TEXT = Language("text", "Text")
BINARY = Language("binary", "Binary file", extractor="binary")

# fence | label | file name endings. The name of the language is its fence, or "text".
_TABLE = """
c | C source | c
c | C or C++ header | h
cpp | C++ source | cc cpp cxx c++ cppm ixx
cpp | C++ header | hh hpp hxx h++ inl ipp tpp tcc
cuda | CUDA source | cu
cuda | CUDA header | cuh
opencl | OpenCL source | cl
metal | Metal source | metal
 | Objective-C or MATLAB source | m
objectivec | Objective-C++ source | mm
rust | Rust source | rs
go | Go source | go
java | Java source | java
kotlin | Kotlin source | kt kts
scala | Scala source | scala sc
groovy | Groovy source | groovy gradle
csharp | C# source | cs
fsharp | F# source | fs fsx fsi
vbnet | Visual Basic source | vb
swift | Swift source | swift
dart | Dart source | dart
javascript | JavaScript source | js mjs cjs
jsx | JavaScript with JSX | jsx
typescript | TypeScript source | ts mts cts
tsx | TypeScript with JSX | tsx
typescript | TypeScript declarations | d.ts d.mts d.cts
vue | Vue component | vue
svelte | Svelte component | svelte
ruby | Ruby source | rb rake gemspec
perl | Perl source | pl pm
php | PHP source | php
lua | Lua source | lua
r | R source | r
julia | Julia source | jl
haskell | Haskell source | hs lhs
ocaml | OCaml source | ml mli
elixir | Elixir source | ex exs
erlang | Erlang source | erl hrl
clojure | Clojure source | clj cljs cljc edn
lisp | Lisp source | lisp el lsp
scheme | Scheme source | scm ss
fortran | Fortran source | f f90 f95 f03 f08 for
pascal | Pascal source | pas
ada | Ada source | adb ads
d | D source | d
zig | Zig source | zig
nim | Nim source | nim
asm | Assembly source | s asm
llvm | LLVM IR | ll
mlir | MLIR | mlir
wasm | WebAssembly text | wat
verilog | Verilog source | v vh
systemverilog | SystemVerilog source | sv svh
vhdl | VHDL source | vhd vhdl
solidity | Solidity source | sol
cython | Cython source | pyx
cython | Cython declarations | pxd pxi
bash | Shell script | sh bash zsh ksh
fish | Fish script | fish
powershell | PowerShell script | ps1 psm1 psd1
bat | Batch file | bat cmd
awk | AWK script | awk
tcl | Tcl script | tcl
vim | Vim script | vim
html | HTML | html htm xhtml
css | CSS | css
scss | SCSS | scss
sass | Sass | sass
less | Less | less
jinja | Jinja template | jinja jinja2 j2
handlebars | Handlebars template | hbs handlebars mustache
erb | ERB template | erb
 | Python template | py-tpl
 | Template | tpl tmpl template
 | Template to be filled in by a build | in
xml | XML | xml xsd xsl xslt rng plist
xml | SVG image | svg
xml | GML geometry | gml kml
xml | .NET project | csproj vbproj fsproj props targets
xml | Qt form | ui qrc
json | JSON | json
json | JSON lines | jsonl ndjson
json | JSON map of a source | map
json | GeoJSON | geojson
json | Jupyter notebook | ipynb
json5 | JSON5 | json5
jsonc | JSON with comments | jsonc
yaml | YAML | yaml yml
toml | TOML | toml
ini | Settings | ini cfg conf cnf editorconfig
properties | Java properties | properties
hcl | HCL | hcl tf tfvars
protobuf | Protocol Buffers schema | proto
thrift | Thrift schema | thrift
 | FlatBuffers schema | fbs
graphql | GraphQL schema | graphql gql
sql | SQL | sql
po | Translations | po
po | Translation template | pot
csv | Comma-separated values | csv
 | Tab-separated values | tsv
rst | reStructuredText | rst rest
asciidoc | AsciiDoc | adoc asciidoc
org | Org document | org
tex | TeX | tex sty cls ltx
bibtex | BibTeX | bib
 | Manual page | 1
cmake | CMake script | cmake
makefile | Makefile | mk mak make
ninja | Ninja build file | ninja
starlark | Starlark build file | bzl bazel star
nix | Nix expression | nix
dockerfile | Dockerfile | dockerfile
diff | Patch | patch diff
mermaid | Mermaid diagram | mmd mermaid
dot | Graphviz diagram | dot gv
glsl | GLSL shader | glsl vert frag comp
hlsl | HLSL shader | hlsl
wgsl | WGSL shader | wgsl
 | Type information | typed
 | Log | log
 | Lock file | lock
 | Well-known text geometry | wkt prj
 | Certificate or key | pem crt
 | Text | txt text
"""

_NAMES = """
makefile | Makefile | makefile gnumakefile
dockerfile | Dockerfile | dockerfile containerfile
cmake | CMake script | cmakelists.txt
starlark | Starlark build file | BUILD WORKSPACE BUCK
groovy | Jenkins pipeline | jenkinsfile
ruby | Ruby source | rakefile gemfile vagrantfile
json | JSON | .babelrc .eslintrc .prettierrc composer.lock flake.lock
toml | TOML lock file | poetry.lock uv.lock cargo.lock pdm.lock
yaml | YAML | .clang-format .clang-tidy .clangd .pre-commit-hooks
ini | Settings | .gitconfig .gitmodules .flake8 .pylintrc .coveragerc .npmrc .editorconfig .hgrc
bash | Shell script | .bashrc .bash_profile .profile .zshrc configure gradlew .envrc
 | Ignore rules | .gitignore .dockerignore .npmignore .hgignore .eslintignore .prettierignore .helmignore
 | Git attributes | .gitattributes
 | Blame rules of git | .git-blame-ignore-revs
 | Names of authors for git | .mailmap
 | Environment variables | .env
 | Python package manifest | manifest.in
 | Requirements | requirements.txt constraints.txt
 | Code owners | codeowners
 | Licence | license licence copying license.txt licence.txt copying.txt license.python unlicense
 | Notice | notice notice.txt
 | Authors | authors contributors authors.txt maintainers
 | Read-me | readme readme.txt
 | Installation notes | install install.txt
 | Change log | changelog changes news changelog.txt history
 | Version | version version.txt .python-version .node-version .nvmrc .ruby-version
"""

_BINARY = """
Image | png jpg jpeg gif ico bmp webp tif tiff avif heic psd xcf icns
Compressed translations | mo gmo
Archive | zip gz tgz tar xz txz bz2 tbz 7z rar zst lz4 lzma br jar war ear aar cab deb rpm iso dmg apk
Python package | whl egg
Python byte code | pyc pyo
Python extension | pyd
PDF document | pdf
Document | doc docx xls xlsx ppt pptx odt ods odp epub
PostScript | eps
Font | woff woff2 ttf otf eot
Library | so dll dylib a lib
Object file | o ko
Program | exe elf
Java class | class
WebAssembly module | wasm
LLVM bit code | bc
CUDA binary | cubin fatbin
Audio | mp3 wav ogg flac m4a aac
Video | mp4 mov avi mkv webm m4v
Database | db sqlite sqlite3 dbf mdb
Geographic data | shp shx sbn sbx mmdb
Array data | npy npz mat h5 hdf5 parquet feather arrow
Serialised objects | pkl pickle pt pth ckpt safetensors onnx pb tflite msgpack
Disk image | vmdk qcow2
Signature | gpg sig p12 pfx jks der
Data | bin
"""


def _rows(table: str) -> Iterator[list[str]]:
    for row in table.strip().splitlines():
        yield [field.strip() for field in row.split("|")]


def _tables() -> tuple[dict[str, Language], dict[str, Language]]:
    endings: dict[str, Language] = {}
    for label, names in _rows(_BINARY):
        endings |= dict.fromkeys(names.split(), Language("binary", label, extractor="binary"))
    for fence, label, names in _rows(_TABLE):
        endings |= dict.fromkeys(names.split(), Language(fence or "text", label, fence))
    for label, names in (("Python source", "py pyw"), ("Python stub", "pyi")):
        endings |= dict.fromkeys(names.split(), Language("python", label, "python", "python"))
    for label, names in (("Markdown", "md markdown mkd"), ("Markdown with JSX", "mdx")):
        endings |= dict.fromkeys(names.split(), Language("markdown", label, "markdown", "markdown"))
    whole: dict[str, Language] = {}
    for fence, label, names in _rows(_NAMES):
        whole |= dict.fromkeys(names.split(), Language(fence or "text", label, fence))
    return endings, whole


_ENDINGS, _WHOLE = _tables()
_STEMS = {"dockerfile", "makefile", "license", "licence", "copying", "notice", "readme"}
"""Names that mean the same type with any suffix: ``Dockerfile.dev``, ``LICENSE.zlib``."""
_LIBRARY = re.compile(r"\.so(\.[0-9]+)+$")


def detect(path: str) -> Language:
    """The file type of a source, from its name alone."""
    written = path.rpartition("/")[2]
    name = written.lower()
    if (found := _WHOLE.get(written) or _WHOLE.get(name)) is not None:
        return found
    rest, dot, ending = name.rpartition(".")
    if not dot:
        return TEXT
    longer = f"{rest.rpartition('.')[2]}.{ending}"  # d.ts
    if (found := _ENDINGS.get(longer) or _ENDINGS.get(ending)) is not None and not _LIBRARY.search(name):
        return found
    if _LIBRARY.search(name):
        return _ENDINGS["so"]
    stem = name.partition(".")[0]
    return _WHOLE[stem] if stem in _STEMS else TEXT
