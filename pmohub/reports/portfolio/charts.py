"""The two figures with axes: effort by department and open deviations by week."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from pmohub.reports.portfolio.facts import SEVERITIES, Facts
from pmohub.reports.portfolio.findings import effort_by_department, percent
from pmohub.reports.theme import colour, render_figure
from pmohub.reports.words import number, week

WIDE, NARROW = 500, 340
TONES = {"critical": "red-fill", "major": "mark", "minor": "mark-2", "info": "mark-3"}


def inline(rows: Sequence[Mapping[str, object]]) -> Any:
    """Begin a chart whose data stand in it."""
    return alt.Chart(alt.InlineData(values=list(rows)))


def effort(facts: Facts) -> str:
    """Draw actual hours as a bar, planned to date as a wide bar and a tick; nothing without a plan."""
    rows = [
        {
            "department": facts.department_names.get(each, "No department"),
            "actual": actual,
            "planned": planned,
            "label": f"{number(actual)} h, {percent(actual / planned)}",
        }
        for each, (actual, planned) in effort_by_department(facts.projects).items()
        if planned
    ]
    if not rows:
        return ""
    most = max(max(sums) for sums in effort_by_department(facts.projects).values())

    def at(width: int) -> Any:
        base = inline(rows)
        names = [str(row["department"]) for row in rows]
        axis = alt.Axis(title=None, grid=False, labelColor=colour("ink"), labelFontSize=12.5)
        y = alt.Y("department:N", sort=names, axis=axis)
        shown = alt.Axis(title=None, tickCount=3, labelExpr="format(datum.value, ',') + (datum.value ? '' : ' h')")
        x = alt.X("planned:Q", scale=alt.Scale(domain=[0, most * (1.55 if width < WIDE else 1.4)]), axis=shown)
        edge = base.transform_calculate(edge="max(datum.planned, datum.actual)")
        layers = (
            base.mark_bar(color=colour("mark-4"), size=18).encode(x=x, y=y),
            base.mark_bar(color=colour("mark"), size=7).encode(x="actual:Q", y=y),
            base.mark_tick(color=colour("ink"), thickness=2, size=22).encode(x=x, y=y),
            edge.mark_text(align="left", dx=7, baseline="middle").encode(x="edge:Q", y=y, text="label:N"),
        )
        return alt.layer(*layers).properties(width=width - 110, height=34 * len(rows) + 10)

    told = "; ".join(f"{row['department']}: {row['label']} against plan" for row in rows)
    return render_figure(at, wide=WIDE, narrow=NARROW, title="Effort by department against plan", desc=f"{told}.")


def deviations(facts: Facts) -> str:
    """Draw open deviations at each week's end by severity, worst at the base; nothing for fewer than two weeks."""
    if len(facts.weeks) < 2:
        return ""
    names = [week(one.monday) for one in facts.weeks]
    rows = [
        {"week": name, "severity": severity, "open": one.open_by_severity.get(severity, 0), "rank": rank}
        for name, one in zip(names, facts.weeks, strict=True)
        for rank, severity in enumerate(reversed(SEVERITIES))
    ]
    ends, base = [], 0.0
    for severity in reversed(SEVERITIES):
        count = facts.weeks[-1].open_by_severity.get(severity, 0)
        tone = "red" if severity == "critical" else "ink-2"
        ends.append({"week": names[-1], "y": base + count / 2, "label": f"{count} {severity}", "tone": tone})
        base += count

    def at(width: int) -> Any:
        x = alt.X("week:O", sort=names, axis=alt.Axis(title=None), scale=alt.Scale(paddingInner=0.25))
        scale = alt.Scale(domain=list(TONES), range=[colour(tone) for tone in TONES.values()])
        bars = (
            inline(rows)
            .mark_bar()
            .encode(
                x=x,
                y=alt.Y("open:Q", stack="zero", axis=alt.Axis(title=None, tickMinStep=1)),
                color=alt.Color("severity:N", legend=None, scale=scale),
                order=alt.Order("rank:Q"),
            )
        )
        tones = alt.Scale(domain=["red", "ink-2"], range=[colour("red"), colour("ink-2")])
        text = (
            inline([end for end in ends if not str(end["label"]).startswith("0 ")])
            .mark_text(align="left", dx=(width - 96) / (2 * len(names)) + 5, baseline="middle")
            .encode(x=x, y="y:Q", text="label:N", color=alt.Color("tone:N", legend=None, scale=tones))
        )
        layered = alt.layer(bars, text).resolve_scale(color="independent")
        return layered.properties(width=width - 96, height=160)

    totals = [sum(one.open_by_severity.values()) for one in facts.weeks]
    told = "; ".join(f"{name}: {total} open" for name, total in zip(names, totals, strict=True))
    return render_figure(at, wide=WIDE, narrow=NARROW, title="Open deviations by week and severity", desc=f"{told}.")
