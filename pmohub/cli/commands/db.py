"""`pmohub db`: look after the store."""

from pathlib import Path
from typing import Annotated

import typer

from canonical.problems import Weight
from pmohub.cli import exits
from pmohub.cli.options import DEFAULT_CONFIG, ConfigOption
from pmohub.cli.output import Output, count

app = typer.Typer(no_args_is_help=True, help="Look after the store: upgrade, copy, check, remove what is over.")
KINDS = {
    "history": "changes of fields of projects that ended, and of what is removed below",
    "tombstones": "deleted tasks, entries, dependencies and reports, with what belongs to them",
    "quarantine": "records that nobody could map",
    "runs": "records of runs, and of holds that were let through",
    "notices": "notes of what people were told of deviations that are closed",
}


@app.command()
def upgrade(config: ConfigOption = DEFAULT_CONFIG) -> int:
    """Bring the database to this version's layout. Every command does so by itself; after an update this one tells."""
    from canonical.database import place
    from canonical.migrations import is_current
    from canonical.migrations import upgrade as bring_up
    from pmohub.cli.session import hub_for
    from pmohub.serving.jobs_schema import prepare

    output = Output.standard()
    with hub_for(config, []) as (hub, _):
        current = is_current(hub.engine)
        bring_up(hub.engine)
        current &= not prepare(hub.engine)
        where = place(hub.engine)
        hub.engine.dispose()
    output.out.say("ok", f"The database has the layout of this version{' already' if current else ' now'}: {where}")
    output.out.next("pmohub db check")
    return exits.DONE


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The new file to write; one that is there is never replaced.")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """Copy the whole store while others go on working: SQLite as a file, PostgreSQL by pg_dump."""
    from canonical.upkeep.backup import back_up
    from pmohub.cli.session import store_for

    output = Output.standard()
    with store_for(config, output.err) as hub:
        back_up(hub.engine, file)
        is_file = hub.engine.dialect.name == "sqlite"
    output.out.say("ok", f"The store was copied to {file} ({file.stat().st_size / 1_000_000:,.1f} MB).")
    restore = "stop pmohub and put the copy in the database's place" if is_file else "pg_restore --clean --dbname=…"
    output.out.facts(**{"to restore": f"{restore}. Keep the configuration and your standards beside it."})
    return exits.DONE


@app.command()
def check(config: ConfigOption = DEFAULT_CONFIG) -> int:
    """See whether the store is whole and nothing in it contradicts itself. Changes nothing; ends with 1 if not."""
    from canonical.upkeep.consistency import REFERENCES
    from canonical.upkeep.consistency import check as problems_of
    from canonical.views import VIEWS
    from pmohub.cli.session import store_for

    output = Output.standard()
    with store_for(config, output.err) as hub:
        found = list(problems_of(hub.engine))
    for problem in found:
        output.out.problem(problem)
    if not found:
        looked = f"{len(REFERENCES)} kinds of references and {len(VIEWS)} views were looked at"
        output.out.say("ok", f"The store is whole: {looked}.")
    return exits.FINDINGS if any(problem.weight is Weight.ERROR for problem in found) else exits.DONE


@app.command()
def prune(
    yes: Annotated[bool, typer.Option("--yes", help="Remove it; without, it is only counted.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """Count, and with --yes remove, what is older than [retention] says. Make a backup before."""
    from canonical.store import RunKind
    from canonical.upkeep.retention import Retention, over, remove
    from pmohub.cli.session import store_for
    from pmohub.syncing import holder
    from sync.hub import hub_run
    from sync.runs import Worker

    output = Output.standard()
    with store_for(config, output.err, strict=True) as hub:
        keep = Retention(**hub.configuration.retention.model_dump())
        if yes:
            with hub_run(hub.engine, Worker(holder(), hub.now), RunKind.PURGE, hub.configuration.version) as run:
                found = remove(hub.engine, run.lease, keep, hub.now())
                run.outcomes |= found
        else:
            found = over(hub.engine, keep, hub.now())
    for kind, number in found.items():
        output.out.line(f"{number:>9,}  {KINDS[kind]}")
    total = count(sum(found.values()), "row")
    output.out.line()
    output.out.line(f"{total} removed." if yes else f"{total} would be removed. Nothing was changed.")
    if not yes and any(found.values()):
        output.out.next("pmohub db backup FILE", "pmohub db prune --yes")
    return exits.DONE
