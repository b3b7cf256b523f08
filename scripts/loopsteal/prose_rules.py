"""Plain English, as far as a program can check it: words that comments, messages and
documents must not use, and the terms that replace them. docs/glossary.md has the terms.

The tree is rewritten folder by folder. CLEAN lists what is done: there, every finding
fails. Elsewhere the words are only counted."""

from __future__ import annotations

import io
import re
import tokenize
from typing import Iterator

from loopsteal import cpp_source
from loopsteal.tidy_rules import Finding, Source

# Folders and files that use none of the words below. Add yours; take none out.
CLEAN: tuple[str, ...] = (
    "bench/advise/",
    "bench/calibrate/",
    "bench/report/",
    "docs/",
    "sched/core/",
    "sched/machine/",
    "sched/observe/",
    "sched/onetbb/",
    "scripts/",
    "workloads/",
    "CONTRIBUTING.md",
    "README.md",
)

# Inside CLEAN, but written by a program, or this list of words.
EXEMPT = ("docs/answers/", "docs/cards/", "scripts/loopsteal/prose_rules.py")

# "who" is for people: it must follow one of these nouns.
PEOPLE = (
    r"\b(?:anybody|anyone|authors?|developers?|everybody|everyone|maintainers?|newcomers?|people"
    r"|persons?|programmers?|readers?|somebody|someone|users?),?\s+"
)

# What is banned everywhere in a clean folder: comments, messages, documents.
BANNED: tuple[tuple[str, str], ...] = (
    (rf"(?:{PEOPLE})?\bwho\b", 'name the worker, thread or caller: "who" is for people'),
    (r"\b(?:whoever|whom|whomever|whomsoever)\b", "name the worker, thread or caller"),
    (r"\b(?:foretell\w*|foretold)\b", '"predict"'),
    (r"\banew\b", '"again"'),
    (r"\bbeside\b", '"next to", "compared with", "besides" or "with"'),
    (r"\b(?:amid|amidst|whilst|henceforth|hitherto|thereof|wherein|whereof)\b", "an everyday word"),
)

# Old terms and the field's: comments and documents only, since strings hold names of
# options and of fields of files.
TERMS: tuple[tuple[str, str], ...] = (
    (r"\bnap(?:s|ped|ping)?\b", '"short idle"'),
    (r"\bcensus\b", '"occupancy"'),
    (r"\bfruitless\b", '"empty"'),
    (r"\bthe books\b", '"accounting"'),
    (r"\b(?:\w+'s|these|the|such) laws\b(?! of)", '"invariants"'),
    (r"\b(?:asyncio|CPython|Tokio|Go|uvloop)'s words\b", '"dialect"'),
    (r"\boriginals\b", '"reference runtimes"'),
    (r"\blateness\b", '"latency", "overshoot" of a timer, "release delay"'),
    (r"\blaborator(?:y|ies)\b", '"trial runner", or "lab" for the project'),
    (r"\bmuster(?:s|ed)?\b", '"start barrier"'),
)

_PEOPLE_WHO = re.compile(rf"{PEOPLE}who", re.IGNORECASE)
_BANNED = [(re.compile(pattern, re.IGNORECASE), instead) for pattern, instead in BANNED]
_TERMS = [(re.compile(pattern.replace(" ", r"\s+")), instead) for pattern, instead in TERMS]
_ANY = re.compile(
    "|".join(pattern.pattern for pattern, _ in (*_BANNED, *_TERMS)), re.IGNORECASE
)  # Most files have none: they are not taken apart.


def prose(source: Source) -> Iterator[Finding]:
    """The words that a clean folder must not use."""
    if is_clean(source):
        yield from old_words(source)


def old_words_left(sources: list[Source]) -> int:
    """The findings in folders that are still to be rewritten."""
    left = [source for source in sources if not source.path.startswith((*CLEAN, *EXEMPT))]
    return sum(1 for source in left for _ in old_words(source))


def is_clean(source: Source) -> bool:
    return source.path.startswith(CLEAN) and not source.path.startswith(EXEMPT)


def old_words(source: Source) -> Iterator[Finding]:
    if not _ANY.search(_joined(source.text)):
        return
    comments = _joined(comments_of(source))
    messages = _NAME.sub(cpp_source.blank, messages_of(source))
    for text, rules in ((comments, _BANNED + _TERMS), (messages, _BANNED)):
        for pattern, instead in rules:
            for match in pattern.finditer(text):
                if _PEOPLE_WHO.fullmatch(match[0]):
                    continue
                line = text.count("\n", 0, match.start()) + 1
                word = match[0].split()[-1] if pattern is _BANNED[0][0] else match[0]
                yield source.finding(line, "plain-english", f'"{word}": say {instead}')


def comments_of(source: Source) -> str:
    """Everything but comments, docstrings and paragraphs blanked. Lines stay in place."""
    if source.suffix == ".md":
        return _document(source.text)
    if source.is_cpp:
        return cpp_source.comments_only(source.text)
    if source.is_python:
        return _python(source.text, messages=False)
    return _shell(source.text) if source.is_code else ""


def messages_of(source: Source) -> str:
    """Everything but literals blanked."""
    if source.is_cpp:
        return cpp_source.literals_only(source.text)
    return _python(source.text, messages=True) if source.is_python else ""


_CODE = re.compile(
    r"^```[^\n]*\n.*?^```[^\n]*$|`[^`\n]*`|\]\([^)\n]*\)", re.MULTILINE | re.DOTALL
)
_GENERATED = re.compile(
    r"^<!-- [^\n]*? written by [^\n]*-->\n.*?^<!-- [^\n]*? end -->$", re.MULTILINE | re.DOTALL
)


def _document(text: str) -> str:
    """A page without its examples, names in backticks, links and generated tables."""
    return _CODE.sub(cpp_source.blank, _GENERATED.sub(cpp_source.blank, text))


def _python(text: str, messages: bool) -> str:
    kept = [[" "] * len(line) for line in text.split("\n")]
    before = tokenize.NEWLINE
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        starts = before in (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
        is_comment = token.type == tokenize.COMMENT or (token.type == tokenize.STRING and starts)
        if token.type not in (tokenize.COMMENT, tokenize.NL):
            before = token.type
        if token.type == tokenize.COMMENT and messages:
            continue
        if token.type in (tokenize.COMMENT, tokenize.STRING) and is_comment != messages:
            for offset, line in enumerate(token.string.split("\n")):
                column = token.start[1] if offset == 0 else 0
                kept[token.start[0] - 1 + offset][column : column + len(line)] = line
    return "\n".join("".join(line) for line in kept)


def _shell(text: str) -> str:
    """Lines that are comments of a script or of CMake."""
    return "\n".join(
        line if re.match(r"\s*(?:#(?!!)|//)", line) else "" for line in text.split("\n")
    )


_NAME = re.compile(
    r"`[^`\n]*`|\b[\w-]+(?:/[\w.-]*)+|\b[\w-]+\.(?:hpp|cpp|py|md|toml|json)\b"
)


def _joined(text: str) -> str:
    """A phrase may go on in the next line: the marks of comments between become blanks, and so
    do names in backticks and paths."""
    text = re.sub(r"(?m)^[ \t]*(?:///?<?|#|\*)", lambda match: " " * len(match[0]), text)
    return _NAME.sub(cpp_source.blank, text)
