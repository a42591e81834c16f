"""Micro charts in table cells, as SVG text: a dozen numbers need no renderer. Each repeats a number beside it."""

from collections.abc import Sequence

SLIP_SCALE = (-8, 40)
"""Working days at the left and right end of every slip bar, so that all rows share one scale."""


def sparkline(values: Sequence[int], *, width: int = 76, height: int = 16) -> str:
    """Draw counts over time; nothing for fewer than two."""
    if len(values) < 2:
        return ""
    top, last = max([*values, 4]), len(values) - 1
    points = [
        (round(2 + at * (width - 5) / last, 1), round(height - 2 - value * (height - 4) / top, 1))
        for at, value in enumerate(values)
    ]
    path = " ".join(f"{x},{y}" for x, y in points)
    x, y = points[-1]
    label = f"{len(values)} weeks: from {values[0]} to {values[-1]}, highest {max(values)}"
    return (
        f'<svg class="micro spark" role="img" aria-label="{label}" width="{width}" height="{height}">'
        f'<polyline class="line" points="{path}"/><circle class="dot" cx="{x}" cy="{y}" r="2"/></svg>'
    )


def slip_bar(days: int, *, late: bool, width: int = 84) -> str:
    """Draw working days late (right of the axis) or early (left); red if it is `late`."""
    low, high = SLIP_SCALE
    px = width / (high - low)
    zero, end = -low * px, (max(low, min(days, high)) - low) * px
    kind = "late" if late else "bar"
    return (
        f'<svg class="micro" aria-hidden="true" width="{width}" height="14">'
        f'<rect class="{kind}" x="{min(zero, end):.1f}" y="4" width="{max(abs(end - zero), 0.01):.1f}" height="6"/>'
        f'<line class="axis" x1="{zero:.1f}" x2="{zero:.1f}" y1="0" y2="14"/></svg>'
    )


def bullet(actual: float, planned: float, *, width: int = 64) -> str:
    """Draw actual as a bar and planned as the tick, on a rail of 125% of plan."""
    px = width / (planned * 1.25)
    return (
        f'<svg class="micro opt" aria-hidden="true" width="{width}" height="12">'
        f'<rect class="rail" y="2" width="{width}" height="8"/>'
        f'<rect class="bar" y="4" width="{min(actual * px, width):.1f}" height="4"/>'
        f'<line class="tick" x1="{planned * px:.1f}" x2="{planned * px:.1f}" y1="0" y2="12"/></svg>'
    )


def share_bar(share: float, *, width: int = 40) -> str:
    """Draw a share between 0 and 1."""
    return (
        f'<svg class="micro opt" aria-hidden="true" width="{width}" height="8"><rect class="rail" width="{width}"'
        f' height="8"/><rect class="bar" width="{share * width:.1f}" height="8"/></svg>'
    )
