#!/usr/bin/python3
"""Checks the rules of style that a program can check, and prints each finding.

    scripts/tidy.py [ROOT]

Checks every file that git knows or would add; without git, every file that .gitignore does not
exclude.

Exit status: 0 no findings, 1 findings, 3 ROOT cannot be read."""

from __future__ import annotations

import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import Iterator, Optional

sys.path.insert(0, str(Path(__file__).resolve().parent))

from loopsteal.prose_rules import old_words_left, prose  # noqa: E402
from loopsteal.tidy_rules import (  # noqa: E402
    RULES,
    Finding,
    Source,
    broken_links,
    compared_names,
    unlisted,
)


def main(arguments: list[str]) -> int:
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parent.parent
    if not root.is_dir():
        print(f"tidy: {root}: no such folder", file=sys.stderr)
        return 3
    names = sorted(list_files(root))
    sources = read_sources(root, names)
    findings = check(sources, names)
    for finding in findings:
        print(finding)
    left = old_words_left(sources)
    where = f"; {left} old words in folders that are not yet rewritten" if left else ""
    print(f"tidy: {len(sources)} files, {len(findings)} findings{where}", file=sys.stderr)
    return 1 if findings else 0


def check(sources: list[Source], names: list[str]) -> list[Finding]:
    found = [finding for source in sources for rule in (*RULES, prose) for finding in rule(source)]
    found.extend(unlisted(sources))
    found.extend(compared_names(sources))
    found.extend(broken_links(sources, names))
    return sorted(found, key=lambda finding: (finding.path, finding.line, finding.rule))


def read_sources(root: Path, names: list[str]) -> list[Source]:
    sources = []
    for path in names:
        if path.startswith(("results/raw/", "tests/fuzz/corpus/")):
            continue  # Data, however long or odd.
        try:
            text = (root / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # A figure or another binary file.
        sources.append(Source(path, text))
    return sources


def list_files(root: Path) -> list[str]:
    command = ["git", "-c", "safe.directory=*", "-C", str(root), "ls-files", "-z"]
    command += ["--cached", "--others", "--exclude-standard"]
    listing = _output_of(command)
    if listing is not None:
        names = [name for name in listing.split("\0") if name]
    else:
        names = list(_walk(root, ""))
    return [name for name in names if (root / name).is_file()]  # A file may be deleted but not yet
                                                                # removed from git.


def _output_of(command: list[str]) -> Optional[str]:
    """The output of `command`; None if there is no such program, or it fails."""
    try:
        result = subprocess.run(command, capture_output=True, check=False, text=True)
    except OSError:
        return None
    return result.stdout if result.returncode == 0 else None


def _walk(root: Path, folder: str) -> Iterator[str]:
    """The files of a tree without git, except those that its .gitignore excludes."""
    ignored = _ignored(root)
    for path in sorted((root / folder).iterdir()):
        name = path.relative_to(root).as_posix()
        if path.name == ".git" or any(fnmatch(name, pattern) for pattern in ignored):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _walk(root, name)
        elif path.is_file():
            yield name


def _ignored(root: Path) -> list[str]:
    """The patterns of .gitignore as patterns of whole paths from the root. Supports only the forms
    in use: /FROM/THE/ROOT, /FOLDER/ and NAME anywhere."""
    path = root / ".gitignore"
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    patterns = []
    for line in lines:
        pattern = line.strip().rstrip("/")
        if not pattern or pattern.startswith("#"):
            continue
        patterns += [pattern[1:]] if pattern.startswith("/") else [pattern, f"*/{pattern}"]
    return patterns


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
