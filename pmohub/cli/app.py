"""The commands by name. Each is imported when it is typed; `pmohub --help` imports none of what they need."""

import sys

import typer

from pmohub.cli.commands import (
    check,
    connector,
    db,
    demo,
    deviations,
    discover,
    doctor,
    exceptions,
    export,
    identity,
    init,
    notify,
    quarantine,
    report,
    rules,
    runs,
    sandbox,
    serve,
    status,
    sync,
    worker,
    writeback,
)

START, WORK, DATA = "Setting up", "Daily work", "Looking closer"


def build() -> typer.Typer:
    """Make the application: framed help for a person, plain help for a pipe."""
    person = sys.stdout.isatty()
    app = typer.Typer(
        name="pmohub",
        help="One portfolio out of every department's own tool: read, checked against your standards, and written "
        "back with approval.",
        epilog="A first time? Type: pmohub demo",
        no_args_is_help=True,
        rich_markup_mode="rich" if person else None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_main)
    app.command("demo", rich_help_panel=START)(demo.demo)
    app.command("init", rich_help_panel=START)(init.init)
    app.command("check", rich_help_panel=START)(check.check)
    app.command("discover", rich_help_panel=START)(discover.discover)
    app.command("sync", rich_help_panel=WORK)(sync.sync)
    app.command("deviations", rich_help_panel=WORK)(deviations.deviations)
    app.command("waive", rich_help_panel=WORK)(exceptions.waive)
    app.command("dismiss", rich_help_panel=WORK)(exceptions.dismiss)
    app.command("status", rich_help_panel=WORK)(status.status)
    app.command("notify", rich_help_panel=WORK)(notify.notify)
    app.command("report", rich_help_panel=WORK)(report.report)
    app.command("serve", rich_help_panel=WORK)(serve.serve)
    app.command("worker", rich_help_panel=WORK)(worker.worker)
    app.add_typer(writeback.app, name="writeback", rich_help_panel=WORK)
    app.add_typer(rules.app, name="rules", rich_help_panel=DATA)
    app.add_typer(runs.app, name="runs", rich_help_panel=DATA)
    app.add_typer(connector.app, name="connector", rich_help_panel=DATA)
    app.command("quarantine", rich_help_panel=DATA)(quarantine.quarantine)
    app.add_typer(identity.links, name="links", rich_help_panel=DATA)
    app.add_typer(identity.people, name="people", rich_help_panel=DATA)
    app.command("doctor", rich_help_panel=DATA)(doctor.doctor)
    app.add_typer(sandbox.app, name="sandbox", rich_help_panel=DATA)
    app.add_typer(db.app, name="db", rich_help_panel=DATA)
    app.command("export", rich_help_panel=DATA)(export.export)
    return app


def _version(wanted: bool) -> None:  # how Typer calls it
    if wanted:
        from importlib.metadata import version

        typer.echo(f"pmohub {version('pmohub')}")
        raise typer.Exit


def _main(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    """Read every department's tool, check it against the standards, write the template fields back with approval."""
