"""Module-level names."""

__version__ = "1.0"
__author__: str = "somebody"
LIMIT = 10
LIMIT: int = 20
TABLE = {
    "a": 1,
    "b": [1, 2, 3],
}
A, (B, *C) = 1, (2, 3)
x = y = Z = 0
if x:
    IN_IF = 1
else:
    IN_ELSE = 2
for LOOP in range(3):
    IN_LOOP = LOOP
with open("f") as HANDLE:
    pass
try:
    import numpy
except ImportError:
    numpy = None
if (WALRUS := 3) > 2:
    pass
x.attribute = 1
x[0] = 2
LIMIT += 1
LONG = "a very long text that goes on and on, a very long text that goes on and on, a very long text that goes on and on"
pipe = "a | b"
tick = "`"
del A
