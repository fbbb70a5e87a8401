"""The state between builds: the SQLite database and the lock in the cache folder.

cache       the folder, which incdoc only uses if it shows that incdoc created it
lock        the lock of a tree
schema      the tables, and which module writes each
database    the connection, transactions, singletons; damage and sealing
facts       facts by content, and their keys
sources     the sources as the link tables have them
fragments   what joined files have of each source
pages       pages as they were written, and pending tasks
stamps      stats of sources, pages and folders
doit_state  doit's records
snapshot    a store for read-only commands
sums        checksums of the file's pages, and of rows
"""

from incdoc.store.cache import CacheFolder
from incdoc.store.database import Store, file_name, open_store, store_path
from incdoc.store.lock import WAIT_SECONDS, Lock, lock_path

__all__ = ["WAIT_SECONDS", "CacheFolder", "Lock", "Store", "file_name", "lock_path", "open_store", "store_path"]
