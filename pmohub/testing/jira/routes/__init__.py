"""What the site answers over HTTP, held to Atlassian's published documents of its REST APIs."""
