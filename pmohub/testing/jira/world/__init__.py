"""What a Jira site holds and what its people do to it: pure, without HTTP, the same for the same seed."""
