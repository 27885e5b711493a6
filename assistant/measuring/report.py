"""One page of what an evaluation found: figures, pictures, and the worst mistakes."""

from __future__ import annotations

import html
import io
import warnings
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import AssistantError
from assistant.measuring.results import Evaluation, Series, Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes

CLASSES = 16
"""Labels in the confusion matrix, at most: those that are confused most."""

OPEN = 20
"""Labels whose figures are shown before they are unfolded."""

LONGEST = 28
"""Characters of a label in a picture."""

INK, STRONG, ACCENT = "#6b7280", "#010203", "#2563eb"
"""Colours in pictures; the first two become the page's own, which differ on light and on dark."""

BARS = 24
"""Labels in the picture of their figures, at most: the hardest."""

POINTS = 2000
"""Pairs drawn, at most."""

STYLE = """
:root { color-scheme: light dark;
  --ink: #1f2937; --paper: #ffffff; --line: #d1d5db; --soft: #6b7280; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e5e7eb; --paper: #111827; --line: #374151; --soft: #9ca3af; }
}
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2.5rem; }
.figures { display: flex; flex-wrap: wrap; gap: 0.75rem; }
.figure { border: 1px solid var(--line); border-radius: 0.5rem; padding: 0.5rem 0.9rem; }
.figure b { display: block; font-size: 1.35rem; font-variant-numeric: tabular-nums; }
.figure span, p { color: var(--soft); }
svg { width: 100%; height: auto; max-width: 44rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; }
th, td { text-align: left; padding: 0.3rem 0.6rem; border-bottom: 1px solid var(--line);
  overflow-wrap: break-word; min-width: 4rem; max-width: 26rem; vertical-align: top; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.figure small { font-weight: normal; font-size: 0.85rem; color: var(--soft); }
summary { cursor: pointer; color: var(--soft); margin: 0.5rem 0; }
"""


def write(found: Evaluation, page: Path) -> None:
    """Write the page. Raises AssistantError where it can't be written or drawn."""
    text = document(found)
    try:
        part = page.with_name(f"{page.name}.part")
        part.write_text(text, encoding="utf-8")
        part.replace(page)
    except OSError as error:
        raise AssistantError(
            f"The report can't be written to {page} ({error.strerror}): name another place."
        ) from error


def document(found: Evaluation) -> str:
    """Return the page as HTML, complete in itself."""
    parts = [f"<h1>{html.escape(found.title)}</h1>", _figures(found)]
    parts += [f"<p>{html.escape(note)}</p>" for note in found.notes]
    for heading, told, draw in _pictures(found):
        parts.append(f"<h2>{heading}</h2><p>{told}</p>{_svg(draw)}")
    parts += [_tables(found), _confusions(found), _mistakes(found), _labels(found)]
    title = html.escape(found.title)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style></head><body>{''.join(parts)}</body></html>\n"
    )


def _figures(found: Evaluation) -> str:
    """Return a box for every figure, its standard deviation beside it."""
    boxes = []
    for name, value in found.figures.items():
        if name.removesuffix("_std") in found.figures and name.endswith("_std"):
            continue
        spread = found.figures.get(f"{name}_std")
        beside = f" <small>± {spread:.4f}</small>" if spread is not None else ""
        told = html.escape(name.replace("_", " "))
        boxes.append(f'<div class="figure"><b>{number(value)}{beside}</b><span>{told}</span></div>')
    return f'<div class="figures">{"".join(boxes)}</div>'


def number(value: float) -> str:
    """Return a count as it is, anything else with four digits."""
    return str(value) if isinstance(value, int) else f"{value:.4f}"


def _pictures(found: Evaluation) -> list[tuple[str, str, Callable[[Axes], None]]]:
    """Return (heading, what it shows, how to draw it) of every picture there are data for."""
    pictures: list[tuple[str, str, Callable[[Axes], None]]] = []
    if found.outside:
        told = (
            "In-scope sentences kept against out-of-scope ones accepted, as caution falls; "
            "marked where 4\N{NO-BREAK SPACE}% of the in-scope is refused."
        )
        pictures.append(("Refusal", told, lambda ax: _refusal(ax, found)))
    if found.points:
        told = f"The score given to each pair, and the cosine of its vectors; {POINTS} at most."
        pictures.append(("Similarity", told, lambda ax: _points(ax, found)))
    if found.labels and not found.confidence:
        told = "F1 of every kind of span, the hardest first."
        pictures.append(("Kinds", told, lambda ax: _bars(ax, found)))
    if found.confidence:
        told = (
            "How often answers of each confidence are right; on the line they are as sure as right."
        )
        pictures.append(("Reliability", told, lambda ax: _reliability(ax, found)))
    if found.curve:
        told = "Accuracy by the number of examples an intent, with its standard deviation."
        pictures.append(("Learning curve", told, lambda ax: _curve(ax, found)))
    pictures += [(each.heading, each.told, partial(_series, series=each)) for each in found.series]
    if found.expected:
        told = "What was expected (rows) and given (columns)"
        if len({*found.expected, *found.given}) > CLASSES:
            told += f": the {CLASSES} labels confused most"
        told += "."
        pictures.append(("Confusion", told, lambda ax: _confusion(ax, found)))
    return pictures


