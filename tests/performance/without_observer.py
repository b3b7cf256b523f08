"""Writes a copy of a header without any statement that speaks of an observer.

What is left is the machine as it would be had nobody thought of observers: the test beside compares
the instructions of the two. Fails if a use of the observer is left that it cannot take out.
"""

import pathlib
import re
import sys

GUARD = re.compile(r"\s*if constexpr \(O::kEnabled\)\s*")
WITHOUT = " requires(!O::kEnabled)"  # What is there only without an observer.
KEPT = {  # The member and its initialiser: they make no code in a loop.
    "O& observer_;",
    "observer_(observer),",
}


def statements_without_observer(lines: list[str]) -> list[str]:
    kept = []
    skipping = False  # Inside a statement to be left out, up to its semicolon.
    for line in lines:
        line = line.replace(WITHOUT, "")
        text = line.strip()
        starts = GUARD.match(line) is not None or (
            "observer_." in text and not text.startswith("//"))
        skipping = skipping or starts
        if not skipping:
            kept.append(line)
        elif text.endswith(";"):
            skipping = False
        elif text.endswith("{"):
            sys.exit(f"a block that speaks of the observer: teach this script about it: {text}")
    return kept


def main() -> None:
    source, target = (pathlib.Path(name) for name in sys.argv[1:])
    kept = statements_without_observer(source.read_text().splitlines(keepends=True))
    for line in kept:
        if "observer_" in line and line.strip() not in KEPT:
            sys.exit(f"{source}: still speaks of the observer: {line.strip()}")
        if "kEnabled" in line:
            sys.exit(f"{source}: still asks whether there is an observer: {line.strip()}")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("".join(kept))


if __name__ == "__main__":
    main()
