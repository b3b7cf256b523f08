"""The rules of style that a program can check. Each is a function from a file to its findings.
CONTRIBUTING.md and docs/design.md have the reasons."""

from __future__ import annotations

import ast
import posixpath
import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Callable, Iterator, Optional

from loopsteal import cpp_source

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 70
COLUMNS_MAX = 100

CPP = {".hpp", ".cpp"}
CODE = CPP | {".py", ".rs", ".cmake", ".sh", ".ts", ".mjs", ".css"}


@dataclass(frozen=True)
class Finding:
    path: str
    line: int
    rule: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: [{self.rule}] {self.sentence}"


@dataclass(frozen=True)
class Source:
    """A file as the rules see it: its path from the root, with slashes, and its text."""

    path: str
    text: str

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.path).suffix

    @property
    def is_cpp(self) -> bool:
        return self.suffix in CPP

    @property
    def is_python(self) -> bool:
        return self.suffix == ".py" or self.text.startswith("#!/usr/bin/python3")

    @property
    def is_code(self) -> bool:
        return (
            self.suffix in CODE
            or self.path.endswith("CMakeLists.txt")
            or self.text.startswith("#!")
        )

    def finding(self, line: int, rule: str, sentence: str) -> Finding:
        return Finding(self.path, line, rule, sentence)


# --- Lengths -----------------------------------------------------------------------


def lengths(source: Source) -> Iterator[Finding]:
    if not source.is_code:
        return
    lines = source.text.splitlines()
    if len(lines) > FILE_LINES_MAX:
        yield source.finding(
            FILE_LINES_MAX + 1,
            "file-length",
            f"{len(lines)} lines, {FILE_LINES_MAX} at most: which second noun is in it?",
        )
    for number, line in enumerate(lines, 1):
        if len(line) > COLUMNS_MAX:
            sentence = f"{len(line)} columns, {COLUMNS_MAX} at most"
            yield source.finding(number, "line-length", sentence)
    for first_line, count in _functions(source):
        if count > FUNCTION_LINES_MAX:
            sentence = f"a function of {count} lines, {FUNCTION_LINES_MAX} at most"
            yield source.finding(first_line, "function-length", sentence)