def _svg(draw: Callable[[Axes], None]) -> str:
    """Return a picture as SVG to stand in the page."""
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ModuleNotFoundError as error:
        raise AssistantError(
            "Pictures need matplotlib: pip install 'offline-assistant[report]'."
        ) from error
    with mpl.rc_context(_paint()), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # letters that are not in matplotlib's own font
        figure = Figure(figsize=(7, 4.2), layout="constrained")
        axes = figure.add_subplot()
        draw(axes)
        file = io.StringIO()
        figure.savefig(file, format="svg", transparent=True, metadata={"Date": None})
    text = file.getvalue().replace(INK, "var(--soft)").replace(STRONG, "var(--ink)")
    return text[text.index("<svg") :]


def _paint() -> Any:
    names = "axes.edgecolor axes.labelcolor xtick.color ytick.color text.color grid.color".split()
    more = {"axes.spines.top": False, "axes.spines.right": False, "svg.fonttype": "none"}
    more |= {"text.parse_math": False}  # a label may hold dollar signs
    return {**dict.fromkeys(names, INK), **more, "font.size": 10, "svg.hashsalt": "report"}


def _refusal(axes: Axes, found: Evaluation) -> None:
    from assistant.labelled.metrics import recall_at, refusals

    kept, accepted = zip(*refusals(found.confidence, found.outside), strict=True)
    axes.plot(accepted, kept, color=ACCENT)
    still = 1 - recall_at(found.confidence, found.outside)
    axes.plot([still], [0.96], "o", color=ACCENT)
    told = f"{still:.1%} of the out-of-scope accepted"
    axes.annotate(told, (still, 0.96), (12, -16), textcoords="offset points", color=INK)
    axes.set(xlabel="out of scope accepted", ylabel="in scope kept", xlim=(0, 1), ylim=(0, 1.02))
    axes.grid(alpha=0.3)


def _reliability(axes: Axes, found: Evaluation) -> None:
    from assistant.labelled.metrics import reliability

    right = [e == g for e, g in zip(found.expected, found.given, strict=True)]
    bins = reliability(right, found.confidence)
    axes.plot([0, 1], [0, 1], color=INK, linewidth=0.8, linestyle=":")
    sure, share, rows = zip(*bins, strict=True)
    sizes = [30 + 700 * each for each in rows]
    axes.scatter(sure, share, s=sizes, color=ACCENT, alpha=0.7, clip_on=False)
    axes.set(xlabel="confidence", ylabel="share right", xlim=(0, 1.02), ylim=(0, 1.05))
    axes.grid(alpha=0.3)


def _curve(axes: Axes, found: Evaluation) -> None:
    shots, means, spread = zip(*found.curve, strict=True)
    axes.errorbar(shots, means, yerr=spread, color=ACCENT, marker="o", capsize=3)
    axes.set_xscale("log")
    axes.set_xticks(shots, [str(each) for each in shots])
    axes.minorticks_off()
    axes.set(xlabel="examples an intent", ylabel="accuracy")
    axes.grid(alpha=0.3)


def _series(axes: Axes, series: Series) -> None:
    for name, points in series.lines.items():
        axes.plot(*zip(*points, strict=True), marker="o", label=name)
    axes.set(xlabel=series.x, ylabel=series.y, ylim=(0, 1.02))
    axes.legend(frameon=False, labelcolor=INK)
    axes.grid(alpha=0.3)


def _points(axes: Axes, found: Evaluation) -> None:
    scores, cosines = zip(*found.points[:POINTS], strict=True)
    axes.scatter(scores, cosines, s=9, color=ACCENT, alpha=0.35, linewidths=0)
    axes.set(xlabel="score in the file", ylabel="cosine")
    axes.grid(alpha=0.3)


def _bars(axes: Axes, found: Evaluation) -> None:
    hardest = sorted(found.labels.items(), key=lambda pair: pair[1][2])[:BARS][::-1]
    axes.barh([_short(name) for name, _ in hardest], [told[2] for _, told in hardest], color=ACCENT)
    axes.tick_params(axis="y", labelsize=8 if len(hardest) > 8 else 10)
    axes.set(xlabel="F1", xlim=(0, 1))
    axes.grid(alpha=0.3, axis="x")


