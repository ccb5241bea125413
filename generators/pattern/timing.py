"""Which month ends and days an answer is of: one snapshot, each of several, or what happened in a period."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from bank.catalogue import Measure
from bank.values import month_end
from generators.pattern.doubt import Lost
from generators.pattern.intent import (
    ByPeriod,
    Condition,
    During,
    Either,
    Figure,
    Group,
    Months,
    Slice,
    Where,
    asked_in,
    inner_tables,
)
from generators.pattern.periods import Period, said, shifted
from generators.pattern.query import Ground
from generators.pattern.sketch import Sketch


@dataclass(slots=True)
class Time:
    """When: at most one of a month, each month, and each thing as last recorded."""

    month: Period | None = None
    every_month: bool = False
    last_seen: bool = False
    slices: tuple[Slice, ...] = ()
    groups: list[Group] = field(default_factory=list)  # periods that were named to be compared: a row each
    conditions: list[Condition] = field(default_factory=list)


class Timing:
    """The time of one question over rows of `root`."""

    def __init__(self, ground: Ground, sketch: Sketch, root: str, figures: list[Figure], groups: list[Group]) -> None:
        self.ground, self.sketch, self.root = ground, sketch, root
        self.catalogue, self.entry = ground.catalogue, ground.catalogue.tables[root]
        self.figures, self.groups = figures, groups
        self.by_period = next((group for group in groups if isinstance(group, ByPeriod)), None)
        self.on_snapshots = bool(
            self.by_period and self.entry.snapshot and self.by_period.column == self.entry.snapshot.column
        )

    def of(self, conditions: list[Condition]) -> Time:
        """The time, and the conditions with those that it adds."""
        periods = self.sketch.periods
        time = Time(conditions=list(conditions), every_month=self.on_snapshots)
        if self.sketch.step and not periods and self._steps_once():
            time.slices = self._a_step_back()
        elif (
            (self.sketch.versus or len(periods) > 1)
            and not self.sketch.change
            and self._alike(periods)
            and not self.by_period
        ):
            self._each_of(list(periods[0].ends or periods), time)
        elif (self.sketch.change or self.sketch.versus or len(periods) > 1) and periods and not self.by_period:
            time.slices = self._slices(periods)
        elif len(periods) > 1:
            raise Lost(*(period.words for period in periods))
        elif periods:
            self._one(periods[0], time)
        elif self.on_snapshots and self.by_period:
            self._each_end(time, self.by_period.unit, None)
        if self._is_of_events(time) and not time.every_month and not time.month and not self._is_of_now(time):
            time.last_seen = True
        self._can_be_read(time)
        return time

    # ── one period ───────────────────────────────────────────────────────────────────────────────────────────────

    def _one(self, period: Period, time: Time) -> None:
        dated = self._date_of_measure()
        if self.by_period and not self.on_snapshots:
            time.conditions.append(self._on_date(self.by_period.table, self.by_period.column, period))
        elif self.by_period:
            self._each_end(time, self.by_period.unit, period)
        elif self._flows():
            time.every_month = True
            time.conditions.append(Months(self.root, self._month_column(), tuple(self._within(period))))
        elif self.sketch.new and (began := self.entry.date or self.entry.born):
            time.conditions.append(During(self.root, began, period, event=True))
            self.sketch.new = None
        elif dated and not self.sketch.stock:
            time.conditions.append(self._on_date(*dated, period))
        else:
            self._of_root(period, time)

    def _of_root(self, period: Period, time: Time) -> None:
        """The period is of the rows that are read, unless it could as well be of those that conditions look at."""
        inner = [table for tables in conditions_inner(time) for table in tables if table != self.root]
        if self.entry.snapshot:
            time.month = self._month_end(period)
            if not all(self._has_no_date(table) for table in inner):
                raise Lost(period.words, why="I cannot tell which of the two the period is about.")
        else:
            if not self.entry.date or any(self._has_no_date(table) for table in inner):
                raise Lost(period.words, why=f"I do not know which date of a {self.entry.noun} is meant.")
            time.conditions.append(self._on_date(self.root, self.entry.date, period))

    def _month_end(self, period: Period) -> Period:
        """The one month end that a period of stocks means: its last."""
        months = self.ground.values.months.get(self.root, ())
        if not period.start or not period.end or period.unit not in {"month", "quarter", "half", "year", "day"}:
            raise Lost(period.words, why="These are month-end figures: name one month, or ask by month.")
        spans = (period.end.year - period.start.year) * 12 + period.end.month - period.start.month
        most = {"month": 0, "quarter": 2, "half": 5, "year": 11, "day": 0}[period.unit]
        known = self._ends_within(period, months)
        if spans != most or not known:
            there = f" They begin at {said(months[0])} and end at {said(months[-1])}." if months else ""
            raise Lost(
                period.words, why=f"These are month-end figures, and there are none of that day or period.{there}"
            )
        return replace(period, end=known[-1])

    def _ends_within(self, period: Period, months: Sequence[date]) -> list[date]:
        """A day is a month end if the bank's figures are of it, or as the last of a month, whose figures they are then."""
        start, end = period.start or date.min, period.end or date.max
        if period.unit == "day" and end not in months:
            if (end + timedelta(days=1)).day != 1:
                return []
            start = end.replace(day=1)
        return [month for month in months if start <= month <= end] if months else [end]

    # ── several month ends ───────────────────────────────────────────────────────────────────────────────────────

    def _each_end(self, time: Time, unit: str, period: Period | None) -> None:
        """Every month, or of stocks the last month end of each quarter or year; flows are summed over all months."""
        months = self._within(period) if period else list(self.ground.values.months.get(self.root, ()))
        if unit != "month" and not self._flows():
            last = {(month.year, shifted(month, unit, 0)[1]): month for month in months}
            months = sorted(last.values())
        if period or unit != "month":
            time.conditions.append(Months(self.root, self._month_column(), tuple(months)))
        time.month = period

    def _within(self, period: Period) -> list[date]:
        months = self.ground.values.months.get(self.root, ())
        start, end = period.start or date.min, period.end or date.max
        found = [month for month in months if start <= month <= end]
        if not found:
            raise Lost(period.words, why="There are no month-end figures of that period.")
        return found

    def _month_column(self) -> str:
        assert self.entry.snapshot is not None  # noqa: S101 - only asked of snapshots
        return self.entry.snapshot.column

    def _alike(self, periods: list[Period]) -> bool:
        """Several months, quarters or years: each a row of its own."""
        named = periods[0].ends if len(periods) == 1 else tuple(periods)
        units = {period.unit for period in named}
        ends = {"day", "month"} if self.entry.snapshot and not self._flows() and not self._date_of_measure() else set()
        return len(named) > 1 and (units <= ends or (len(units) == 1 and units <= {"month", "quarter", "year"}))

    def _each_of(self, periods: list[Period], time: Time) -> None:
        self.sketch.versus = None
        unit, dated = periods[0].unit.replace("day", "month"), self._date_of_measure()
        if self._flows():
            months = tuple(month for period in periods for month in self._within(period))
        elif self.entry.snapshot and not dated:
            months = tuple(end for period in periods if (end := self._month_end(period).end))
        else:
            table, column = dated or (self.root, self.entry.date)
            if not column:
                raise Lost(*(period.words for period in periods), why="I do not know which date is meant.")
            time.conditions.append(Either(tuple(self._on_date(table, column, period) for period in periods)))
            self.by_period = ByPeriod(table, column, unit)  # type: ignore[arg-type]
            time.groups = [self.by_period]
            return
        self.by_period, self.on_snapshots = ByPeriod(self.root, self._month_column(), unit), True  # type: ignore[arg-type]
        time.every_month, time.groups = True, [self.by_period]
        time.conditions.append(Months(self.root, self._month_column(), months))

    # ── side by side ─────────────────────────────────────────────────────────────────────────────────────────────

    def _slices(self, periods: list[Period]) -> tuple[Slice, ...]:
        """Two periods beside each other; of one period, how it began and how it ended."""
        if len(periods) == 1 and periods[0].ends:
            periods = list(periods[0].ends)
        elif len(periods) == 1 and self.sketch.versus and not self.sketch.change:
            # "compared with last year": with the same day, with its end, or that year with the one before?
            raise Lost(self.sketch.versus.text, why="Name both times to compare, such as “now and a year ago”.")
        if self._flows() or self._is_of_dates():
            return tuple(self._flow_slice(period) for period in self._two_spans(periods))
        return tuple(self._stock_slice(period) for period in self._two_ends(periods))

    def _steps_once(self) -> bool:
        """ "year over year growth of the loan balance": of stocks, from a year before the newest month end to it."""
        return self.sketch.step == "year" and self.on_snapshots and not self._flows()

    def _a_step_back(self) -> tuple[Slice, ...]:
        newest = self.ground.values.months[self.root][-1]
        before = shifted(newest, "month", -12)[1]
        if before not in self.ground.values.months[self.root]:
            raise Lost(self.sketch.step, why="There are no month-end figures of a year before.")
        return tuple(self._stock_slice(Period(day, day, "day")) for day in (before, newest))

    def _is_of_dates(self) -> bool:
        return not self.entry.snapshot or bool(self._date_of_measure())

    def _two_spans(self, periods: list[Period]) -> list[Period]:
        if len(periods) == 2:
            return sorted(periods, key=lambda period: period.start or date.min)
        period = periods[0]
        units = {"month", "quarter", "half", "year"}
        if len(periods) > 2 or not period.start or not period.end or period.unit not in units:
            raise Lost(*(one.words for one in periods), why="Name the two periods that I should compare.")
        length = (period.end.year - period.start.year) * 12 + period.end.month - period.start.month + 1
        start = shifted(period.start, "month", -length)[0]
        return [Period(start, period.start - timedelta(days=1), period.unit), period]

    def _flow_slice(self, period: Period) -> Slice:
        place = self._date_of_measure() or (self.root, self.entry.date)
        if self._flows():
            held: Condition = Months(self.root, self._month_column(), tuple(self._within(period)))
        elif place[1]:
            held = self._on_date(*place, period)
        else:
            raise Lost(period.words, why=f"I do not know which date of a {self.entry.noun} is meant.")
        return Slice(period.words, None, (held,))

    def _two_ends(self, periods: list[Period]) -> list[Period]:
        if len(periods) == 2:
            return [self._month_end(period) for period in sorted(periods, key=lambda period: period.end or date.max)]
        period, months = periods[0], self.ground.values.months.get(self.root, ())
        if len(periods) > 2 or not period.start or not months:
            raise Lost(*(one.words for one in periods), why="Name the two month ends that I should compare.")
        if not period.end:  # since a month: from its end
            if period.unit not in {"month", "day"}:
                raise Lost(period.words, why="Name the month end from which on I should look.")
            first = month_end(period.start.year, period.start.month)
        else:  # in a period: from the end of what came before it
            first = period.start - timedelta(days=1)
        last = max((month for month in months if not period.end or month <= period.end), default=None)
        if first not in months or last is None or last <= first:
            raise Lost(period.words, why="There are no month-end figures of both its beginning and its end.")
        return [Period(first, first, "day"), Period(last, last, "day")]

    def _stock_slice(self, period: Period) -> Slice:
        return Slice(said(period.end), period)

    # ── what kind of figure it is ────────────────────────────────────────────────────────────────────────────────

    def _measures(self) -> list[Measure]:
        known = {(one.table, one.value, one.where): one for one in self.catalogue.measures.values() if one.value}
        found = [known.get((figure.table, figure.value, figure.where)) for figure in self.figures]
        return [measure for measure in found if measure]

    def _flows(self) -> bool:
        """Whether the figures are of what happened in each month, so that months add up."""
        flows = [measure.flow for measure in self._measures()]
        if not self.entry.snapshot or not any(flows):
            return False
        if len(flows) != len(self.figures) or not all(flows) or any(one.aggregate != "sum" for one in self.figures):
            raise Lost(*(one.says for one in self.figures), why="Some of this happens month by month, some does not.")
        return True

    def _date_of_measure(self) -> tuple[str, str] | None:
        dates = {measure.date for measure in self._measures() if measure.date}
        if len(dates) != 1 or len(self._measures()) != len(self.figures):
            return None
        table, _, column = dates.pop().partition(".")
        return table, column

    def _is_of_events(self, time: Time) -> bool:
        """Whether what happened in the past decides which rows count: then things that have left the book count too."""
        if not self.entry.snapshot:
            return False
        by = self.by_period if not self.sketch.by_dates else None
        if by and not self.on_snapshots and self._is_event(by.table, by.column) and self._counts_events(by.table):
            return True
        newest = self.ground.values.newest.get(self.root, date.max)
        asked = [*time.conditions, *(held for piece in time.slices for held in piece.conditions)]
        events = [one for one in asked_in(asked) if isinstance(one, During) and self._decides(one)]
        return bool(events) and all(one.period.start and one.period.start <= newest for one in events)

    def _is_of_now(self, time: Time) -> bool:
        """ "joined after 2020 and are on the watch list": how things stand, said of things that are still there.

        What has ended ("closed", "charged off") may have left the book since, so that counts as last recorded.
        """
        return any(
            isinstance(one, Where) and one.table == self.root and not one.ended for one in asked_in(time.conditions)
        )

    def _decides(self, asked: During) -> bool:
        """Whether an event is that of the things counted or listed, or of the measure: balances are as they are today."""
        of_measure = self._date_of_measure() == (asked.table, asked.column)
        return asked.event and (of_measure or (asked.table == self.root and self._counts_events(asked.table)))

    def _on_date(self, table: str, column: str, period: Period) -> During:
        newest, entry = self.ground.values.newest.get(table), self.catalogue.tables[table]
        happened = (entry.date == column and not entry.snapshot) or self._date_of_measure() == (table, column)
        if newest and happened and period.start and period.start > newest:
            raise Lost(period.words, why=f"The newest {entry.noun} is of {said(newest)}.")
        return During(table, column, period, self._is_event(table, column))

    def _is_event(self, table: str, column: str) -> bool:
        """A table's own date and a measure's never change from month to month."""
        return self.catalogue.tables[table].date == column or self._date_of_measure() == (table, column)

    def _counts_events(self, table: str) -> bool:
        """Whether things are counted by their own date, or summed by the measure's; balances of today are not."""
        return all(one.aggregate == "count" for one in self.figures) or self._date_of_measure() is not None

    def _has_no_date(self, table: str) -> bool:
        entry = self.catalogue.tables[table]
        return bool(entry.snapshot) or not entry.date

    def _can_be_read(self, time: Time) -> None:
        """Queries inside the query read one month end: where there are several, they would have to know which."""
        months = time.every_month or time.last_seen or any(part.month for part in time.slices)
        shares = [asked for figure in self.figures for asked in figure.share]
        inner = [table for asked in (*time.conditions, *shares) for table in inner_tables(asked)]
        if months and any(self.catalogue.tables[table].snapshot for table in inner):
            raise Lost(why="I can say that of one month end, not of several.")


def conditions_inner(time: Time) -> list[list[str]]:
    """The tables that each condition reads in queries of its own."""
    return [inner_tables(asked) for asked in time.conditions]
