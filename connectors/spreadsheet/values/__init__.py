"""A small grammar for what people type into cells: exact forms only, an ambiguous one is refused, never guessed."""
