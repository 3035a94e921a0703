"""Plots as SVG. The same figures give the same bytes."""

from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from benchmarks.goals import Run
from benchmarks.matching import Matching
from benchmarks.service import OverHttp

# Okabe and Ito's colours, which colour-blind readers can tell apart; ours is the strong blue.
_COLOURS = ("#0072B2", "#999999", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#000000")

_STYLE = {
    "svg.hashsalt": "forewarn",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e5e5e5",
    "axes.axisbelow": True,
}


def draw(run: Run, folder: Path) -> list[Path]:
    with mpl.rc_context(_STYLE):
        return [
            _save(_matching(run.matching), folder / "matching.svg"),
            _save(_latency(run.over_http), folder / "latency.svg"),
            _save(_throughput(run.over_http), folder / "throughput.svg"),
        ]


def _save(figure: Figure, path: Path) -> Path:
    figure.savefig(path, metadata={"Date": None, "Creator": None})
    return path


def _figure(height: float) -> tuple[Figure, Any]:
    figure = Figure(figsize=(7.5, height), layout="constrained", facecolor="white")
    return figure, figure.subplots()


def _matching(matching: Matching) -> Figure:
    figure, axes = _figure(4.2)
    for curve, colour in zip(matching.curves, _COLOURS, strict=False):
        sizes = list(curve.seconds)
        costs = [curve.seconds[size] * 1e6 for size in sizes]
        axes.loglog(
            sizes, costs, marker="o", color=colour, label=curve.name, linewidth=2.5 if colour == _COLOURS[0] else 1.5
        )
    axes.set_title("Matching one withdrawal", loc="left")
    axes.set_xlabel("rules of the region")
    axes.set_ylabel("microseconds")
    figure.legend(loc="outside right upper", frameon=False)
    return figure


_PERCENTS = (0.0, 50.0, 75.0, 90.0, 95.0, 99.0, 99.5, 99.9)


def _latency(http: OverHttp) -> Figure:
    """Percentiles by how rare a slower request is: each step to the right is ten times rarer."""
    figure, axes = _figure(4.2)
    for figures, colour in zip(http.figures, _COLOURS, strict=False):
        # A percentile needs ten answers beyond it, or it is chance.
        shown = [percent for percent in _PERCENTS if figures.answers * (1 - percent / 100) >= 10]
        axes.loglog(
            [1 / (1 - percent / 100) for percent in shown],
            [figures.percentile(percent) * 1e6 for percent in shown],
            marker="o", markersize=4, color=colour, label=f"{figures.name}, {0.4 * figures.rate:,.0f}/s",
        )  # fmt: skip
    ticks = (50.0, 90.0, 99.0, 99.9)
    axes.set_xticks([1 / (1 - percent / 100) for percent in ticks], [f"{percent:g}%" for percent in ticks], minor=False)
    axes.minorticks_off()
    axes.set_title("Latency at 40% of each one's saturation, from when a request was due", loc="left")
    axes.set_xlabel("share of requests that were as fast")
    axes.set_ylabel("microseconds")
    axes.legend(frameon=False, loc="upper right", bbox_to_anchor=(0.92, 1.0))
    return figure


def _throughput(http: OverHttp) -> Figure:
    figure, axes = _figure(2.8)
    shown = list(reversed(http.figures))
    colours = [_COLOURS[0] if figures is http.figures[0] else "#b5b5b5" for figures in shown]
    bars = axes.barh([figures.name for figures in shown], [figures.rate for figures in shown], color=colours)
    axes.bar_label(bars, [f"{figures.rate:,.0f}" for figures in shown], padding=4)
    axes.set_title(f"Requests a second, one worker, {http.rules:,} rules", loc="left")
    axes.grid(visible=False, axis="y")
    axes.margins(x=0.12)
    return figure
