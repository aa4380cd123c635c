"""Reading: files and folders in, articles out; what can't be read is named with its reason."""

from index.reading.files import (
    MAX_BYTES,
    READING_VERSION,
    ArticleFile,
    Skipped,
    file_sha256,
    find_files,
    read_file,
)

__all__ = ["MAX_BYTES", "READING_VERSION", "ArticleFile", "Skipped", "file_sha256", "find_files", "read_file"]
