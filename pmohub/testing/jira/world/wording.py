"""What the sample company's issues say."""

SOFTWARE_WORDING = {
    "s": ("Show the {0} to the customer", "Let shops change the {0}", "Answer within a second: {0}", "Offer the {0}"),
    "t": ("Design the {0}", "Test the {0}", "Document the {0}", "Agree the {0} with operations", "Release the {0}"),
    "u": ("Draft for {0}", "Checklist for {0}", "Review of {0}", "Data for {0}"),
    "b": (
        "{0} shows the wrong total",
        "{0} fails with an umlaut",
        "{0} is slow on Monday mornings",
        "{0}: typo in mail",
    ),
    "m": ("{0} accepted", "{0} live", "{0} handed over"),
    "E": ("Renew the {0}", "Replace the {0}", "Extend the {0}"),
    "I": ("{0}: next year",),
}
LEGAL_WORDING = {
    "s": ("Advise sales on the {0}", "Negotiate the {0}", "Review the {0}", "Renew the {0}"),
    "t": ("Read the {0}", "File the {0}", "Remind the other side of the {0}", "Check the {0} against the register"),
    "u": ("Redline of {0}", "Second reading of {0}", "Translation of {0}"),
    "b": ("Wrong annex in the {0}", "{0} cites the old address"),
    "m": ("{0} signed", "{0} filed with the authority"),
    "E": ("All about the {0}", "New template: {0}"),
    "I": ("{0}: company-wide",),
}
DESCRIPTIONS = (
    "Ask the team in Kiel first.\nThey know the old system.",
    "Done when two shops have used it for a week without a call.",
    "See the minutes of the last steering group.",
    "The supplier promised an answer by the end of the month; “promised” is their word – we wait.",
    "Depends on the décision from Paris, and on Łukasz's review.",
)
LABELS = ("approval", "customer", "security", "quick-win", "audit", "kiel", "q4")
NOTES = ("Call with the supplier", "Implementation", "Review", "Meeting", None, "Tests", None, "Correspondence")
OBJECTIVES = ("Settle card payments the same day for all shops by summer.", "Half of all requests need no call.", "tbd")


def summary(letter: str, topic: str, draw: int, place: int, *, legal: bool) -> str:
    """Give an issue's title."""
    offered = (LEGAL_WORDING if legal else SOFTWARE_WORDING)[letter]
    text = offered[draw % len(offered)].format(topic)
    return f"{text[0].upper()}{text[1:]} ({place + 1})"
