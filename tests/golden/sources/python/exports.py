"""What is public."""

__all__ = ("public", "Public")
__all__ += ["more"]
__all__.extend(["extended"])
__all__.append("appended")


def public(): ...


def hidden(): ...


class Public: ...


class _Private: ...


more = extended = appended = 1
