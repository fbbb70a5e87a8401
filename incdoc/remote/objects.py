"""Entries of a shared cache in an object store, through obstore: Amazon's S3 and what speaks as it does, Google's,
Azure's. Credentials are those that their own tools take from the environment."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from incdoc.remote.storage import Moved, RefusedError, StorageError

if TYPE_CHECKING:
    from obstore.store import ObjectStore

SECONDS = timedelta(seconds=10)
"""For one request. The build waits less long."""
_PIECE = 1 << 16
_CLOUDS = ("AWS", "AZURE", "GOOGLE")


class ObjectStorage:
    """Entries below one URL, for any number of threads."""

    def __init__(self, url: str) -> None:
        try:
            from obstore.store import from_url
        except ImportError:
            raise StorageError("needs the extra incdoc[objects]: pip install 'incdoc[objects]'") from None
        options: dict[str, Any] = {
            "client_options": {"timeout": SECONDS, "connect_timeout": SECONDS, "allow_http": _allows_http()},
            "retry_config": {"max_retries": 0, "retry_timeout": SECONDS},
        }
        self._store: ObjectStore = from_url(url, **options)

    def get(self, name: str, most: int, moved: Moved) -> bytes | None:
        """An entry; None if there is none. Raises RefusedError if it has more than ``most`` bytes; StorageError."""
        from obstore.exceptions import BaseError, NotFoundError

        try:
            found = self._store.get(name)
            size = found.meta["size"]
            if size > most:
                raise RefusedError(f"is said to have {size:,} bytes")
            data = bytearray()
            for piece in found.stream(_PIECE):
                data += piece
                moved(len(piece))
            return bytes(data)
        except (FileNotFoundError, NotFoundError):
            return None
        except (BaseError, OSError) as error:
            raise StorageError(_about(error)) from None

    def put(self, name: str, data: bytes, moved: Moved) -> None:
        """Keep an entry, unless there is one of that name. Raises StorageError."""
        from obstore.exceptions import AlreadyExistsError, BaseError

        try:
            self._store.put(name, data, mode="create")
            moved(len(data))
        except AlreadyExistsError:
            pass
        except (BaseError, OSError) as error:
            raise StorageError(_about(error)) from None

    def may_write(self) -> bool:
        """The store decides: there are more kinds of credentials than can be looked for."""
        return True


def _allows_http() -> bool:
    """Whether the environment says so: options of ours replace what obstore takes from it."""
    return any(os.environ.get(f"{cloud}_ALLOW_HTTP", "").lower() in ("1", "true") for cloud in _CLOUDS)


def _about(error: Exception) -> str:
    """The kind of an error: its text may have what a request was signed with."""
    return f"cannot be used ({type(error).__name__})"
