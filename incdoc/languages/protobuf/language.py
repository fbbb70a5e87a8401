"""Protocol Buffers as a language: its files, and the kinds of its definitions."""

from __future__ import annotations

from ..language import FileType, Kind, Language

LANGUAGE = Language(
    name="protobuf",
    title="Protocol Buffers",
    files=(FileType("Protocol Buffers schema", "protobuf", suffixes=("proto",), has_api=True),),
    kinds=(
        Kind("package", heading="Packages", shown="value"),
        Kind("message", heading="Messages", shown="block"),
        Kind("field", heading="Fields", shown="member"),
        Kind("enum", heading="Enums", shown="block"),
        Kind("enumerator", heading="Enumerators", shown="member"),
        Kind("service", heading="Services", shown="block"),
        Kind("method", heading="Methods", shown="block"),
    ),
    extract="incdoc.languages.protobuf.extract:extract",
    linker="incdoc.languages.protobuf.linker:ProtobufLinker",
)
