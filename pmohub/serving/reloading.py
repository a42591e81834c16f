"""A configuration that is read anew while jobs are at work."""

from canonical.logs import logger
from canonical.problems import ConfigurationError
from pmohub.composition import Hub
from pmohub.config import load
from pmohub.serving.ending import tell

log = logger()


def reloaded(hub: Hub) -> Hub | None:
    """Give a hub by what the configuration's file holds now, on the same store; None where that is wrong, and told."""
    old = hub.configuration
    try:
        new = load(old.path)
    except ConfigurationError as error:
        tell(error.problems, "the new configuration is refused, the old one goes on")
        return None
    made = Hub(new, hub.scratch)
    made.__dict__["engine"] = hub.engine
    log.info("configuration reloaded", config=new.version, connectors=len(new.connectors))
    later = [name for name in ("workers", "address") if getattr(new.serve, name) != getattr(old.serve, name)]
    later += [name for name in ("log",) if new.log != old.log]
    later += ["database"] if new.hub.database != old.hub.database else []
    if later:
        log.warning("some of it counts after a restart only", keys=later)
    return made
