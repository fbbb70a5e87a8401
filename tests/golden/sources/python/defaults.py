"""Defaults of type parameters (PEP 696)."""


class Box[T = int]:
    item: T


class Call[**P = [int]]: ...


def after(): ...
