"""The pages of docs/answers: one for each answer in results/raw/answers-*.json, and an index. All
their content comes from those files."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from matplotlib import pyplot

from loopsteal import figures_answers, style

ROOT = Path(__file__).resolve().parents[2]
RAW = ROOT / "results/raw"
PAGES = ROOT / "docs/answers"
SCHEMA = "loopsteal.answer/1"

Document = dict[str, Any]

MACHINES = {"threads": "real threads", "sim": "virtual time", "theory": "theory"}
HEAD = "<!-- Made by scripts/answers from results/raw/{}; do not edit. -->\n\n"


class AnswersError(Exception):
    """A file that is not an answer, or is missing."""


def read(path: Path) -> Document:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise AnswersError(f"{path}: {error}") from error
    if not is_answer(document):
        raise AnswersError(f"{path}: no answer of loopsteal ask --raw ({SCHEMA})")
    return document


def is_answer(document: object) -> bool:
    context = document.get("context") if isinstance(document, dict) else None
    return isinstance(context, dict) and context.get("schema") == SCHEMA


def raw_path(question: str, raw: Path = RAW) -> Path:
    return raw / f"answers-{question}.json"


def read_all(raw: Path = RAW) -> list[Document]:
    paths = sorted(raw.glob("answers-*.json"))
    if not paths:
        raise AnswersError(f"{raw}: no answers-*.json; scripts/answers --run makes them")
    return [read(path) for path in paths]


def pages(documents: list[Document]) -> dict[str, str]:
    """The pages by file name."""
    made = {f"{document['answer']['id']}.md": page(document) for document in documents}
    made["README.md"] = index(documents)
    return made


def index(documents: list[Document]) -> str:
    lines = [
        HEAD.format("answers-*.json"),
        "# Answers\n\n",
        "Design questions that people ask of schedulers, each answered by an experiment that was\n"
        "stated before it was run. `loopsteal ask Q03` runs it again on your machine. Begin\n"
        "with [the first](Q01.md), from which the others follow: what asyncio's loop does, and\n"
        "when one loop is no longer enough.\n\n",
        "| | question | verdict |\n| --- | --- | --- |\n",
    ]
    for document in documents:
        answer = document["answer"]
        held = "" if answer["stands"] else "**A claim did not hold.** "
        lines.append(
            f"| [{answer['id']}]({answer['id']}.md) | {cell(answer['title'])} "
            f"| {held}{cell(answer['verdict'])} |\n"
        )
    lines.append(
        "\nNumbers of *virtual time* are those of the simulator ([simulator.md](../simulator.md)); "
        "numbers of *real\nthreads* are of the machine that each page names. "
        "The two are never in one series.\n"
    )
    return "".join(lines)


def page(document: Document) -> str:
    answer = document["answer"]
    parts = [
        HEAD.format(raw_path(answer["id"]).name),
        f"# {answer['id']}: {answer['title']}\n\n",
        f"**{answer['verdict']}**\n\n",
        "" if answer["stands"] else "A claim that this rests on did not hold: see below.\n\n",
        effects(answer),
        f"**Holds for** {answer['holds_for']}\n\n**Flips where:** {answer['flips_where']}\n\n",
        *(figure(chart) for chart in answer["charts"]),
        *(table(one) for one in answer["tables"]),
        claims(answer),
        experiment(answer),
        made_by(document),
    ]
    return "".join(parts).rstrip("\n") + "\n"


def effects(answer: dict[str, Any]) -> str:
    rows = [
        [effect["what"], estimate(effect), MACHINES[effect["machine"]]]
        for effect in answer["effects"]
    ]
    return grid(["effect", "value, 95 % interval", "measured in"], rows)


def claims(answer: dict[str, Any]) -> str:
    rows = [
        [claim["what"], "yes" if claim["held"] else "**no**", claim["found"]]
        for claim in answer["claims"]
    ]
    return "## What it rests on\n\n" + grid(["claim", "held", "found"], rows)


def figure(chart: dict[str, Any]) -> str:
    title = f"{chart['title']} ({MACHINES[chart['machine']]})"
    return f"![{title}](figures/{chart['name']}.png)\n\n"


def table(one: dict[str, Any]) -> str:
    title = f"{one['title']} ({MACHINES[one['machine']]})"
    return f"{title}:\n\n" + grid(one["columns"], one["rows"])


def experiment(answer: dict[str, Any]) -> str:
    text = "## The experiment\n\n"
    for name in ("hypothesis", "experiment", "metric", "rule"):
        text += f"**{name.capitalize()}.** {answer[name]}\n\n"
    if answer["background"]:
        text += f"**Where it is written.** {answer['background']}\n\n"
    text += "**Where it was asked.** " + ", ".join(map(link, answer["sources"])) + "\n\n"
    return text + f"**To vary it:**\n\n```sh\n{commands(answer['vary'])}\n```\n\n"


def commands(text: str) -> str:
    return "\n".join(part.strip() for part in text.split(";"))


def made_by(document: Document) -> str:
    context = document["context"]
    again = f"loopsteal ask {document['answer']['id']}"
    again += " --full" if context["effort"] == "full" else ""
    dirty = " and changes" if context.get("dirty") else ""
    return (
        f"Made by `{again} --seed {context['seed']}`, {context['date'][:10]}, loopsteal "
        f"{context['loopsteal_version']} ({context['commit'][:12]}{dirty}), "
        f"{context.get('cpu_model', 'a CPU')} with {context['num_cpus']} CPUs."
        f"{disturbed(document)}\n"
    )


def disturbed(document: Document) -> str:
    """A sentence about the machine's other load, if it may have disturbed real times."""
    load = (document["context"].get("load_avg") or [0])[0]
    real = any(trial["machine"] == "threads" for trial in document["answer"]["trials"])
    if not real or load <= document["context"]["num_cpus"] / 2:
        return ""
    return (
        f" The machine was busy with other things (load average {load:.1f}), which disturbs the "
        "real times; virtual ones are the same on any machine."
    )


