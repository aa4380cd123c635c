"""Reading: files and folders in, articles out; what can't be read is named with its reason.

A text of record is made once, here: decoded, cleaned and laid out; see ``encoding``, ``cleaning`` and ``layout``.
"""

from dateline.index.reading.files import file_sha256, find_files, read_file
from dateline.index.reading.inputs import MAX_BYTES, READING_VERSION, ArticleFile, Skipped

__all__ = ["MAX_BYTES", "READING_VERSION", "ArticleFile", "Skipped", "file_sha256", "find_files", "read_file"]
