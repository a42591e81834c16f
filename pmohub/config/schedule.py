"""How times are written in the configuration: schedules as crontabs, quiet hours, blackouts."""

import re
from datetime import time
from typing import Any

from pmohub.config.refusal import refuse
from sync.scheduling.crontab import Crontab, CrontabError
from sync.scheduling.quiet import Hours

REMEDY = 'Write five fields, such as "*/15 * * * *" or "0 6-20 * * mon-fri".'
HOURS = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]?\d|2[0-3]):([0-5]\d)")


def read_schedule(value: Any) -> Any:
    """Read a crontab.

    Raises:
        PydanticCustomError: cron would not take it; the message says which field is wrong.
    """
    if not isinstance(value, str):
        return value
    try:
        return Crontab.parse(value)
    except CrontabError as error:
        refuse(str(error), REMEDY)


def read_hours(value: Any) -> Any:
    """Read hours of the day, such as "18:00-08:00".

    Raises:
        PydanticCustomError: it is not two different times of the day.
    """
    if not isinstance(value, str):
        return value
    found = HOURS.fullmatch(value.strip())
    if found is None:
        refuse(f"“{value}” are no hours of the day.", 'Write two times of the day, such as "18:00-08:00".')
    start, end = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    if start == end:
        refuse("The quiet hours end when they begin.", "Write two different times, or leave the line out.")
    return Hours(start, end)
