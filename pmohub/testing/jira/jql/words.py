"""JQL's reserved words and characters.

Source: Atlassian, "Use advanced search with Jira Query Language (JQL)", reserved characters and reserved words; the
grammar's own words (`was`, `changed`, `during`) are reserved as well.
"""

RESERVED_CHARACTERS = frozenset("+.,;?|*/%^$#@[]{}`")

GRAMMAR = frozenset({
    "and", "or", "not", "in", "is", "cf", "empty", "null", "order", "by", "was", "changed", "after", "before", "on",
    "during", "from", "to",
})  # fmt: skip

_OTHERS = """
abort access add alias all alter any as asc audit avg begin between boolean break byte catch char character check
checkpoint collate collation column commit connect continue count create current date decimal declare decrement
default defaults define delete delimiter desc difference distinct divide do double drop else encoding end equals
escape exclusive exec execute exists explain false fetch file field first float for function go goto grant greater
group having identified if immediate increment index initial inner inout input insert int integer intersect
intersection into isempty isnull join last left less like limit lock long max min minus mode modify modulo more
multiply next noaudit notin nowait number object of option outer output power previous prior privileges public raise
raw remainder rename resource return returns revoke right row rowid rownum rows select session set share size sqrt
start strict string subtract sum synonym table then trans transaction trigger true uid union unique update user
validate values view when whenever where while with
"""
RESERVED_WORDS = GRAMMAR | frozenset(_OTHERS.split())
