"""The state between builds: the SQLite database and the lock in the cache folder."""

from incdoc.store.cache import CacheFolder
from incdoc.store.database import Store, file_name, open_store, store_path
from incdoc.store.lock import WAIT_SECONDS, Lock, lock_path

__all__ = ["WAIT_SECONDS", "CacheFolder", "Lock", "Store", "file_name", "lock_path", "open_store", "store_path"]
