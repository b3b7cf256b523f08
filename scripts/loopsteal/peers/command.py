"""The command scripts/peers/run."""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, Optional

from loopsteal import gbench, whole_file
from loopsteal.peers import programs, rounds, rows, starts, table
from loopsteal.peers.programs import Peer, Tree
from loopsteal.peers.works import WORKS, Work

SECONDS = 90.0  # For one work; afterwards no round is added to the nine.
OPERATIONS = {work.name: work.operation for work in WORKS}


def main(arguments: list[str], root: Path) -> int:
    options = parse(arguments)
    tree = Tree(root)
    unknown = sorted(set(options.works) - set(OPERATIONS))
    unknown += sorted(set(options.peers) - set(programs.peers(tree)))
    if unknown:
        print(f"peers: there is no {', '.join(unknown)}; see --list", file=sys.stderr)
        return 2
    if options.list:
        print_list()
        return 0
    if options.from_file:
        return show(rows.read(options.from_file), options)
    if not set_up(tree):
        return 3
    works = [work for work in WORKS if not options.works or work.name in options.works]
    wanted = [name for work in works for name in work.at_most]
    wanted = [name for name in dict.fromkeys(wanted) if name in (options.peers or wanted)]
    able, left_out = prepare(tree, wanted)
    for name, why in left_out.items():
        print(f"peers: {name} is left out: {why}", file=sys.stderr)
    document = rows.read(options.output)
    document["context"]["left_out"] = left_out  # Recorded in the file, so that every page shows
                                                # them.
    measure_all(tree, works, able, options, document)
    return show(document, options)


def parse(arguments: list[str]) -> argparse.Namespace:
    def names(text: str) -> list[str]:
        return [name for name in text.split(",") if name]

    parser = argparse.ArgumentParser(prog="peers/run", description=__doc__)
    parser.add_argument("--peers", type=names, default=[], help="only these, by commas")
    parser.add_argument("--works", type=names, default=[], help="only these, by commas")
    parser.add_argument("--quick", action="store_true", help="three rounds; not to be quoted")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="for one work, at most")
    parser.add_argument("--seed", type=int, default=1, help="of the order within the rounds")
    parser.add_argument("-o", "--output", type=Path, help="rows as JSON; other works' are kept")
    parser.add_argument("--markdown", type=Path, help="the table as a page")
    parser.add_argument("--readme", type=Path, help="a page with a place for the lines with an aim")
    parser.add_argument("--from", dest="from_file", type=Path, help="measure nothing; show a file")
    parser.add_argument("--list", action="store_true", help="works, their peers and operations")
    return parser.parse_args(arguments)


def print_list() -> None:
    for work in WORKS:
        peers = ", ".join(work.at_most)
        print(f"{work.name:24} {work.workers} worker(s)  {peers:24} {work.operation}")


def set_up(tree: Tree) -> bool:
    """Builds loopsteal: installs the packages of CI and makes a release build."""
    build = [str(tree.root / "scripts" / "build"), "release", "loopsteal", "loopsteal_bench"]
    for command in ([str(tree.root / "scripts" / "setup")], build):
        if subprocess.run(command, stdout=sys.stderr, check=False).returncode != 0:
            return False
    return True


def prepare(tree: Tree, wanted: list[str]) -> tuple[dict[str, Peer], dict[str, str]]:
    """The peers that can be measured, and the reason for each other one."""
    listing = (tree.sources / "packages").read_text(encoding="utf-8")
    packages = programs.packages_of(listing)
    able: dict[str, Peer] = {}
    left_out: dict[str, str] = {}
    for name in wanted:
        peer = programs.peers(tree)[name]
        # One by one: a package missing for one peer does not exclude the others.
        missing = install(tree, packages.get(name, []))
        why = programs.why_not(peer, packages.get(name, []), missing, tree)
        if why:
            left_out[name] = why
        else:
            able[name] = peer
    return able, left_out


def install(tree: Tree, packages: list[str]) -> set[str]:
    """Installs packages by scripts/setup, with a separate list; returns those still missing."""
    listing = tree.built / "packages"
    listing.parent.mkdir(parents=True, exist_ok=True)
    listing.write_text("".join(f"{name}\n" for name in packages), encoding="utf-8")
    setup = [str(tree.root / "scripts" / "setup"), str(listing)]
    subprocess.run(setup, stdout=sys.stderr, check=False)
    return {name for name in packages if not is_installed(name)}


