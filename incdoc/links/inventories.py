"""What other projects document: the names of their inventories, as a committed file pins them.

The file has each inventory as it was fetched, and its digest, so that a build needs no network and every clone has the
same pages. ``incdoc inventories update`` writes it, and nothing else does.

Constraints: version 2 of Sphinx's format: four lines of text, then lines compressed with zlib, each of them
``NAME DOMAIN:ROLE PRIORITY ADDRESS SHOWN``; ``$`` at the end of an address means the name.
"""

from __future__ import annotations

import binascii
import posixpath
import zlib
from base64 import b64decode
from collections.abc import Iterable
from hashlib import blake2b, sha256
from urllib.parse import urljoin

import msgspec

from incdoc.config import PINS, Config, SettingError, read_control_file

HEAD = b"# Sphinx inventory version 2\n"
MOST_BYTES = 64 << 20
"""Of an inventory, decompressed."""
_LINES = 4
"""Of the head."""


class Pin(msgspec.Struct, frozen=True):
    """An inventory: where it was read, the SHA-256 of its bytes, and these in base64."""

    source: str
    sha256: str
    content: str


class Pins(msgspec.Struct, frozen=True):
    """The file."""

    version: int
    inventories: tuple[Pin, ...]


def is_url(text: str) -> bool:
    """Whether it is one of the web."""
    return text.startswith(("https://", "http://"))


class InventoryError(ValueError):
    """Bytes that are no inventory. Its text is the end of a sentence that begins with their name."""


def names_in(data: bytes) -> bytes:
    """The lines of an inventory, with a line end before the first. Raises InventoryError."""
    if not data.startswith(HEAD):
        raise InventoryError("is not an inventory of Sphinx's version 2.")
    body = data.split(b"\n", _LINES)[-1]
    unpack = zlib.decompressobj()
    try:
        lines = unpack.decompress(body, MOST_BYTES)
    except zlib.error as error:
        raise InventoryError(f"is a damaged inventory: {error}.") from None
    if unpack.unconsumed_tail:
        raise InventoryError(f"has more than {MOST_BYTES >> 20} MB.")
    if not unpack.eof:
        raise InventoryError("is an inventory that is cut off.")
    return b"\n" + lines


class _Inventory:
    """The names of one project. ``lines``: as of ``names_in``."""

    def __init__(self, source: str, lines: bytes) -> None:
        self._source = source
        self._lines = lines

    def find(self, domain: str, name: str) -> str:
        """The address of a name, absolute or relative to the repository; empty if it has none."""
        before = f"\n{name} {domain}:".encode()
        start = self._lines.find(before)
        if start < 0:
            return ""
        line = self._lines[start + 1 : self._lines.find(b"\n", start + 1)]
        fields = line[len(before) - 1 - len(f"{domain}:") :].decode("utf-8", "replace").split(" ", 3)
        if len(fields) < 3:
            return ""
        address = fields[2].removesuffix("$") + name if fields[2].endswith("$") else fields[2]
        if is_url(self._source):
            found = urljoin(self._source, address)
            return found if is_url(found) else ""
        path, sharp, anchor = address.partition("#")
        found = posixpath.normpath(posixpath.join(posixpath.dirname(self._source), path))
        return "" if found.startswith(("../", "/")) or found == ".." else f"{found}{sharp}{anchor}"


class Inventories:
    """Those of a project's settings, in their order: the first that has a name is taken."""

    def __init__(self, inventories: Iterable[_Inventory] = (), digest: bytes = b"") -> None:
        self._inventories = tuple(inventories)
        self.digest = digest
        """Of all of them."""
        self._found: dict[tuple[str, str], str] = {}

    @staticmethod
    def of(config: Config) -> Inventories:
        """The pinned ones. Raises SettingError where the file does not have what the settings name."""
        if not config.inventories:
            return Inventories()
        pins = {pin.source: pin for pin in decode(pinned(config)).inventories}
        found = []
        for source in config.inventories:
            if (pin := pins.get(source)) is None:
                raise SettingError(f"{config.location('inventories')} names {source}, which {PINS} lacks. {_UPDATE}")
            found.append(_Inventory(source, _content(pin)))
        digests = [(source, pins[source].sha256) for source in config.inventories]
        return Inventories(found, blake2b(msgspec.msgpack.encode(digests), digest_size=16).digest())

    def __bool__(self) -> bool:
        return bool(self._inventories)

    def find(self, domain: str, name: str) -> str:
        """Where a name of another project is documented: a URL, or a path relative to the repository; empty if no
        inventory has it."""
        known = self._found.get((domain, name))
        if known is None:
            addresses = (each.find(domain, name) for each in self._inventories)
            known = self._found[domain, name] = next(filter(None, addresses), "")
        return known


def pinned(config: Config) -> bytes:
    """The file, as it is: where it is as it was, so is what it pins. Raises SettingError where there is none."""
    try:
        return read_control_file(config.path(PINS), PINS, MOST_BYTES)
    except FileNotFoundError:
        raise SettingError(f"{config.location('inventories')} needs {PINS}. {_UPDATE}") from None


_UPDATE = "Write it with: incdoc inventories update"


def decode(data: bytes) -> Pins:
    """The file's content. Raises SettingError."""
    try:
        pins = msgspec.json.decode(data, type=Pins)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SettingError(f"{PINS} is damaged: {error}. {_UPDATE}") from None
    if pins.version != 1:
        raise SettingError(f"{PINS} is of another incdoc (version {pins.version}). {_UPDATE}")
    return pins


def _content(pin: Pin) -> bytes:
    """Its lines."""
    try:
        data = b64decode(pin.content, validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if sha256(data).hexdigest() != pin.sha256:
        raise SettingError(f"{PINS}: the content of {pin.source} is not the one that its digest names. {_UPDATE}")
    try:
        return names_in(data)
    except InventoryError as error:
        raise SettingError(f"{PINS}: {pin.source} {error} {_UPDATE}") from None
