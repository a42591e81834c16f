"""When work is due and when it must wait: crontabs, quiet hours, how a failure delays the next run."""
