"""The application: configuration, composition, command line, reports, and what third parties import."""
