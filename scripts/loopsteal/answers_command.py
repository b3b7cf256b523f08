"""The program scripts/answers, as functions."""

from __future__ import annotations

import argparse
import difflib
import json
import subprocess
import sys
from pathlib import Path

from PIL import Image

from loopsteal import answers, figures_answers, whole_file


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    try:
        if options.run is not None and not ask_all(options):
            return 1
        documents = answers.read_all(options.raw)
        return check(documents, options.pages) if options.check else write(documents, options.pages)
    except (answers.AnswersError, OSError) as error:
        print(f"answers: {error}", file=sys.stderr)
        return 3


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/answers", description="Writes docs/answers from results/raw/answers-*.json."
    )
    parser.add_argument("--check", action="store_true", help="compare with the pages, do not write")
    parser.add_argument(
        "--run", nargs="*", metavar="Q03", help="ask these questions first, or all of them"
    )
    parser.add_argument("--quick", action="store_true", help="with --run: without --full")
    parser.add_argument("--raw", type=Path, default=answers.RAW, help="folder of the answers")
    parser.add_argument("--pages", type=Path, default=answers.PAGES, help="folder of the pages")
    parser.add_argument(
        "--loopsteal",
        type=Path,
        default=answers.ROOT / "build/release/bin/loopsteal",
        metavar="PATH",
    )
    return parser.parse_args(arguments)


def ask_all(options: argparse.Namespace) -> bool:
    """Asks one question after the other, as some measure real threads. True if all claims held."""
    program = from_root(options.loopsteal)
    listed = subprocess.run(
        [program, "ask", "--format", "json"],
        cwd=answers.ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    every = [question["id"] for question in json.loads(listed.stdout)]
    held = True
    for question in options.run or every:
        words = [program, "ask", question] + ([] if options.quick else ["--full"])
        words += ["--raw", from_root(answers.raw_path(question, options.raw)), "-o", "/dev/null"]
        status = subprocess.run(words, cwd=answers.ROOT, check=False)
        print(f"{question}: {['held', 'a claim did not hold'][status.returncode == 1]}", flush=True)
        if status.returncode not in (0, 1):
            raise answers.AnswersError(f"{question} ended with status {status.returncode}")
        held = held and status.returncode == 0
    return held


def from_root(path: Path) -> str:
    """The path as the results record it: relative, since a path of this machine means nothing
    elsewhere."""
    whole = path.resolve()
    inside = whole.is_relative_to(answers.ROOT)
    return str(whole.relative_to(answers.ROOT) if inside else whole)


def write(documents: list[answers.Document], folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in answers.pages(documents).items():
        whole_file.write_text(folder / name, text)
        print(folder / name)
    answers.draw(documents, folder / "figures")
    return 0


def check(documents: list[answers.Document], folder: Path) -> int:
    findings = list(differences(documents, folder))
    for finding in findings:
        print(finding)
    if findings:
        print("answers: run scripts/answers", file=sys.stderr)
        return 1
    print(f"{len(documents)} answers as the pages have them")
    return 0


def differences(documents: list[answers.Document], folder: Path) -> list[str]:
    found = []
    expected = answers.pages(documents)
    for name, text in expected.items():
        path = folder / name
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        if old != text:
            lines = difflib.unified_diff(old.splitlines(), text.splitlines(), name, "now", n=0)
            found.append("\n".join(lines))
    there = [path.name for path in folder.glob("*.md")]
    found += [f"{name}: no answer" for name in there if name not in expected]
    for document in documents:
        for chart in document["answer"]["charts"]:
            path = folder / "figures" / f"{chart['name']}.png"
            if drawn_from(path) != figures_answers.digest(chart):
                found.append(f"{path.name}: not drawn from the numbers there are now")
    return found


def drawn_from(path: Path) -> str:
    if not path.exists():
        return ""
    with Image.open(path) as image:
        return str(image.info.get("Description", ""))
