"""Which parts of SQL a query may be made of: every node of its tree must be listed, with its arguments."""

from collections.abc import Callable, Iterable

from sqlglot import exp

from bank.functions import CAST_TYPES, KNOWN, LONGEST_TYPE, NAMED, WORDS
from bank.refusals import FunctionNotAllowed, NotAllowed, TypeNotAllowed

_CLAUSES = "with_ order limit offset"
_PAIR = frozenset({"this", "expression", "negate"})

_STRUCTURE: dict[type[exp.Expr], str] = {
    exp.Select: f"{_CLAUSES} expressions from_ joins where group having qualify windows distinct",
    **dict.fromkeys((exp.Union, exp.Except, exp.Intersect), f"{_CLAUSES} this expression distinct"),
    exp.With: "expressions",
    exp.CTE: "this alias materialized",
    exp.Subquery: "this alias",
    exp.From: "this",
    exp.Table: "this alias",
    exp.TableAlias: "this columns",
    exp.Join: "this on using side kind",
    exp.Where: "this",
    exp.Group: "expressions grouping_sets cube rollup",
    **dict.fromkeys((exp.Rollup, exp.Cube, exp.GroupingSets, exp.Tuple), "expressions"),
    exp.Having: "this",
    exp.Qualify: "this",
    exp.Order: "this expressions",
    exp.Ordered: "this desc nulls_first",
    exp.Limit: "expression",
    exp.Offset: "expression",
    exp.Fetch: "direction count limit_options",
    exp.LimitOptions: "percent rows with_ties",
    exp.Distinct: "expressions on",
}
_EXPRESSIONS: dict[type[exp.Expr], str] = {
    exp.Alias: "this alias",
    exp.Column: "this table",
    exp.Identifier: "this quoted",
    exp.Star: "",
    exp.Literal: "this is_string",
    exp.Boolean: "this",
    exp.Null: "",
    exp.Var: "this",
    **dict.fromkeys((exp.Paren, exp.Not, exp.Neg), "this"),
    exp.Between: "this low high negate",
    exp.In: "this expressions query negate",
    exp.Case: "this ifs default",
    exp.If: "this true false",
    exp.Cast: "this to safe",
    exp.TryCast: "this to safe requires_string",
    exp.DataType: "this expressions nested",
    exp.DataTypeParam: "this",
    exp.Interval: "this unit",
    exp.Window: "this partition_by order spec alias over",
    exp.WindowSpec: "kind start start_side end end_side",
    exp.Div: "this expression typed safe",
    exp.Count: "this expressions big_int",
    exp.DPipe: "this expression safe",
    exp.Exists: "this",
    exp.Anonymous: "this expressions",
}
_PAIRS = (
    *(exp.And, exp.Or, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.NullSafeEQ, exp.NullSafeNEQ),
    *(exp.Add, exp.Sub, exp.Mul, exp.IntDiv, exp.Mod, exp.Like, exp.ILike, exp.Glob, exp.Escape, exp.Collate),
    *(exp.AtTimeZone, exp.Filter, exp.WithinGroup),
)
ARGUMENTS: dict[type[exp.Expr], frozenset[str]] = {
    **{node: frozenset(node.arg_types) for node in KNOWN},
    **dict.fromkeys(_PAIRS, _PAIR),
    **{node: frozenset(words.split()) for node, words in (_STRUCTURE | _EXPRESSIONS).items()},
}


def check_grammar(tree: exp.Expr, dialect: str) -> None:
    """Raises `Refused` at the first node that is not on the lists."""
    for node in tree.walk():
        allowed = ARGUMENTS.get(type(node))
        if allowed is None:
            raise _unlisted(node)
        if not node.args.keys() <= allowed:
            given = {name for name, value in node.args.items() if value not in (None, False, [], "")}
            if not given <= allowed:
                raise NotAllowed(_words(given - allowed))
        check = _CHECKS.get(type(node))
        if check:
            check(node, dialect)


def _unlisted(node: exp.Expr) -> FunctionNotAllowed | NotAllowed:
    if isinstance(node, exp.Func):
        return FunctionNotAllowed(node.sql_name())
    return NotAllowed(_words([node.key]))


def _words(names: Iterable[str]) -> str:
    return ", ".join(sorted(name.strip("_").replace("_", " ").upper() for name in names))


def _named_function(node: exp.Expr, dialect: str) -> None:
    name = node.args["this"]
    if not isinstance(name, str) or name.lower() not in NAMED.get(dialect, frozenset()):
        raise FunctionNotAllowed(node.name.upper())


def _type(node: exp.Expr, _: str) -> None:
    if node.args["this"] not in CAST_TYPES:
        raise TypeNotAllowed(str(getattr(node.args["this"], "value", node.args["this"])))
    for length in node.expressions:
        size = length.this if isinstance(length, exp.DataTypeParam) else None
        if not isinstance(size, exp.Literal) or size.is_string or int(size.this) > LONGEST_TYPE:
            raise TypeNotAllowed(node.sql())


def _word(node: exp.Expr, _: str) -> None:
    if node.name.upper() not in WORDS:
        raise NotAllowed(f"the word {node.name}")


def _table(node: exp.Expr, _: str) -> None:
    if not isinstance(node.this, exp.Identifier):
        raise NotAllowed("a function in FROM")


def _join(node: exp.Expr, _: str) -> None:
    if node.args.get("side", "") not in {"", "LEFT", "RIGHT", "FULL"} or node.args.get("kind", "") not in _JOIN_KINDS:
        raise NotAllowed(f"{node.text('side')} {node.text('kind')} JOIN".strip())


def _star(node: exp.Expr, _: str) -> None:
    """`*` names no column, so it stands only where it is counted or will be written out."""
    if not isinstance(node.parent, exp.Count | exp.Select | exp.Column):
        raise NotAllowed("* outside count(*) and SELECT *")


def _column(node: exp.Expr, _: str) -> None:
    if isinstance(node.this, exp.Star) and not isinstance(node.parent, exp.Select):
        raise NotAllowed("a whole row as a value")


def _collation(node: exp.Expr, _: str) -> None:
    if not isinstance(node.expression, exp.Var):
        raise NotAllowed(f"the collation {node.expression.name}")


def _bound(node: exp.Expr, _: str) -> None:
    size = node.args.get("count" if isinstance(node, exp.Fetch) else "expression")
    if not isinstance(size, exp.Literal) or size.is_string:
        raise NotAllowed("a LIMIT or OFFSET that is not a plain number")


_JOIN_KINDS = {"", "INNER", "OUTER", "CROSS"}
_CHECKS: dict[type[exp.Expr], Callable[[exp.Expr, str], None]] = {
    exp.Anonymous: _named_function,
    exp.DataType: _type,
    exp.Var: _word,
    exp.Table: _table,
    exp.Join: _join,
    exp.Star: _star,
    exp.Column: _column,
    exp.Collate: _collation,
    exp.Limit: _bound,
    exp.Offset: _bound,
    exp.Fetch: _bound,
}
