"""Why something was not sent, in words."""


class RefusedError(Exception):
    """Nothing was sent; the text is the reason. `later`: the reason passes by itself."""

    def __init__(self, words: str, *, later: bool = False) -> None:
        super().__init__(words)
        self.words = words
        self.later = later
