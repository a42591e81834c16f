"""What `~` finds: all the words, in any order and any case; `word*` their beginnings; `\"a phrase\"` words in a row.

Source: Atlassian, "Search for issues using the text field". Jira also stems English words and ranks hits; neither is
done here.
"""

import re
from collections.abc import Callable, Iterable

_WORDS = re.compile(r"\w+(?:['.]\w+)*")
_SOUGHT = re.compile(r'"([^"]*)"|(\S+)')


def finder(sought: str) -> Callable[[Iterable[str]], bool]:
    """Make the test whether texts hold what is sought; the words may be spread over several texts of one issue."""
    patterns = [
        re.compile(rf"(?<!\w){_pattern(phrase or word, is_phrase=bool(phrase))}(?!\w)", re.IGNORECASE)
        for phrase, word in _SOUGHT.findall(sought)
        if phrase or _WORDS.search(word)
    ]

    def found(texts: Iterable[str]) -> bool:
        whole = "\n".join(texts)
        return bool(patterns) and all(each.search(whole) for each in patterns)

    return found


def _pattern(text: str, *, is_phrase: bool) -> str:
    if is_phrase:
        return r"\W+".join(map(re.escape, _WORDS.findall(text)))
    pieces = re.split(r"([*?])", text.strip("+\\()[]{}^~"))
    return "".join({"*": r"\w*", "?": r"\w"}.get(each, re.escape(each)) for each in pieces)
