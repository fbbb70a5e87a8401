def kind(value):
    """What it is."""
    match value:
        case {"type": str(name), **rest} if rest:
            from collections import OrderedDict as Ordered

            return Ordered(name=name)
        case [first, *_] | (first, _):
            def inside(): ...

            return inside
        case Point(x=0):
            pass
        case _:
            import json
    match = 1
    case = match
    print(f"{value!r:>{match}} {'a' if case else "b"}")
    type = 3
    return type


match kind(1):
    case 1:
        ONE = 1
    case _:
        class Otherwise: ...