def link(source: str) -> str:
    match = re.fullmatch(r"([\w.-]+/[\w.-]+)#(\d+)", source)
    return f"[{source}](https://github.com/{match[1]}/issues/{match[2]})" if match else source


def estimate(effect: dict[str, Any]) -> str:
    value, low, high = (number(effect.get(key), effect["unit"]) for key in ("value", "low", "high"))
    return f"{value} [{low}, {high}]"


def number(value: float | None, unit: str) -> str:
    """The value with three significant digits."""
    if value is None:
        return "?"
    if unit == "factor":
        return f"{digits(value)}x"
    if unit == "share":
        return f"{digits(value * 100)} %"
    if unit != "ns":
        return digits(value)
    if value == 0:
        return "0"
    for size, name in ((1e9, "s"), (1e6, "ms"), (1e3, "us")):
        if value >= size * 0.9995:
            return f"{digits(value / size)} {name}"
    return f"{value:.0f} ns"


def digits(value: float) -> str:
    size = abs(value)
    if size >= 99.95:
        return f"{value:,.0f}"
    return f"{value:.1f}" if size >= 9.995 else f"{value:.2f}"


def grid(columns: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(map(cell, columns)) + " |\n"]
    lines.append("|" + " --- |" * len(columns) + "\n")
    lines += ["| " + " | ".join(map(cell, row)) + " |\n" for row in rows]
    return "".join(lines) + "\n"


def cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").strip()


def draw(documents: list[Document], folder: Path) -> list[Path]:
    """The figures, each with the digest of its data in it."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for document in documents:
        for chart in document["answer"]["charts"]:
            path = folder / f"{chart['name']}.png"
            metadata = {"Software": None, "Description": figures_answers.digest(chart)}
            made = figures_answers.draw(chart)
            style.save_whole(made, path, metadata)
            pyplot.close(made)
            written.append(path)
    return written
