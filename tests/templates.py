"""A store of today's layout, copied from one that was migrated once in this process: migrating takes half a second."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from sqlalchemy import Engine

from canonical.database import open_engine
from canonical.migrations import upgrade


def set_up_store(engine: Engine) -> None:
    """Bring an empty store to the layout, as the first command does."""
    file = engine.url.database
    if engine.dialect.name == "sqlite" and file and not Path(file).exists():
        shutil.copy(migrated(), file)
    else:
        upgrade(engine)


@cache
def migrated() -> Path:
    """Give an empty store in a file, of today's layout."""
    folder = tempfile.mkdtemp(prefix="pmohub-template-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file = Path(folder, "pmohub.db")
    engine = open_engine(f"sqlite:///{file}")
    upgrade(engine)
    engine.dispose()
    return file
