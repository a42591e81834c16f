"""What people use today to read Asana."""

from benchmarks.reading.peers import Peer

PEERS = (
    Peer(
        "the plain loop with asana",
        "asana==5.4.0",
        "benchmarks.asana.plain",
        partial="status updates, allocations, leave",
    ),
    Peer(
        "tap-asana",
        "tap-asana==2.5.1",
        "benchmarks.asana.by_tap",
        script="tap-asana",
        partial="time entries, which section a task is in, status updates, allocations, leave",
    ),
)