def is_installed(package: str) -> bool:
    query = ["dpkg-query", "-W", "-f=${db:Status-Status}\n", package]
    try:
        result = subprocess.run(query, capture_output=True, text=True, check=False)
    except OSError:
        return False
    return "installed" in result.stdout.split()


def measure_all(
    tree: Tree,
    works: list[Work],
    able: dict[str, Peer],
    options: argparse.Namespace,
    document: dict[str, Any],
) -> None:
    """Adds to the document, and writes it after each work."""
    binaries = tree.root / "build" / "release" / "bin"
    document["context"] |= context_of(binaries)
    least = rounds.QUICK_ROUNDS if options.quick else rounds.ROUNDS_MIN
    budget = rounds.Budget(least, 0.0 if options.quick else options.seconds)
    for number, work in enumerate(works):
        doing = able_to_start(binaries, work, able)
        if len(doing) == 1 and not work.never_ends:
            continue  # None of its peers is available; they have been named.
        print(f"peers: {work.name}, {work.workers}: {', '.join(doing)}", file=sys.stderr)
        probe = lambda: handover(binaries)  # noqa: E731
        to_beat = [name for name, aim in work.at_most.items() if aim is not None]
        series = rounds.measure(doing, probe, budget, options.seed + number, to_beat)
        now = rows.of(work, series, document["context"].get("commit", ""))
        document["benchmarks"] = rows.replaced(document["benchmarks"], now)
        document["context"]["commits"] = rows.commits(document["benchmarks"])
        document["context"]["peers"] = rows.versions(document["benchmarks"])
        if options.output:
            rows.write(options.output, document)


def able_to_start(
    binaries: Path, work: Work, able: dict[str, Peer]
) -> dict[str, rounds.Start]:
    doing: dict[str, rounds.Start] = {starts.OURS: lambda: starts.sample_ours(binaries, work)}
    if not work.never_ends:
        for name in work.at_most:
            if name in able:
                doing[name] = start_of(able[name], work)
    return doing


def start_of(peer: Peer, work: Work) -> rounds.Start:
    if peer.ours is not None:
        binaries: Path = peer.ours
        return lambda: replace(starts.sample_ours(binaries, work), version="the same")
    return lambda: starts.sample_peer(peer, work)


def handover(binaries: Path) -> Optional[float]:
    """ns one way between two CPUs, from `loopsteal doctor`; None with a single CPU."""
    doctor = [str(binaries / "loopsteal"), "doctor", "--json"]
    result = subprocess.run(doctor, capture_output=True, text=True, check=False)
    found = re.search(r"([\d.]+) ns one way", result.stdout)
    return float(found[1]) if found else None


def context_of(binaries: Path) -> dict[str, Any]:
    """The first line of a short run: host, commit, compiler, flags."""
    command = [str(binaries / "loopsteal"), "run", "--format", "jsonl", "--progress", "none"]
    command += ["--scheduler", "event_loop", "--workload", "fork_join:n=1"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    first = json.loads(result.stdout.partition("\n")[0])
    context: dict[str, Any] = first["context"]
    for local in ("executable", "command", "host_name"):
        context.pop(local, None)
    return context


def show(document: dict[str, Any], options: argparse.Namespace) -> int:
    """1 if something failed or missed its target, or a peer was left out; else 0."""
    every: list[gbench.Row] = document["benchmarks"]
    failures = [row for row in every if row.get("error_occurred")]
    found = table.lines([row for row in every if not row.get("error_occurred")], failures)
    print(table.as_text(found), end="")
    left_out = document["context"].get("left_out", {})
    if options.markdown:
        page = table.as_markdown(found, document["context"], OPERATIONS, left_out)
        whole_file.write_text(options.markdown, page)
    if options.readme:
        try:
            page = table.put_into(options.readme.read_text(encoding="utf-8"), found)
        except ValueError as error:
            print(f"peers: {options.readme}: {error}", file=sys.stderr)
            return 2
        whole_file.write_text(options.readme, page)
    bad = any(line.verdict in (table.FAILED, table.NOT_MET) for line in found)
    return 1 if bad or left_out else 0
