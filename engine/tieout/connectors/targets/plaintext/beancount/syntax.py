"""The tokens of Beancount's language that we read and write.

Written from the language's own reference (Beancount Language Syntax, version 3) and checked against
``bean-check`` in the tests; Beancount itself is GPL and is never imported at run time.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

STRING = r'"(?:[^"\\]|\\.)*"'
#: A component begins with a capital (a digit too, after the first) or a letter outside ASCII.
ACCOUNT = (
    r"(?:[A-Z]|[^\x00-\x7f])(?:[A-Za-z0-9\-]|[^\x00-\x7f])*"
    r"(?::(?:[A-Z0-9]|[^\x00-\x7f])(?:[A-Za-z0-9\-]|[^\x00-\x7f])*)+"
)
CURRENCY = r"[A-Z](?:[A-Z0-9'._\-]*[A-Z0-9])?"
DATE = r"\d{4}[-/]\d{1,2}[-/]\d{1,2}"
FLAG = r"(?:[*!&#?%]|'?[A-Z])"

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "b": "\b"}
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d*)?|\.\d+")
_TOKEN = re.compile(r"\s*(?:(\d[\d,]*(?:\.\d*)?|\.\d+)|([-+*/()]))")


def quote(text: str) -> str:
    """A Beancount string on one line; ``unquote`` gives the text back."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\t", "\\t") + '"'


def unquote(token: str) -> str:
    """The text of a string token, quotes included in ``token``."""
    inner = token[1:-1]
    return _ESCAPE.sub(lambda m: _ESCAPES.get(m[1], m[1]), inner) if "\\" in inner else inner


def iso(date: str) -> str:
    """``2026/1/5`` → ``2026-01-05``."""
    if len(date) == 10 and date[4] == date[7] == "-":
        return date
    year, month, day = re.split("[-/]", date)
    return f"{year}-{int(month):02}-{int(day):02}"


def number(expression: str) -> Decimal:
    """The value of a number or an arithmetic expression, exact but for division (28 digits).

    Raises ValueError on anything else.
    """
    if _NUMBER.fullmatch(expression):
        return Decimal(expression.replace(",", ""))
    tokens = _tokens(expression)
    try:
        value = _sum(tokens)
    except (IndexError, InvalidOperation, ArithmeticError) as error:
        raise ValueError(f"{expression!r} is not a number") from error
    if tokens:
        raise ValueError(f"{expression!r} is not a number")
    return value


def _tokens(expression: str) -> list[str]:
    """The tokens of an expression, last first, so that reading is popping."""
    tokens, at = [], 0
    expression = expression.rstrip()
    while at < len(expression):
        match = _TOKEN.match(expression, at)
        if not match:
            raise ValueError(f"{expression!r} is not a number")
        tokens.append(match[1] or match[2])
        at = match.end()
    if len(tokens) > 200:
        raise ValueError("the expression is too long")
    return tokens[::-1]


def _sum(tokens: list[str]) -> Decimal:
    value = _product(tokens)
    while tokens and tokens[-1] in "+-":
        operator, operand = tokens.pop(), _product(tokens)
        value = value + operand if operator == "+" else value - operand
    return value


def _product(tokens: list[str]) -> Decimal:
    value = _factor(tokens)
    while tokens and tokens[-1] in "*/":
        operator, operand = tokens.pop(), _factor(tokens)
        value = value * operand if operator == "*" else value / operand
    return value


def _factor(tokens: list[str]) -> Decimal:
    token = tokens.pop()
    if token == "(":
        value = _sum(tokens)
        if tokens.pop() != ")":
            raise ValueError("a parenthesis is missing")
        return value
    if token in "+-":
        value = _factor(tokens)
        return -value if token == "-" else value
    if token in "*/)":
        raise ValueError(f"{token!r} stands where a number should")
    return Decimal(token.replace(",", ""))
