"""Typed numbers, percentages and money."""

import math
import re
from decimal import Decimal
from functools import lru_cache

from babel.numbers import NumberFormatError, parse_decimal

from connectors.spreadsheet.values.cells import Broken, Cell, Fraction, UnreadableError, as_text

CURRENCIES = {"€": "EUR", "$": "USD", "£": "GBP", "chf": "CHF", "fr.": "CHF", "¥": "JPY", "zł": "PLN", "kč": "CZK"}
"""Signs that name one currency well enough to be stripped; only codes of three letters are taken as the currency."""
CODE = re.compile(r"^(?P<before>[A-Z]{3})\s*(?=[-+(\d])|(?<=[\d)-])\s*(?P<after>[A-Z]{3})$")
SIGNED = re.compile(r"^[-+\u2212\u2013]?\s*\d")
GROUPED = re.compile(r"^[-+]?\d{1,3}([.,'\u2019\u00a0\u202f ]\d{3})+([.,]\d+)?$")
PLAIN = re.compile(r"^[-+]?\d+([.,]\d+)?$")
SPACES = re.compile(r"[\u00a0\u202f\u2009 ]")


def read_number(cell: Cell, locale: str | None) -> Decimal:
    """Read a number as typed. Currency signs, brackets for minus and a sign behind are understood.

    With a locale the text must be written exactly as it writes numbers; without one only what can mean one thing.

    Raises:
        UnreadableError: it is no number, or may be two.
    """
    match cell:
        case bool():
            raise UnreadableError(reason=f"{as_text(cell)} is not a number.", remedy="Type a number.")
        case int():
            return Decimal(cell)
        case float():
            return _exact(cell)
        case Fraction():
            return _exact(cell.number)
        case Broken():
            raise cell.refuse()
        case str():
            return _typed(cell, locale)
        case _:
            raise UnreadableError(reason=f"{as_text(cell)} is a date or a time, not a number.", remedy="Type a number.")


def _exact(number: float) -> Decimal:
    if not math.isfinite(number):
        raise UnreadableError(reason=f"{number} is not a number.", remedy="Type a number.")
    return Decimal(int(number)) if number == int(number) else Decimal(f"{number:.12g}")


@lru_cache(maxsize=4096)
def _typed(written: str, locale: str | None) -> Decimal:
    text, negative = _bare(written)
    number = _by_locale(text, written, locale) if locale else _by_shape(text, written)
    return -number if negative else number


def _bare(written: str) -> tuple[str, bool]:
    text = written.strip().strip("\u00a0")
    negative = False
    if text.startswith("(") and text.endswith(")"):
        text, negative = text[1:-1].strip(), True
    text = CODE.sub("", text).strip()
    for sign in CURRENCIES:
        if text.casefold().startswith(sign):
            text = text[len(sign) :].strip()
        elif text.casefold().endswith(sign):
            text = text[: -len(sign)].strip()
    text = re.sub(r",(?:-|--|\u2013|\u2014)$", "", text)
    text = text.replace("\u2212", "-").replace("\u2013", "-")
    if text.endswith("-"):
        text, negative = text[:-1].strip(), True
    return re.sub(r"^([-+])\s+", r"\1", text), negative


def _by_locale(text: str, written: str, locale: str) -> Decimal:
    try:
        return _strict(text.lstrip("+"), locale)
    except (NumberFormatError, ValueError) as error:
        raise UnreadableError(
            reason=f"{written!r} is not a number as written in {locale}.",
            remedy="Type it as the others, or set `locale`.",
        ) from error


def _strict(text: str, locale: str) -> Decimal:
    if not SIGNED.match(text) or not re.fullmatch(r"[-\d.,'\u2019\u00a0\u202f\u2009 ]+", text):
        raise NumberFormatError(text)
    if PLAIN.match(text) and text.count(",") + text.count(".") == 0:
        return Decimal(text)
    return parse_decimal(text, locale=locale, strict=True)


def _by_shape(text: str, written: str) -> Decimal:
    if PLAIN.match(text):
        if re.fullmatch(r"[-+]?[1-9]\d{0,2}[.,]\d{3}", text):
            whole, cut = re.sub("[.,]", "", text), text.replace(",", ".")
            raise UnreadableError(
                reason=f"{written!r} can be {whole} or {cut}.",
                remedy="Set `locale` for this connector, or type the number plainly.",
            )
        return Decimal(text.replace(",", "."))
    if GROUPED.match(text):
        marks = re.findall(r"[.,'\u2019\u00a0\u202f ]", text)
        last, groups = marks[-1], set(marks[:-1])
        decimals = len(text) - text.rindex(last) - 1
        if last in groups or (decimals == 3 and last in " '\u2019\u00a0\u202f"):
            if len(set(marks)) == 1:
                return Decimal(re.sub(r"[.,'\u2019\u00a0\u202f ]", "", text))
        elif len(groups) == 1:
            head, _, tail = text.rpartition(last)
            return Decimal(re.sub(r"[.,'\u2019\u00a0\u202f ]", "", head) + "." + tail)
    raise UnreadableError(reason=f"{written!r} is not a number.", remedy="Type a number, such as 1234.5.")


def read_percent(cell: Cell, locale: str | None, form: str | None, most: int = 100) -> Decimal:
    """Read a share of a hundred, 0 to `most`. A cell shown as a percentage is taken as shown.

    A bare number strictly between 0 and 1 may be a fraction or less than one percent: it needs `form`, which is
    `percent` or `fraction`.

    Raises:
        UnreadableError: it is no percentage, out of 0 to `most`, or may be two.
    """
    if isinstance(cell, Fraction):
        number = _exact(cell.number) * 100
    elif isinstance(cell, str) and cell.rstrip().endswith("%"):
        number = read_number(cell.rstrip()[:-1], locale)
    else:
        number = read_number(cell, locale)
        if form == "fraction":
            number *= 100
        elif form != "percent" and 0 < number < 1:
            raise UnreadableError(
                reason=f"{as_text(cell)} can be {number * 100:f} % or {number:f} %.",
                remedy='Format the column as a percentage, or set format = "fraction" or "percent" for it.',
            )
    if not 0 <= number <= most:
        raise UnreadableError(
            reason=f"{as_text(cell)} is not between 0 % and {most} %.", remedy=f"Type a percentage from 0 to {most}."
        )
    return round(number, 2)


def currency_of(cell: Cell) -> str | None:
    """Give the code of the currency that a typed amount names, if it does."""
    if not isinstance(cell, str):
        return None
    text = cell.strip()
    if found := CODE.search(text):
        return found["before"] or found["after"]
    return next((code for sign, code in CURRENCIES.items() if sign in text.casefold() and sign not in "$¥"), None)
