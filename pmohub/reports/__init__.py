"""Reports for people who never open the hub: one self-contained file each, every sentence computed."""