def _confusion(axes: Axes, found: Evaluation) -> None:
    from matplotlib.colors import LinearSegmentedColormap

    names, grid = confusion(found)
    most = max(1, *(count for row in grid for count in row))
    few = len(names) <= 4
    size = 11 if few else 8
    clear = LinearSegmentedColormap.from_list("clear", [f"{ACCENT}00", ACCENT])
    axes.imshow([[(count / most) ** 0.5 for count in row] for row in grid], cmap=clear, vmin=0)
    for y, row in enumerate(grid):
        for x, count in enumerate(row):
            if count:
                ink = "white" if count > most / 3 else STRONG
                axes.text(x, y, str(count), ha="center", va="center", fontsize=size, color=ink)
    shown = [_short(name) for name in names]
    turned: dict[str, Any] = {"rotation": 50, "ha": "right", "rotation_mode": "anchor"}
    axes.set_xticks(range(len(names)), shown, **({} if few else turned))
    axes.set_yticks(range(len(names)), shown)
    axes.tick_params(labelsize=size, length=0)
    axes.set(xlabel="given", ylabel="expected")
    axes.spines[:].set_visible(True)
    axes.spines[:].set_alpha(0.3)
    axes.set_aspect("auto")


def confusion(found: Evaluation) -> tuple[list[str], list[list[int]]]:
    """Return the labels confused most, by name, and how often each was given for each."""
    pairs = Counter(zip(found.expected, found.given, strict=True))
    wrong: Counter[str] = Counter()
    for (expected, given), count in pairs.items():
        if expected != given:
            wrong.update({expected: count, given: count})
    names = [name for name, _ in wrong.most_common(CLASSES)]
    others = (name for name, _ in Counter(found.expected).most_common() if name not in wrong)
    names += list(others)[: CLASSES - len(names)]
    names.sort()
    return names, [[pairs[row, column] for column in names] for row in names]


def _short(name: str) -> str:
    """Return a label that fits beside a picture, without what no picture can hold."""
    name = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in name)
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"


def _confusions(found: Evaluation) -> str:
    """Return the largest confusions as a table, where the picture can't hold every label."""
    pairs = Counter(zip(found.expected, found.given, strict=True))
    wrong = [(pair, n) for pair, n in pairs.most_common() if pair[0] != pair[1]]
    if not wrong or len({*found.expected, *found.given}) <= CLASSES:
        return ""
    rows = [
        f'<tr><td>{html.escape(expected)}</td><td>{html.escape(given)}</td><td class="n">{n}</td>'
        "</tr>"
        for (expected, given), n in wrong[:OPEN]
    ]
    return _table("The largest confusions", ("expected", "given", "#rows"), rows)


def _table(heading: str, heads: tuple[str, ...], rows: list[str]) -> str:
    """Return a table; a head that begins with # is over numbers. Rows past OPEN are folded."""
    names = "".join(
        f'<th class="n">{head[1:]}</th>' if head[0] == "#" else f"<th>{head}</th>" for head in heads
    )
    first, rest = (
        f'<div class="wide"><table><tr>{names}</tr>{"".join(part)}</table></div>'
        for part in (rows[:OPEN], rows[OPEN:])
    )
    more = f"<details><summary>{len(rows) - OPEN} more</summary>{rest}</details>"
    return f"<h2>{heading}</h2>{first}{more if rows[OPEN:] else ''}"


def _tables(found: Evaluation) -> str:
    return "".join(_own_table(table) for table in found.tables)


def _own_table(table: Table) -> str:
    places = ['<td class="n">' if head[0] == "#" else "<td>" for head in table.heads]
    pairs = [zip(places, row, strict=True) for row in table.rows]
    cells = ["".join(f"{at}{html.escape(text)}</td>" for at, text in row) for row in pairs]
    rows = [f"<tr>{row}</tr>" for row in cells]
    heads = tuple(html.escape(head) for head in table.heads)
    return _table(html.escape(table.heading), heads, rows)


def _labels(found: Evaluation) -> str:
    if not found.labels:
        return ""
    rows = [
        f"<tr><td>{html.escape(name)}</td>"
        + "".join(f'<td class="n">{value:.3f}</td>' for value in (precision, recall, f1))
        + f'<td class="n">{count}</td></tr>'
        for name, (precision, recall, f1, count) in sorted(
            found.labels.items(), key=lambda pair: pair[1][2]
        )
    ]
    heads = ("label", "#precision", "#recall", "#F1", "#expected")
    return _table("By label, the hardest first", heads, rows)


def _mistakes(found: Evaluation) -> str:
    if not found.mistakes:
        return ""
    rows = [
        f"<tr><td>{html.escape(m.text)}</td><td>{html.escape(m.expected) or '–'}</td>"
        f'<td>{html.escape(m.given) or "–"}</td><td class="n">{m.confidence:.2f}</td></tr>'
        for m in found.mistakes
    ]
    heads = ("sentence", "expected", "given", f"#{html.escape(found.weight)}")
    return _table("The worst mistakes", heads, rows)
