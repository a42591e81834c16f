"""The site in Jira's JSON: as Cloud (REST v3, v2) and Data Center (REST v2) give it to one account."""
