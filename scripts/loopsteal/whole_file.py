"""Files that appear complete or not at all, by the rule of the program's own outputs. Each writer
has a temporary name (NAME.PROCESS-NUMBER.part, locked while it is written), and renames the file
when it is complete. The next writer of the same name removes the leftovers of a killed writer."""

from __future__ import annotations

import fcntl
import itertools
import os
import re
from pathlib import Path

_numbers = itertools.count()


def write_text(path: Path, text: str) -> None:
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, content: bytes) -> None:
    """An earlier file of that name stays unchanged until the new one is complete."""
    descriptor, partial = _create(path)
    with os.fdopen(descriptor, "wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            os.replace(partial, path)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
    _remove_leftovers(path)


def _create(path: Path) -> tuple[int, Path]:
    while True:
        partial = path.with_name(f"{path.name}.{os.getpid()}-{next(_numbers)}.part")
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
            return os.open(partial, flags, 0o666), partial
        except FileExistsError:
            continue  # Left by an earlier process with this number.


def _remove_leftovers(path: Path) -> None:
    temporary = re.compile(re.escape(path.name) + r"\.\d+-\d+\.part")
    for other in path.parent.iterdir():
        if not temporary.fullmatch(other.name):
            continue
        try:
            with other.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                # A file that was just created is empty and not locked yet.
                if os.fstat(file.fileno()).st_size > 0:
                    other.unlink(missing_ok=True)
        except OSError:
            continue  # Another process is writing it, or we may not remove it.
