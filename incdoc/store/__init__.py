"""What is remembered between builds: the SQLite database and the lock below the cache folder."""

from incdoc.store.database import Store, file_name, open_store, store_path
from incdoc.store.lock import Lock

__all__ = ["Lock", "Store", "file_name", "open_store", "store_path"]
