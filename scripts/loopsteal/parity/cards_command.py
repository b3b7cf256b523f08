"""The program scripts/parity/cards, as functions."""

from __future__ import annotations

import argparse
import difflib
import sys
from pathlib import Path

from loopsteal import whole_file
from loopsteal.parity import cards
from loopsteal.parity.command import ROOT, Missing


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="scripts/parity/cards", description="Runs docs/cards/*.json, and writes their page."
    )
    parser.add_argument("--check", action="store_true", help="compare with the page, do not write")
    parser.add_argument(
        "--loopsteal", type=Path, default=ROOT / "build/release/bin/loopsteal", metavar="PATH"
    )
    options = parser.parse_args(arguments)
    missing: list[str] = []
    try:
        results = cards.run(options.loopsteal, missing)
    except Missing as error:
        missing.append(str(error))
        results = {}
    for sentence in missing:
        print(f"cards: {sentence}", file=sys.stderr)
    if not results or (missing and not options.check):
        return 3
    return check(results) if options.check else write(results)


def write(results: dict[str, cards.Orders]) -> int:
    whole_file.write_text(cards.PAGE, cards.page(results))
    print(cards.PAGE)
    return 0


def check(results: dict[str, cards.Orders]) -> int:
    """Keeps the page's results of runtimes that are not installed."""
    old = cards.PAGE.read_text(encoding="utf-8")
    here = {name for orders in results.values() for name in orders}
    new = cards.page(cards.merged(cards.read_page(old), results, here))
    if new == old:
        print(f"{len(results)} cards as the page has them, on {', '.join(sorted(here))}")
        return 0
    sys.stdout.writelines(
        difflib.unified_diff(
            old.splitlines(keepends=True), new.splitlines(keepends=True), "page", "now"
        )
    )
    print("cards: run scripts/parity/cards", file=sys.stderr)
    return 1
