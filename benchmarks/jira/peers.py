"""What people use today to read Jira."""

from benchmarks.reading.peers import Peer

PEERS = (
    Peer("the plain loop with jira", "jira==3.10.5", "benchmarks.jira.plain"),
    Peer(
        "tap-jira",
        "tap-jira==2.6.0",
        "benchmarks.jira.by_tap",
        script="tap-jira",
        partial="all changes of an issue but the last 40",
    ),
    Peer(
        "dlt",
        "dlt==1.31.0",
        "benchmarks.jira.by_dlt",
        partial="all changes of an issue but the last 40, all worklogs but 20",
    ),
)
