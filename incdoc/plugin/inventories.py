"""``incdoc inventories update``: fetch what other projects document, and pin it in a file that is committed.

It is the only command that uses the network, and the only one that writes that file.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from doit.exceptions import InvalidCommand

from incdoc.config import PINS, SettingError, load, read_control_file
from incdoc.plugin.command import opt_silent
from incdoc.plugin.query_command import QueryCommand, opt_dir
from incdoc.plugin.terminal import one_line

if TYPE_CHECKING:
    from incdoc.config import Config

_SECONDS = 30.0
_UPDATE = "update"


class InventoriesCommand(QueryCommand):
    """Pin the inventories that the settings name."""

    name = "inventories"
    doc_purpose = "fetch what other projects document, to which links lead"
    doc_usage = _UPDATE
    doc_description = (
        "Reads each of the `inventories` of the settings, URLs over the network and files from this repository, and "
        f"writes them with their digests to {PINS}. Commit that file: builds read it, and never the network."
    )
    cmd_options = (opt_dir, opt_silent)
    examples = ((_UPDATE, "after a change of the setting, or to follow the other projects"),)

    def answer(self, options: dict[str, Any], arguments: list[str]) -> int:
        """0; nothing is written unless all of them could be read."""
        if arguments != [_UPDATE]:
            raise InvalidCommand(f"inventories takes one argument: {self.typed} {_UPDATE}")
        config = load(options["dir"])
        if not config.inventories:
            raise InvalidCommand(
                f'{config.location("inventories")} names none. Example: ["https://example.org/objects.inv"]'
            )
        before = _written(config)
        text, lines = _pinned(config)
        changed = text != before
        if changed:
            _replace(config, text)
        if not options["silent"]:
            for line in lines:
                print(line)
            print(f"{PINS} is written; commit it." if changed else f"{PINS} is as it was.")
        return 0


def _written(config: Config) -> bytes | None:
    """The file as it is; None if there is none. Raises InvalidCommand if incdoc did not write it."""
    from incdoc.links.inventories import MOST_BYTES, decode

    try:
        data = read_control_file(config.path(PINS), PINS, MOST_BYTES)
    except FileNotFoundError:
        return None
    try:
        decode(data)
    except SettingError:
        raise InvalidCommand(f"{PINS} is no file that incdoc wrote, or is damaged. Move it away.") from None
    return data


def _pinned(config: Config) -> tuple[bytes, list[str]]:
    """The file's new text, and a line for each inventory."""
    from base64 import b64encode
    from hashlib import sha256

    import msgspec

    from incdoc.links.inventories import InventoryError, Pin, Pins, is_url, names_in

    pins, lines = [], []
    for source in config.inventories:
        data = _fetched(source) if is_url(source) else _read(config, source)
        try:
            count = names_in(data).count(b"\n") - 1
        except InventoryError as error:
            raise InvalidCommand(f"{source} {error}") from None
        project, version = (line.partition(b": ")[2].decode("utf-8", "replace") for line in data.split(b"\n", 3)[1:3])
        lines.append(one_line(f"{source}: {f'{project} {version}'.strip()}, {count:,} names"))
        pins.append(Pin(source, sha256(data).hexdigest(), b64encode(data).decode()))
    return msgspec.json.format(msgspec.json.encode(Pins(1, tuple(pins))), indent=1) + b"\n", lines


def _fetched(url: str) -> bytes:
    from http.client import HTTPException
    from urllib.error import URLError
    from urllib.request import Request, urlopen

    from incdoc.links.inventories import MOST_BYTES

    try:
        with urlopen(Request(url, headers={"User-Agent": "incdoc"}), timeout=_SECONDS) as answer:
            data: bytes = answer.read(MOST_BYTES + 1)
    except (URLError, OSError, HTTPException, ValueError) as error:
        said = one_line(str(getattr(error, "reason", "") or error))
        raise InvalidCommand(f"{url} could not be fetched: {said}. Nothing was written.") from None
    return data


def _read(config: Config, path: str) -> bytes:
    from incdoc.links.inventories import MOST_BYTES

    try:
        return read_control_file(config.path(path), path, MOST_BYTES)
    except FileNotFoundError:
        raise InvalidCommand(f"{config.location('inventories')} names {path}, which does not exist.") from None


def _replace(config: Config, text: bytes) -> None:
    """Write the file at once, so that no build reads a part of it."""
    from incdoc.config import control_path

    target = control_path(config.path(PINS), PINS)
    scratch = f"{target}.{os.getpid()}"
    try:
        with open(scratch, "xb") as stream:
            stream.write(text)
        os.replace(scratch, target)
    except OSError as error:
        with suppress(OSError):
            os.unlink(scratch)
        raise InvalidCommand(f"{PINS} cannot be written: {error.strerror}.") from None
