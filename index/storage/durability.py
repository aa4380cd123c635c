"""What a power cut leaves: the content of a file once it is synced, its name once the folder that holds it is."""

import os
from contextlib import suppress
from pathlib import Path


def sync_file(path: Path) -> None:
    """Let what a file holds last."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_names(folder: Path) -> None:
    """Let the names in a folder last; nothing is done where a system does not sync folders, or not this one."""
    with suppress(OSError):
        sync_file(folder)


def sync_name_of(folder: Path) -> None:
    """Let the name of a folder last, and those of all that it lies in."""
    for above in folder.resolve().parents:
        sync_names(above)


def make_private_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing, for its owner alone; one that is there stays as it is."""
    for above in (*reversed(folder.parents), folder):
        with suppress(FileExistsError):
            above.mkdir(0o700)
