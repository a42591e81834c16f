"""The exit codes of every command, for scripts that call them."""

DONE = 0
FINDINGS = 1
CONFIGURATION = 2
TOOL_FAILED = 3
LIMIT = 4
INTERRUPTED = 130
