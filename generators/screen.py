"""What is no question: nothing said, too much said, SQL, an order to change data. Each is declined in a sentence."""

import re

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from generators.contract import Declined, Question

LONGEST = 2_000  # characters; the longest question bankers were seen to ask has about 300


def screen(question: Question) -> Declined | None:
    """The reason why this text is not put to a generator, or None. Another language is no reason."""
    text = question.text.strip()
    if not _says_something(text):
        return Declined("There is no question in that message: ask me something about the bank in a sentence.")
    if len(text) > LONGEST:
        return Declined(
            f"That is {len(text):,} characters, and I read at most {LONGEST:,}: please ask again in a few sentences."
        )
    if _is_sql(text):
        return Declined("That is SQL, and I write the SQL myself: tell me in words what you would like to know.")
    if verb := _ordered_change(text, following_up=bool(question.earlier)):
        return Declined(
            f"I only read the bank's data and cannot {verb} anything, so nothing was changed:"
            " ask me what you would like to know instead."
        )
    return None


_NOT_WORDS = re.compile(r"<[@#!][^>]*>|:[a-z0-9_+'-]+:")  # mentions and emoji as Slack writes them


def _says_something(text: str) -> bool:
    return any(character.isalnum() for character in _NOT_WORDS.sub(" ", text))


# ── SQL ──────────────────────────────────────────────────────────────────────────────────────────────────────────
# "Select customers from Leeds" is both English and SQL. One word never decides: from its first keyword on, the text
# must parse as a statement, and it must carry a sign that nobody writes in a sentence.

_FIRST_KEYWORD = re.compile(
    r"\b(?:select|with\s+\w+\s+as\s*\(|insert\s+into|update\s+\w+\s+set|delete\s+from|merge\s+into"
    r"|(?:create|drop|alter|truncate)\s+(?:temp\w*\s+)?(?:table|view|index|schema|database))\b",
    re.IGNORECASE,
)
_STATEMENTS = (exp.Query, exp.DML, exp.Create, exp.Drop, exp.Alter, exp.TruncateTable, exp.Merge)
_CODE_SIGN = re.compile(r";|\w_\w|\w\.\w*[a-z_]|[\"'`]\w+[\"'`]|<>|!=|\*|--", re.IGNORECASE)
_SHOUTED = re.compile(r"\bSELECT\b.+\bFROM\b|\bINSERT INTO\b|\bUPDATE\b.+\bSET\b|\bDELETE FROM\b", re.DOTALL)


def _is_sql(text: str) -> bool:
    text = re.sub(r"```(?:sql)?|`", " ", text)
    first = _FIRST_KEYWORD.search(text)
    if first is None:
        return False
    candidate = text[first.start() :]
    try:
        statements = [statement for statement in sqlglot.parse(candidate) if statement is not None]
    except SqlglotError:
        return False
    return any(isinstance(one, _STATEMENTS) and (_looks_like_code(candidate) or _is_shaped(one)) for one in statements)


def _looks_like_code(text: str) -> bool:
    return bool(_CODE_SIGN.search(text) or _SHOUTED.search(text))


def _is_shaped(statement: exp.Expr) -> bool:
    """Clauses and calls that a sentence does not have by accident."""
    if isinstance(statement, exp.Select) and len(statement.expressions) > 1:
        return True
    return statement.find(exp.Func, exp.EQ, exp.Group, exp.Order, exp.CTE, exp.SetOperation, exp.DDL) is not None


# ── Orders ───────────────────────────────────────────────────────────────────────────────────────────────────────
# An order is a verb at the start of a sentence with its object: "delete all loans", not "drop in balances", not
# "which customers were updated". In a thread "remove Leeds" and "change the currency to euros" are about the answer.

_POLITE = (
    r"(?:(?:hey|hi|hello|ok|okay|teller|please|pls|kindly|now|then|and|just|go ahead and"
    r"|(?:can|could|would|will) you|i (?:want|need|would like)(?: you)? to|let'?s)[,:]?\s+)*"
)
_NEVER_IN_A_THREAD = (
    r"delete|erase|wipe|purge|truncate|destroy|drop(?=\s+(?:the\s+)?(?:table|database|schema|view|index)\b)"
)
_VERBS = rf"{_NEVER_IN_A_THREAD}|drop|insert|alter|update|modify|remove|rename|overwrite|approve|cancel|revoke|reset"
_ALSO_NOUNS = r"change|set|transfer|close|block|unblock|move|replace|correct|grant|pay|assign"
_NO_OBJECT = (
    r"me\b|us\b|in\b|on\b|of\b|off\b|by\b|for\b|from\b|since\b|between\b|over\b|about\b|is\b|was\b|has\b|are\b"
    r"|rates?\b|ratios?\b|volumes?\b|counts?\b|dates?\b|frequency\b"
)
_POINTS_AT = r"(?:all|every|each|the|this|that|these|those|any|my|our|his|her|their|a|an|some|both)\b|[#€$£]?\d"
_SENTENCE_END = re.compile(r"[.;!?\n]+\s*")

_ORDER = re.compile(
    rf"{_POLITE}(?:(?P<verb>{_VERBS})\s+(?!{_NO_OBJECT})\w"
    rf"|(?P<noun>{_ALSO_NOUNS})\s+(?:{_POINTS_AT})"
    r"|(?P<new>add|create|open)\s+(?:an?\s+|some\s+)?new\s)",
    re.IGNORECASE,
)
_ORDER_IN_A_THREAD = re.compile(rf"{_POLITE}(?P<verb>{_NEVER_IN_A_THREAD})\s+(?!{_NO_OBJECT})\w", re.IGNORECASE)


def _ordered_change(text: str, following_up: bool) -> str:
    """The verb of an order to change data, or nothing."""
    order = _ORDER_IN_A_THREAD if following_up else _ORDER
    for sentence in _SENTENCE_END.split(_NOT_WORDS.sub(" ", text)):
        if found := order.match(sentence.strip()):
            return str(found[found.lastgroup or 0]).split()[0].lower()
    return ""