def _functions(source: Source) -> Iterator[tuple[int, int]]:
    if source.is_cpp:
        for function in cpp_source.functions(source.text):
            yield function.line, function.lines
    elif source.is_python:
        for node in ast.walk(ast.parse(source.text)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield node.lineno, (node.end_lineno or node.lineno) - node.lineno + 1


# --- Which folder may include which ---------------------------------------------------

# A file belongs to the first entry that its path begins with. Of our files, it may include those
# whose paths begin with one of the prefixes of that entry (docs/design.md, "Which folder may
# include which").
SEAM = ("sched/contract.hpp", "sched/atomics.hpp")
TRAITS = "sched/traits.hpp"
LAYERS: list[tuple[str, tuple[str, ...]]] = [
    ("sched/core/", ("sched/core/",)),
    ("sched/contract.hpp", ("sched/core/",)),
    ("sched/atomics.hpp", ("sched/core/cache_line.hpp",)),
    (TRAITS, ("sched/core/",)),
    ("sched/policy/parts/", ("sched/core/", *SEAM, "sched/policy/parts/")),
    ("sched/policy/", ("sched/core/", *SEAM, TRAITS, "sched/policy/parts/")),
    ("sched/machine/", ("sched/core/", *SEAM, "sched/machine/", "sched/observe/")),
    ("sched/observe/", ("sched/core/", "sched/contract.hpp", "sched/observe/")),
    ("sched/asyncio/", ("sched/core/", "sched/asyncio/")),
    ("sched/onetbb/", ("sched/core/", TRAITS, "sched/onetbb/", "sched/machine/threads/")),
    ("sched/", ("sched/",)),
    ("workloads/", ("sched/core/", "sched/asyncio/", "workloads/")),
    ("bench/", ("sched/", "workloads/", "bench/", "build_info.hpp")),
    ("tests/install/", ("sched/", "workloads/", "stack_scheduler.hpp")),  # An outsider.
    ("tests/", ("sched/", "workloads/", "bench/", "tests/", "build_info.hpp")),
]

# A policy is one folder: it includes that and the shared parts, and no other policy.
POLICY = re.compile(r"sched/policy/[^/]+/")


def _includable(path: str) -> Optional[tuple[str, ...]]:
    allowed = next((names for prefix, names in LAYERS if path.startswith(prefix)), None)
    own = POLICY.match(path)
    return allowed if allowed is None or own is None else (*allowed, own.group())


# Which of our folders may include a library.
LIBRARIES: list[tuple[re.Pattern[str], tuple[str, ...]]] = [
    (re.compile(r"benchmark/"), ("bench/", "tests/")),
    (
        re.compile(r"(?:oneapi/)?tbb/|oneapi/tbb"),
        ("sched/onetbb/", "bench/", "tests/", "scripts/peers/"),
    ),
    (re.compile(r"nlohmann/"), ("bench/", "sched/observe/", "workloads/", "tests/")),
    (re.compile(r"CLI/|toml\+\+/"), ("bench/", "sched/observe/", "tests/")),
    (re.compile(r"gtest/|gmock/|rapidcheck"), ("tests/",)),
    (re.compile(r"format$"), ()),
]


def dependencies(source: Source) -> Iterator[Finding]:
    if not source.is_cpp:
        return
    allowed = _includable(source.path)
    for include in cpp_source.includes(source.text):
        if include.quoted and allowed is not None and not include.name.startswith(allowed):
            sentence = f'"{include.name}" is not this folder\'s to include'
            yield source.finding(include.line, "dependency", sentence)
        if include.quoted:
            continue
        for pattern, folders in LIBRARIES:
            if pattern.match(include.name) and not source.path.startswith(folders):
                where = " and ".join(folders) if folders else "nowhere: use fmt"
                sentence = f"<{include.name}> belongs in {where}"
                yield source.finding(include.line, "dependency", sentence)


# --- Tokens ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Token:
    rule: str
    pattern: re.Pattern[str]
    sentence: str
    folders: tuple[str, ...] = ("sched/", "workloads/", "bench/", "tests/")
    except_in: tuple[str, ...] = ()


MACHINE = ("sched/machine/threads/", "sched/onetbb/")

TOKENS = [
    Token(
        "randomness",
        re.compile(r"\bstd::(?:random_device|\w+_distribution)\b|\bs?rand\s*\("),
        "differs by library or run: use sched/core/random/random.hpp",
    ),
    Token(
        "clock",
        re.compile(r"\b(?:steady_clock|system_clock|high_resolution_clock)\b|\bclock_gettime\b"),
        "time comes from the scheduler: clocks live in the machine",
        except_in=MACHINE + ("bench/", "tests/"),
    ),
    Token(
        "thread",
        re.compile(
            r"\bstd::(?:j?thread|this_thread|(?:recursive_|shared_|timed_)*mutex"
            r"|condition_variable(?:_any)?|counting_semaphore|binary_semaphore|latch|barrier)\b"
            r"|\bthread_local\b|\bpthread_\w+"
        ),
        "threads and their locks belong to the machine",
        folders=("sched/", "workloads/"),
        except_in=MACHINE,
    ),
    Token(
        "system-call",
        re.compile(r"\b(?:syscall|epoll_\w+|eventfd|timerfd_\w+|socket|nanosleep|usleep)\s*\("),
        "system calls belong to the machine",
        folders=("sched/", "workloads/"),
        except_in=MACHINE,
    ),
    Token(
        "fence",
        re.compile(r"\batomic_(?:thread|signal)_fence\b"),
        "ThreadSanitizer cannot see a fence: put the order on the operation",
    ),
    Token(
        "volatile",
        re.compile(r"(?<!asm )(?<!__asm__ )\bvolatile\b"),
        "orders nothing between threads: use std::atomic",
    ),
]

# Files that need what a token rule forbids, each with its reason.
EXCEPTIONS: dict[tuple[str, str], str] = {
    ("thread", "sched/core/coro/transfer.hpp"): "the thread's chain of resumptions",
    ("thread", "sched/core/coro/frame_pool.hpp"): "a free list a thread",
    ("thread", "sched/core/coro/frame_pool.cpp"): "a free list a thread, magazines swapped by lock",
    ("thread", "sched/core/sync/cancel.hpp"): "a bounded wait for a canceller on its way out",
    ("thread", "sched/core/sync/channel.hpp"): "held for a few lines, on every machine",
    ("thread", "sched/core/sync/event.hpp"): "held for a few lines, on every machine",
    ("thread", "sched/core/sync/semaphore.hpp"): "held for a few lines, on every machine",
    ("thread", "sched/asyncio/loop.hpp"): "the monitor of a loop on several threads",
    ("thread", "workloads/support/stall.hpp"): "offers its CPU to other threads, as Tokio's bench",
    ("thread", "workloads/support/ready_list.hpp"): "held for a few lines, on every machine",
    ("thread", "sched/observe/recorder.hpp"): "threads that are no workers report here, too",
    ("system-call", "workloads/support/tcp.cpp"): "real connections, which echo is about",
    ("thread", "sched/catalog.cpp"): "asks how many CPUs there are, as asyncio's default does",
}

_DECLARATION = re.compile(r"\b([A-Za-z_][\w:]*)(?:<[^;()]*?>)?\s+(\w+)\s*[;{=(]")
_STATEMENTS = {"return", "co_return", "co_await", "co_yield", "throw", "delete", "new", "else"}


def _atomic_names(code: str) -> set[str]:
    """Names that are declared only as atomics in `code`."""
    types: dict[str, set[bool]] = {}
    for match in _DECLARATION.finditer(code):
        if match[1] not in _STATEMENTS:
            types.setdefault(match[2], set()).add(match[1].startswith("std::atomic"))
    return {name for name, atomic in types.items() if atomic == {True}}


def tokens(source: Source) -> Iterator[Finding]:
    if not source.is_cpp:
        return
    code = cpp_source.code_only(source.text)
    for token in TOKENS:
        if not source.path.startswith(token.folders) or source.path.startswith(token.except_in):
            continue
        if (token.rule, source.path) in EXCEPTIONS:
            continue
        for match in token.pattern.finditer(code):
            line = code.count("\n", 0, match.start()) + 1
            sentence = f"{match[0].strip()}: {token.sentence}"
            yield source.finding(line, token.rule, sentence)
    names = _atomic_names(code)
    for match in re.finditer(r"\b(\w+)\s*\.\s*(?:wait|notify_one|notify_all)\s*\(", code):
        if match[1] in names:
            line = code.count("\n", 0, match.start()) + 1
            sentence = f"{match[1]}: park on a futex of ours, not on std::atomic::wait"
            yield source.finding(line, "atomic-wait", sentence)


# --- Left undone, said too much ----------------------------------------------------------

# Spelt in pieces, so that this file does not find itself.
_UNDONE = re.compile(
    r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b"
    r"|\bDISABLED" r"_\w|\bGTEST" r"_SKIP\b"
    r"|^\s*#\s*if 0\b",
    re.MULTILINE,
)
_LOCAL_PATH = re.compile(r"(?<![\w./-])/(?:home|root|work|Users)/\w")
_ISSUE = re.compile(r"(?<![\w/#])(?:issue|session) #?\d+\b", re.IGNORECASE)


def words(source: Source) -> Iterator[Finding]:
    for pattern, rule, sentence in (
        (_UNDONE, "undone", "finish it or take it out"),
        (_LOCAL_PATH, "local-path", "a path of one machine means nothing on another"),
        (_ISSUE, "issue-number", "say the matter itself, not the number of its ticket"),
    ):
        for match in pattern.finditer(source.text):
            line = source.text.count("\n", 0, match.start()) + 1
            yield source.finding(line, rule, f"{match[0].strip()}: {sentence}")


def layout(source: Source) -> Iterator[Finding]:
    for number, line in enumerate(source.text.split("\n"), 1):
        if line != line.rstrip():
            yield source.finding(number, "layout", "blanks at the end of the line")
        if source.is_cpp and "\t" in line:
            yield source.finding(number, "layout", "a tab: indent by two blanks")
    if source.text and not source.text.endswith("\n"):
        yield source.finding(source.text.count("\n") + 1, "layout", "no newline at the end")
    if source.suffix == ".hpp" and "#pragma once" not in source.text:
        yield source.finding(1, "layout", "a header without #pragma once")


RULES: tuple[Callable[[Source], Iterator[Finding]], ...] = (
    lengths,
    dependencies,
    tokens,
    words,
    layout,
)


# --- Over all files -----------------------------------------------------------------------


def unlisted(sources: list[Source]) -> Iterator[Finding]:
    """Sources that no CMakeLists.txt above them names: they are not built, so they are dead."""
    lists = {s.path: s.text for s in sources if s.path.endswith("CMakeLists.txt")}
    for source in sources:
        if source.suffix != ".cpp" or source.path.startswith("tests/install/"):
            continue
        path = PurePosixPath(source.path)
        above = [str(folder / "CMakeLists.txt") for folder in path.parents]
        if not any(_lists(lists[name], path) for name in above if name in lists):
            yield source.finding(1, "unlisted", "no CMakeLists.txt names it: it is dead")


def _lists(text: str, path: PurePosixPath) -> bool:
    """True if a CMakeLists.txt names a source, or the scheduler whose folder has it."""
    row = rf"^loopsteal_(?:policy|foreign_scheduler)\({re.escape(path.parent.name)} "
    return bool(re.search(row, text, re.MULTILINE)) or _names(text, path.name)


def _names(text: str, name: str) -> bool:
    """True if a CMakeLists.txt names a source: directly, or as an item of a loop over
    ${item}_test.cpp."""
    endings = {match[1] for match in re.finditer(r"\$\{\w+\}([\w.]*\.cpp)", text)}
    words = {name} | {name.removesuffix(ending) for ending in endings if name.endswith(ending)}
    return any(re.search(rf"(?:^|[\s/\"]){re.escape(word)}(?:$|[\s)\"])", text) for word in words)


_TRAITS = re.compile(r"^sched/.*/traits\.cpp$")
# Experiments choose their schedulers; tests and the schedulers themselves know theirs.
_MAY_COMPARE = ("sched/policy/", "sched/onetbb/", "bench/questions/", "tests/")


def compared_names(sources: list[Source]) -> Iterator[Finding]:
    """Code that compares a scheduler's name; it should ask the traits instead."""
    names = {
        name
        for source in sources
        if _TRAITS.match(source.path)
        for name in re.findall(r"\.name = \"(\w+)\"", source.text)
    }
    if not names:
        return
    text = rf"\"(?:{'|'.join(sorted(names))})\""
    compared = re.compile(rf"[!=]=\s*{text}|{text}\s*[!=]=")
    for source in sources:
        if not source.path.endswith((".cpp", ".hpp", ".py", ".ts")):
            continue
        if source.path.startswith(_MAY_COMPARE):
            continue
        for match in compared.finditer(source.text):
            line = source.text.count("\n", 0, match.start()) + 1
            sentence = "compares a scheduler's name: ask its traits (sched/traits.hpp)"
            yield source.finding(line, "scheduler-name", sentence)


_LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")


def broken_links(sources: list[Source], names: list[str]) -> Iterator[Finding]:
    """Relative links of documents to files that do not exist."""
    there = set(names)
    for name in names:
        there.update(str(folder) for folder in PurePosixPath(name).parents)
    for source in sources:
        if source.suffix != ".md":
            continue
        for match in _LINK.finditer(source.text):
            target = posixpath.normpath(str(PurePosixPath(source.path).parent / match[1]))
            if target not in there:
                line = source.text.count("\n", 0, match.start()) + 1
                yield source.finding(line, "link", f"{match[1]} is not there")
