"""The peers: how each is built into build/peers, its packages, and how it is called."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Optional

FLAGS = {
    "asio": "g++ -O3 -DNDEBUG",
    "onetbb": "g++ -O3 -DNDEBUG",
    "libgomp": "g++ -O3 -DNDEBUG -fopenmp",
    "simgrid": "g++ -O3 -DNDEBUG",
    "tokio": "rustc opt-level 3, lto fat, target-cpu=native",
    "rayon": "rustc opt-level 3, lto fat, target-cpu=native",
    "go": "go build",
    "java": "-Xms2g -Xmx2g",
    "asyncio": "python3",
    "uvloop": "python3",
    "simpy": "python3",
    "assertions": "ours, g++ -O3 -D_GLIBCXX_ASSERTIONS, without NDEBUG",
}
ASSERTIONS = "assertions"  # loopsteal with assertions, as a peer: shows the cost of its assertions.


@dataclass(frozen=True)
class Tree:
    """Folders of the tree."""

    root: Path

    @property
    def sources(self) -> Path:
        return self.root / "scripts" / "peers"

    @property
    def built(self) -> Path:
        return self.root / "build" / "peers"


@dataclass(frozen=True)
class Peer:
    name: str
    command: list[str]
    build: list[list[str]] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    ours: Optional[Path] = None  # The folder of another build of loopsteal.


def peers(tree: Tree) -> dict[str, Peer]:
    python = str(tree.sources / "python")
    loops = ["/usr/bin/python3", f"{python}/loops.py"]
    classes = str(tree.built / "java")
    java = ["java", "-Xms2g", "-Xmx2g", "-cp", classes, "Peer"]
    javac = ["javac", "-d", classes, str(tree.sources / "java" / "Peer.java")]
    go = ["go", "build", "-o", str(tree.built / "go"), "."]
    all_of_them = [
        Peer("asyncio", loops),
        Peer("uvloop", loops, environment={"PEER_LOOP": "uvloop"}),
        Peer("simpy", ["/usr/bin/python3", f"{python}/simpy_queue.py"]),
        Peer("go", [str(tree.built / "go")], [go]),
        Peer("java", java, [javac]),
        _with_assertions(tree),
        *(_crate(tree, name) for name in ("tokio", "rayon")),
        *(_of_cmake(tree, name) for name in ("onetbb", "asio", "libgomp", "simgrid")),
    ]
    return {peer.name: peer for peer in all_of_them}


def _with_assertions(tree: Tree) -> Peer:
    build = [str(tree.root / "scripts" / "build"), ASSERTIONS, "loopsteal", "loopsteal_bench"]
    return Peer(ASSERTIONS, [], [build], ours=tree.root / "build" / ASSERTIONS / "bin")


def _crate(tree: Tree, name: str) -> Peer:
    return Peer(name, [str(tree.built / name)], [[str(tree.sources / "build_crate"), name]])


def _of_cmake(tree: Tree, name: str) -> Peer:
    folder = str(tree.built / "cpp")
    configure = ["cmake", "-S", str(tree.sources), "-B", folder, "-G", "Ninja"]
    configure += ["-DCMAKE_BUILD_TYPE=Release"]
    return Peer(name, [f"{folder}/{name}"], [configure, ["cmake", "--build", folder, "-t", name]])


def packages_of(listing: str) -> dict[str, list[str]]:
    """Packages by peer, from the text of scripts/peers/packages."""
    packages: dict[str, list[str]] = {}
    for line in listing.splitlines():
        words = line.split("#")[0].split()
        if words:
            packages.setdefault(words[0], []).append(words[1])
    return packages


def why_not(peer: Peer, packages: list[str], missing: set[str], tree: Tree) -> str:
    """Builds the peer. Empty if it can be measured, else the reason why not."""
    lacking = [package for package in packages if package in missing]
    if lacking:
        return f"not installed: {', '.join(lacking)}"
    tree.built.mkdir(parents=True, exist_ok=True)
    # Otherwise Go keeps its objects below HOME, and asks the network for modules.
    go = {"GOFLAGS": "-mod=mod", "GOPROXY": "off", "GOCACHE": str(tree.built / "go-cache")}
    for step in peer.build:
        where = tree.sources / "go" if step[0] == "go" else tree.root
        try:
            result = subprocess.run(
                step,
                cwd=where,
                env={**os.environ, **go},
                capture_output=True,
                text=True,
                check=False,
            )
        except OSError as error:
            return f"{step[0]}: {error.strerror}"
        if result.returncode != 0:
            said = (result.stderr or result.stdout).strip().splitlines()
            return f"does not build: {said[-1] if said else step[0]}"
    return ""
