"""Packs and messages: what they have is what went in, and what is no pack is refused within its bounds."""

from __future__ import annotations

import os
import tracemalloc
import zlib

import pytest

from incdoc.remote import actions, packs
from incdoc.remote.actions import ActionError, Pack
from incdoc.remote.packs import MOST_PACKED, MOST_UNPACKED, PackError

UNIT = bytes(range(32))
ROWS = [(b"key1", b"facts" * 100), (b"key2", b"")]


def test_a_pack_has_what_went_in() -> None:
    data = packs.encode(UNIT, ROWS, b"")
    assert packs.decode(data, UNIT, {b"key1", b"key2"}, b"") == dict(ROWS)
    assert packs.decode(data, UNIT, {b"key2", b"key3"}, b"") == {b"key2": b""}


def test_a_signed_pack() -> None:
    data = packs.encode(UNIT, ROWS, b"key")
    assert packs.decode(data, UNIT, {b"key1"}, b"key")
    assert packs.decode(data, UNIT, {b"key1"}, b"")  # a reader without the key believes the server
    for unit, key in ((UNIT, b"other"), (bytes(32), b"key")):
        with pytest.raises(PackError, match="is not signed"):
            packs.decode(data, unit, {b"key1"}, key)


def test_a_bomb() -> None:
    data = b"incpack1" + bytes(32) + zlib.compress(bytes(MOST_UNPACKED + (64 << 20)), 9)
    tracemalloc.start()
    with pytest.raises(PackError, match="larger than any pack"):
        packs.decode(data, UNIT, {b"key1"}, b"")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1.5 * MOST_UNPACKED


def test_a_pack_that_would_be_too_large() -> None:

    with pytest.raises(PackError, match="too large"):
        packs.encode(UNIT, [(bytes([each]), os.urandom(7 << 20)) for each in range(3)], b"")


def test_large_facts_are_left_out() -> None:
    data = packs.encode(UNIT, [(b"key1", bytes(9 << 20)), (b"key2", b"small")], b"")
    assert packs.decode(data, UNIT, {b"key1", b"key2"}, b"") == {b"key2": b"small"}


def test_each_cut_of_a_pack_is_refused() -> None:
    data = packs.encode(UNIT, ROWS, b"")
    for end in range(len(data)):
        with pytest.raises(PackError):
            packs.decode(data[:end], UNIT, {b"key1"}, b"")
    with pytest.raises(PackError):
        packs.decode(data + b"x", UNIT, {b"key1"}, b"")


def test_a_message_has_what_went_in() -> None:
    listed = sorted(Pack(bytes([each]) * 32, bytes([255 - each]) * 32, each * 1000) for each in range(100))
    assert actions.decode(actions.encode(listed)) == listed


def test_each_cut_of_a_message_is_refused_or_shorter() -> None:
    data = actions.encode([Pack(UNIT, UNIT, 300)] * 3)
    for end in range(len(data)):
        try:
            assert len(actions.decode(data[:end])) < 3
        except ActionError:
            continue


def test_a_message_of_too_many_packs() -> None:
    with pytest.raises(ActionError):
        actions.encode([Pack(UNIT, UNIT, MOST_PACKED)] * 40_000)


def test_one_pack_of_each_unit_is_asked_for() -> None:
    listed = [actions.Pack(bytes(32), bytes([each]) * 32, packs.MOST_PACKED) for each in range(200)]
    other = actions.Pack(b"u" * 32, bytes(32), 1)
    assert [each.unit for each in actions.decode(actions.encode([*listed, other]))] == [bytes(32), other.unit]
