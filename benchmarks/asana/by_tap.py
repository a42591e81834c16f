"""tap-asana from the index: `python -m benchmarks.asana.by_tap TAP URL AUTHORITY`; what it prints is counted.

It knows no address but that of Asana itself: in its environment that name leads to the site.
"""

import json
import os
import shutil
import sys
import sysconfig
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.reading.singer import counted, trust

NAMES = {"projects": "project", "tasks": "task", "subtasks": "task", "users": "person"}


def main() -> None:
    tap, url, authority = sys.argv[1:4]
    trust(authority)
    _lead(Path(sysconfig.get_path("purelib")))
    os.environ["BENCH_PORT"] = str(urlsplit(url).port)
    login = {"client_id": "bench", "client_secret": "bench", "redirect_uri": "https://localhost/"}
    config = {**login, "refresh_token": os.environ["BENCH_TOKEN"], "start_date": "2000-01-01T00:00:00Z"}
    print(json.dumps(counted(tap, config, NAMES)))


def _lead(packages: Path) -> None:
    """Let every interpreter of this environment know where the host is."""
    shutil.copy(Path(__file__).with_name("leading.py"), packages / "bench_leading.py")
    (packages / "bench_leading.pth").write_text("import bench_leading\n")


if __name__ == "__main__":
    main()
