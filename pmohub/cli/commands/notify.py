"""`pmohub notify`: tell people what is new, or see what they would be told."""

from typing import TYPE_CHECKING, Annotated

import typer

from pmohub.cli import exits
from pmohub.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption
from pmohub.cli.output import Output, count

if TYPE_CHECKING:
    from pmohub.notices.telling import Due


def notify(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show every message, and send none.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> int:
    """Send the notices that are due: a digest a day at most, to whom [notifications] names. `pmohub serve` does so
    after each run.

    Ends with 1 when a message was not taken by the other side.
    """
    from pmohub.cli.session import store_for
    from pmohub.notices.telling import Telling, is_set_up, tell, waiting

    output = Output.standard()
    with store_for(config, output.err, strict=True) as hub:
        done = Telling(waiting(hub)) if dry_run else tell(hub)
        anybody = is_set_up(hub)
    if as_json:
        output.out.json([_document(due) for due in done.sent])
    elif not anybody:
        output.out.line("Nobody is told anything: there is no [notifications] in the configuration.")
    else:
        _show(output, done.sent, dry_run=dry_run)
    for problem in done.problems:
        output.err.problem(problem)
    return exits.FINDINGS if done.problems else exits.DONE


def _show(output: Output, sent: "list[Due]", *, dry_run: bool) -> None:
    out = output.out
    for due in sent:
        out.line((f"To {due.recipient.name}: {due.notice.subject}", "head"))
        if dry_run:
            out.verbatim(due.notice.text)
    messages = count(len(sent), "message")
    out.line(f"{messages} would be sent." if dry_run else f"{messages} sent.")
    out.next(*(("pmohub notify",) if dry_run and sent else ("pmohub deviations --new", "pmohub status")))


def _document(due: "Due") -> dict[str, object]:
    return {"to": due.recipient.name, "subject": due.notice.subject, "text": due.notice.text}
