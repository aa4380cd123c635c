"""Storage: the record of a library in SQLite, the lock of its writer and the copies of uploads."""
