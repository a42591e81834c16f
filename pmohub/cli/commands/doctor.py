"""`pmohub doctor`: how the hub itself is."""

from pmohub.cli import exits
from pmohub.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption
from pmohub.cli.output import Column, Output, State


def doctor(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> int:
    """Look at the hub itself: store, disk, clock, what is late, what waits for a person. Asks no tool, changes nothing.

    Ends with 1 when somebody must mend something. `pmohub check` tries the configuration and the tools.
    """
    from dataclasses import asdict

    from pmohub.cli.session import hub_for
    from pmohub.clock import now
    from pmohub.doctor import examine, is_well

    output = Output.standard()
    with hub_for(config, []) as (hub, _):
        found = list(examine(hub, now()))
        hub.engine.dispose()
    if as_json:
        output.out.json([asdict(one) for one in found])
        return exits.DONE if is_well(found) else exits.FINDINGS
    rows = [(one.title, State("bad", "look") if one.problems else State("ok", "well"), one.found) for one in found]
    output.out.table((Column("What"), Column("State"), Column("Found")), rows)
    for one in found:
        for problem in one.problems:
            output.out.line()
            output.out.problem(problem)
    output.out.next("pmohub check", "pmohub status")
    return exits.DONE if is_well(found) else exits.FINDINGS
