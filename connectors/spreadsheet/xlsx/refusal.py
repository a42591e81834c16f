"""Why a workbook, or a change of one of its cells, is left alone: a closed list of reasons, each told in words."""

from enum import StrEnum


class Reason(StrEnum):
    """Why nothing was done. The first group concerns the whole file, the second one cell."""

    NOT_A_WORKBOOK = "not_a_workbook"
    READ_ONLY_FORMAT = "read_only_format"
    ENCRYPTED = "encrypted"
    SIGNED = "signed"
    DAMAGED = "damaged"
    TOO_LARGE = "too_large"
    DUPLICATE_NAMES = "duplicate_names"
    UNUSUAL_ARCHIVE = "unusual_archive"
    NOT_UTF8 = "not_utf8"
    DOCTYPE = "doctype"
    OPEN_ELSEWHERE = "open_elsewhere"
    CHANGED_MEANWHILE = "changed_meanwhile"
    OVERTOOK = "overtook"
    NOT_WRITABLE = "not_writable"
    OUT_OF_REACH = "out_of_reach"
    UNSURE = "unsure"

    NO_SUCH_SHEET = "no_such_sheet"
    NO_SUCH_CELL = "no_such_cell"
    FORMULA = "formula"
    ARRAY = "array"
    TABLE_HEADER = "table_header"
    TABLE_TOTALS = "table_totals"
    MERGED = "merged"
    LOCKED = "locked"
    VALIDATION = "validation"
    RICH_DATA = "rich_data"
    PIVOT = "pivot"
    EXTERNAL_DATA = "external_data"
    NO_FITTING_FORMAT = "no_fitting_format"
    UNREPRESENTABLE = "unrepresentable"
    LOOKS_LIKE_FORMULA = "looks_like_formula"


class RefusedError(Exception):
    """Raised with the reason and its words, which fit behind "left alone, because"."""

    def __init__(self, reason: Reason, words: str) -> None:
        super().__init__(words)
        self.reason = reason
        self.words = words
