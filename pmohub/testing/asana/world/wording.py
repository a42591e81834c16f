"""What tasks are called and what people write into them."""

from pmohub.testing.sandbox.chance import pick

VERBS = ("Draft", "Review", "Order", "Translate", "Approve", "Plan", "Test", "Print", "Book", "Update")
PARTS = ("Ask for offers", "Compare offers", "Write the text", "Get pictures", "Proofread", "Send to print", "Sign off")
NOTES = (
    "As agreed with sales.",
    "The agency has the files.",
    "Waits for the numbers of last quarter.",
    "See the notes of the last meeting.",
)
COMMENTS = ("Done from my side.", "Who decides this?", "Moved by a week.", "The supplier called back.", "Looks good.")
REPORTS = {
    "on_track": "All milestones of the month are met.",
    "at_risk": "Two suppliers are late; we look for a third one.",
    "off_track": "The date cannot be kept; a new plan comes next week.",
    "on_hold": "Waits for the budget decision.",
    "complete": "Finished and handed over.",
}
TITLES = {
    "on_track": "On track", "at_risk": "At risk", "off_track": "Off track", "on_hold": "On hold",
    "complete": "Complete",
}  # fmt: skip


def name_of(letter: str, topic: str, draw: int, place: int) -> str:
    """Name a task by its kind, its topic and its place."""
    if letter == "m":
        return f"{topic.capitalize()} ready ({place})"
    if letter == "a":
        return f"Approval: {topic} ({place})"
    if letter == "t":
        return f"{pick(VERBS, draw)} {topic} ({place})"
    return f"{pick(PARTS, draw)}: {topic} ({place})"
