"""Sources of the repository ``bytes``, escaped: an editor, git or a formatter would change these bytes."""

from __future__ import annotations

SOURCES: dict[str, bytes] = {
    "latin.py": b"#!/usr/bin/python\n# vim: set fileencoding=latin-1 :\n"
    b'"""Gr\xfc\xdfe aus K\xf6ln. Mehr."""\n\nNAME = "\xe9"\n\n\ndef gr\xfc\xdfe(): ...\n',
    "bom.py": b'\xef\xbb\xbf"""After a byte order mark."""\nx = 1\n',
    "crlf.py": b'"""Line ends of Windows.\r\n\r\nSecond paragraph.\r\n"""\r\n\r\ndef f(a,\r\n      b):\r\n'
    b'    """Doc\r\n    string."""\r\n    return 1\r\n',
    "mixed.py": b'def a(): ...\r\ndef b(): ...\n\n\nx = """\r\n"""\n',
    "returns.txt": b"one\rtwo\rthree\r",
    "feed.py": b'"""Form feeds end no line."""\n\x0c\nclass A:\x0c\n    """Page\x0cbreak."""\n\x0c\n\x0c'
    b"    def m(self): ...\n\x0c\ndef after(): ...\n",
    "tabs.py": b'class Tabbed:\n\t"""Tabs.\n\n\t\tDeeper.\n\t"""\n\tdef\tm(self,\ta\t=\t1):\n\t\treturn\ta\n',
    "backslash.py": b"from os import \\\n    path, \\\n    sep\nx = 1 + \\\n    2\ndef f(a, \\\n      b=1): ...\n",
    "undecodable.py": b'"""Not \xff UTF-8."""\n\nx = "\xc3\x28"\n',
    "wrong_cookie.py": b'# coding: no-such-codec\n"""Cookie of no codec."""\nx = 1\n',
    "control.py": b'"""Bell \x07, escape \x1b[31m, delete \x7f, NEL \xc2\x85, separator \xe2\x80\xa8,'
    b' bidi \xe2\x80\xae."""\n',
    "nul.py": b"x = 1\n\0y = 2\n",
    "deep/binary.dat": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "deep/picture.png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "empty.py": b"",
    "empty.md": b"",
    "newline.py": b"\n",
    "no_newline.py": b"def last(): ...",
    "utf16.txt": "\ufeffsechzehn\nBit\n".encode("utf-16-le"),
    "utf8.txt": b"\xef\xbb\xbfmark\n\xff\n",
    "long.py": b"def " + b"long_name_" * 30 + b"(a=" + b"[" + b"1, " * 700 + b"]): ...\n# " + b"x" * 3000 + b"\n"
    b'TEXT = "' + b"word " * 500 + b'"\n',
    "deep/__init__.py": b"",
    "deep/one.py": b"from . import two\nfrom .. import empty\n",
    "deep/two.py": b"import bom, latin\n",
}
