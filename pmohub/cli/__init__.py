"""The command line: `pmohub`."""

import os
import sys
from collections.abc import Sequence

from pmohub.cli.failures import told


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command that was typed and exit with its code; whatever goes wrong is told in words."""
    from pmohub.cli.app import build

    try:
        code = build()(arguments, prog_name="pmohub", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of a pipe has gone (`| head`): nothing is left to say, also not by the interpreter's own flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  # the one border where every failure becomes words
        code = told(error)
    sys.exit(code if isinstance(code, int) else 0)
