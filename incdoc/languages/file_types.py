"""The file types of languages whose names incdoc does not read, by the names of files."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from .language import FileType

if TYPE_CHECKING:
    from collections.abc import Iterator

# fence | label | file name endings
_CODE = """
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
crystal | Crystal source | cr
perl | Perl source | pl pm
raku | Raku source | raku rakumod pm6 p6
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
verilog | Verilog source | v vh
systemverilog | SystemVerilog source | sv svh
vhdl | VHDL source | vhd vhdl
solidity | Solidity source | sol
cython | Cython source | pyx
cython | Cython declarations | pxd pxi
thrift | Thrift schema | thrift
 | FlatBuffers schema | fbs
graphql | GraphQL schema | graphql gql
glsl | GLSL shader | glsl vert frag comp
hlsl | HLSL shader | hlsl
wgsl | WGSL shader | wgsl
"""
"""Of code and schemas, which declare what others may use."""

_TABLE = """
fish | Fish script | fish
powershell | PowerShell script | ps1 psm1 psd1
bat | Batch file | bat cmd
awk | AWK script | awk
tcl | Tcl script | tcl
vim | Vim script | vim
asm | Assembly source | s asm
llvm | LLVM IR | ll
mlir | MLIR | mlir
wasm | WebAssembly text | wat
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
json | JSON lines | jsonl ndjson
json | JSON map of a source | map
json5 | JSON5 | json5
ini | Settings | ini cfg conf cnf editorconfig
properties | Java properties | properties
hcl | HCL | hcl tf tfvars
po | Translations | po
po | Translation template | pot
csv | Comma-separated values | csv
 | Tab-separated values | tsv
asciidoc | AsciiDoc | adoc asciidoc
org | Org document | org
tex | TeX | tex sty cls ltx
bibtex | BibTeX | bib
 | Manual page | 1
ninja | Ninja build file | ninja
nix | Nix expression | nix
diff | Patch | patch diff
mermaid | Mermaid diagram | mmd mermaid
dot | Graphviz diagram | dot gv
 | Type information | typed
 | Log | log
 | Lock file | lock
 | Well-known text geometry | wkt prj
 | Certificate or key | pem crt
 | Text | txt text
"""

_NAMES = """
groovy | Jenkins pipeline | jenkinsfile
ruby | Ruby source | rakefile gemfile vagrantfile
ini | Settings | .gitconfig .gitmodules .flake8 .pylintrc .coveragerc .npmrc .editorconfig .hgrc
 | Ignore rules | .gitignore .dockerignore .npmignore .hgignore .eslintignore .prettierignore .helmignore
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

# file name ending of the type | programs that run its files
_PROGRAMS = """
pl | perl
raku | raku perl6 rakudo
rb | ruby jruby rake macruby rbx
php | php
lua | lua luajit texlua
r | rscript r littler
jl | julia
hs | runhaskell runghc stack
ml | ocaml ocamlrun
ex | elixir
erl | escript
clj | clojure clj bb boot
lisp | sbcl clisp ecl
scm | guile gosh csi
groovy | groovy
kts | kotlin
scala | scala amm
swift | swift
dart | dart
d | rdmd
nim | nim nimrun
awk | awk gawk mawk nawk
tcl | tclsh wish expect jimsh
fish | fish
ps1 | pwsh powershell
cr | crystal
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


@cache
def file_types() -> tuple[FileType, ...]:
    """Every type, the one of all other names first: that of the empty name."""
    return (
        FileType("Text", names=("",)),
        *(FileType(label, suffixes=tuple(s.split()), language="binary") for label, s in _rows(_BINARY)),
        *(_suffixed(label, fence, tuple(s.split()), has_api=True) for fence, label, s in _rows(_CODE)),
        *(_suffixed(label, fence, tuple(s.split())) for fence, label, s in _rows(_TABLE)),
        *(FileType(label, fence, names=tuple(names.split())) for fence, label, names in _rows(_NAMES)),
    )


def _suffixed(label: str, fence: str, suffixes: tuple[str, ...], has_api: bool = False) -> FileType:
    programs = [each for ending, names in _rows(_PROGRAMS) if ending in suffixes for each in names.split()]
    return FileType(label, fence, suffixes, has_api=has_api, programs=tuple(programs))
