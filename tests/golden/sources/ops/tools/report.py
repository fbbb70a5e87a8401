"""What the shop sold."""

import attr
import yaml


def write() -> None:
    """Write it."""
    print(yaml.dump(attr.asdict(object())))
