"""PEP 695."""

from collections.abc import Callable

type Vector = list[float]
type Tree[T] = T | list[Tree[T]]
Alias: "TypeAlias" = int


class Box[T: (int, str), *Ts, **P](list[T]):
    item: T

    def map[U](self, to: Callable[P, U]) -> "Box[U]": ...


def first[T](items: list[T]) -> T:
    return items[0]
