"""What an admin asks while setting up: does the configuration fit this Jira, and what is there to map."""
