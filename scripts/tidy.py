#!/usr/bin/python3
"""Checks the rules of style that a program can check, and prints what breaks them.

    scripts/tidy.py [ROOT]

Looks at every file that git knows or would add; without git, at every file outside
build/. Exit status: 0 nothing found, 1 something found, 3 ROOT cannot be read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from loopsteal.tidy_rules import RULES, Finding, Source, broken_links, unlisted  # noqa: E402


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
    print(f"tidy: {len(sources)} files, {len(findings)} findings", file=sys.stderr)
    return 1 if findings else 0


def check(sources: list[Source], names: list[str]) -> list[Finding]:
    found = [finding for source in sources for rule in RULES for finding in rule(source)]
    found.extend(unlisted(sources))
    found.extend(broken_links(sources, names))
    return sorted(found, key=lambda finding: (finding.path, finding.line, finding.rule))


def read_sources(root: Path, names: list[str]) -> list[Source]:
    sources = []
    for path in names:
        if path.startswith("results/raw/"):
            continue  # Data, however long.
        try:
            text = (root / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # A figure or another binary file.
        sources.append(Source(path, text))
    return sources


def list_files(root: Path) -> list[str]:
    command = ["git", "-c", "safe.directory=*", "-C", str(root), "ls-files", "-z"]
    command += ["--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, capture_output=True, check=False, text=True)
    if listing.returncode == 0:
        names = [name for name in listing.stdout.split("\0") if name]
    else:
        paths = (path.relative_to(root) for path in root.rglob("*") if path.is_file())
        names = [str(path) for path in paths if path.parts[0] not in ("build", ".git")]
    return [name for name in names if (root / name).is_file()]  # It may be deleted, not yet gone.


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
