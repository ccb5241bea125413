"""Which functions and types a query may use, by dialect: what is not listed here is refused.

Left out on purpose: whatever reaches files, the network, settings or other sessions; whatever waits; whatever makes
large values out of small ones (repeat, lpad, zeroblob, generate_series); whatever turns a whole row or a query into
text (row, to_json, query_to_xml); and chance (random), since the same question must have the same answer.
"""

from sqlglot import exp

# Functions that sqlglot knows by class: what they do does not depend on the dialect.
KNOWN: frozenset[type[exp.Expr]] = frozenset(
    {
        *(exp.Count, exp.Sum, exp.Avg, exp.Min, exp.Max, exp.GroupConcat, exp.CountIf, exp.LogicalOr, exp.LogicalAnd),
        *(exp.Stddev, exp.StddevPop, exp.StddevSamp, exp.Variance, exp.VariancePop, exp.Corr, exp.CovarPop),
        *(exp.CovarSamp, exp.RegrSlope, exp.Median, exp.Mode, exp.PercentileCont, exp.PercentileDisc, exp.Quantile),
        *(exp.Abs, exp.Round, exp.Ceil, exp.Floor, exp.Trunc, exp.Sign, exp.Sqrt, exp.Pow, exp.Exp, exp.Ln, exp.Log),
        *(exp.Greatest, exp.Least, exp.Coalesce, exp.Nullif, exp.If, exp.Cast, exp.TryCast, exp.Case, exp.Exists),
        *(exp.Lower, exp.Upper, exp.Initcap, exp.Trim, exp.Length, exp.Substring, exp.Left, exp.Right, exp.Replace),
        *(exp.StrPosition, exp.SplitPart, exp.Concat, exp.ConcatWs, exp.And, exp.Or),
        *(exp.CurrentDate, exp.CurrentTimestamp, exp.Date, exp.Extract, exp.TimestampTrunc, exp.DateTrunc),
        *(exp.TimeToStr, exp.StrToDate, exp.StrToTime, exp.TsOrDsToDate, exp.TsOrDsToTimestamp, exp.DateFromParts),
        *(exp.Year, exp.Quarter, exp.Month, exp.Week, exp.Day, exp.DayOfWeek, exp.DayOfYear, exp.DateDiff),
        *(exp.DateAdd, exp.DateSub, exp.LastDay, exp.Monthname, exp.Dayname),
        *(exp.RowNumber, exp.Rank, exp.DenseRank, exp.PercentRank, exp.CumeDist, exp.Ntile),
        *(exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.NthValue),
    }
)

# Functions that sqlglot only knows by name.
NAMED: dict[str, frozenset[str]] = {
    "sqlite": frozenset({"date", "time", "datetime", "julianday", "unixepoch", "total", "printf"}),
    "postgres": frozenset({"age", "make_date", "every", "now", "date_part", "to_number"}),
    "duckdb": frozenset({"now", "today", "date_part", "age"}),
}

# What SQLite's authorizer may hear of: its own names for the functions above, and for operators that are functions.
_SQLITE = (
    "abs avg ceil ceiling coalesce count cume_dist current_date current_timestamp date datetime dense_rank exp "
    "first_value floor glob group_concat ifnull iif instr julianday lag last_value lead length like ln log log10 lower "
    "ltrim max min nth_value ntile nullif percent_rank pow power printf rank replace round row row_number rtrim sign sqrt "
    "strftime substr substring sum time total trim trunc unixepoch upper"
)
SQLITE_ENGINE = frozenset(_SQLITE.split())

# The same for DuckDB's parser, to which operators are functions too.
_DUCKDB = (
    "+ - * / // % || ~~ !~~ ~~* !~~* ~~~ abs age any_value arg_max arg_min avg bool_and bool_or ceil ceiling coalesce "
    "concat concat_ws corr count count_star covar_pop covar_samp cume_dist current_date date date_add date_diff date_part "
    "date_sub date_trunc datediff datetrunc day dayname dayofweek dayofyear dense_rank epoch exp first first_value floor "
    "get_current_timestamp greatest group_concat ifnull instr isfinite lag last last_day last_value lead least left len "
    "length like_escape listagg ln log log10 lower ltrim make_date make_timestamp max median min "
    "mode month monthname not_like_escape now nth_value ntile nullif percent_rank pow power quantile_cont quantile_disc "
    "quarter rank regr_slope replace right round row row_number rtrim sign split_part sqrt stddev stddev_pop stddev_samp "
    "strftime string_agg strpos strptime substr substring sum suffix prefix contains to_centuries to_days "
    "to_decades to_hours to_minutes to_months to_quarters to_seconds to_weeks to_years today trim trunc try_strptime upper "
    "var_pop var_samp variance week year"
)
DUCKDB_ENGINE = frozenset(_DUCKDB.split())

_TYPES = exp.DataType.Type
CAST_TYPES = frozenset(
    {
        *(_TYPES.SMALLINT, _TYPES.INT, _TYPES.BIGINT, _TYPES.FLOAT, _TYPES.DOUBLE, _TYPES.DECIMAL),
        *(_TYPES.TEXT, _TYPES.VARCHAR, _TYPES.CHAR, _TYPES.BOOLEAN),
        *(_TYPES.DATE, _TYPES.DATETIME, _TYPES.TIMESTAMP, _TYPES.TIMESTAMPTZ, _TYPES.TIME, _TYPES.INTERVAL),
    }
)
LONGEST_TYPE = 1_000  # CHAR(10485760) would pad each value to ten megabytes

# Bare words inside functions and intervals: units of time, and the collations that every SQLite has.
_WORDS = (
    "CENTURY DECADE YEAR YEARS QUARTER QUARTERS MONTH MONTHS WEEK WEEKS DAY DAYS HOUR HOURS MINUTE MINUTES SECOND "
    "SECONDS EPOCH DOW DOY ISODOW ISOYEAR DAYOFWEEK DAYOFYEAR NOCASE BINARY RTRIM"
)
WORDS = frozenset(_WORDS.split())
