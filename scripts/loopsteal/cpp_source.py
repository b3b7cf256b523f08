"""C++ sources for the rules of style: without comments and literals, or cut into functions. This is
not a parser: it knows braces, parentheses and the ends of literals."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Callable, Iterator

# In order: raw strings, comments, digits with separators (kept, since their quote would otherwise
# open a character literal), strings, characters.
_TOKEN = re.compile(
    r'R"(?P<mark>[^()\\\s]{0,16})\((?:.|\n)*?\)(?P=mark)"'
    r"|//[^\n]*(?:\\\n[^\n]*)*"
    r"|/\*(?:.|\n)*?\*/"
    r"|(?P<number>\b\d[\w.]*(?:'\w+)+)"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'(?:\\.|[^'\\\n])+'"
)


def code_only(text: str) -> str:
    """`text` with comments and literals blanked. Lines and columns stay in place."""

    return _TOKEN.sub(lambda match: match[0] if match["number"] else blank(match), text)


def comments_only(text: str) -> str:
    """`text` with everything but comments blanked. Lines and columns stay in place."""
    return _only(text, lambda token: token.startswith(("//", "/*")))


def literals_only(text: str) -> str:
    """`text` with everything but strings and characters blanked."""
    return _only(text, lambda token: token[0] in "R\"'")


def _only(text: str, wanted: Callable[[str], bool]) -> str:
    kept = []
    position = 0
    for match in _TOKEN.finditer(text):
        kept.append(_NOT_NEWLINE.sub(" ", text[position : match.start()]))
        kept.append(match[0] if wanted(match[0]) else blank(match))
        position = match.end()
    return "".join(kept) + _NOT_NEWLINE.sub(" ", text[position:])


_NOT_NEWLINE = re.compile(r"[^\n]")


@dataclass(frozen=True)
class Include:
    line: int
    name: str
    quoted: bool  # True for "name", false for <name>.


_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"]+)"|<([^>]+)>)', re.MULTILINE)


def includes(text: str) -> Iterator[Include]:
    for match in _INCLUDE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        yield Include(line, match[1] or match[2], match[1] is not None)


@dataclass(frozen=True)
class Function:
    line: int  # The line of its opening brace.
    lines: int  # From the opening brace to the closing one, both counted.


_TYPE = re.compile(r"\b(?:namespace|class|struct|union|enum)\b")
_STATEMENT = re.compile(r"^\s*(?:\}|else|if|for|while|switch|do|try|catch|return|co_return)\b")


def functions(text: str) -> Iterator[Function]:
    """The outermost bodies in `text`: those of functions, not blocks inside them."""
    code = _braced_values_as_parentheses(_DIRECTIVE.sub(blank, code_only(text)))
    head_start = 0
    depth = 0
    body_depth: int | None = None
    body_line = 0
    for position in (match.start() for match in re.finditer(r"[{};]", code)):
        character = code[position]
        if character == "{":
            head = code[head_start:position]
            if body_depth is None and _opens_function(head):
                body_depth = depth
                body_line = code.count("\n", 0, position) + 1
            depth += 1
        elif character == "}":
            depth -= 1
            if body_depth is not None and depth == body_depth:
                end_line = code.count("\n", 0, position) + 1
                yield Function(body_line, end_line - body_line + 1)
                body_depth = None
        head_start = position + 1


_DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n\\]|\\.|\\\n)*", re.MULTILINE)


def blank(match: re.Match[str]) -> str:
    return "".join(c if c == "\n" else " " for c in match[0])


def _braced_values_as_parentheses(code: str) -> str:
    """`a_{1}` becomes `a_(1)`: a member initialiser's braces are no body."""
    while True:
        flat = re.sub(r"(?<=[\w>])\{([^{};]*)\}", r"(\1)", code)
        if flat == code:
            return code
        code = flat


def _opens_function(head: str) -> bool:
    """True if a brace after `head` opens the body of a function."""
    flat = head
    while True:  # Parameters become @, template arguments nothing.
        shorter = re.sub(r"<[^<>()]*>", "", re.sub(r"\([^()]*\)", "@", flat))
        if shorter == flat:
            break
        flat = shorter
    if "@" not in flat or "(" in flat or _TYPE.search(flat) or _STATEMENT.match(flat):
        return False
    return "=" not in flat or "operator" in flat
