"""What an organisation of the invented country reports in a year: sound numbers that add up and grow from year to year.

Every number of a split indicator is a whole multiple of what its towns count, so that sexes, ages, forms, towns and
regions add up exactly, and that no value jumps or repeats. The numbers mean nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from zlib import crc32

from cpc_pipeline.contracts import NATION
from cpc_pipeline.sample.country import Asked, Country, Row, TooFewRows

MONTHS = {"monthly": 1, "quarterly": 3, "annual": 12}
WHOLE = 20
SEXES = {"female": 10, "male": 9, "unknown": 1}
CHILDREN = {"female": 7, "male": 6, "unknown": 1}
FORMS = {"labour": {"female": 2, "male": 4, "unknown": 0}, "sexual": {"female": 5, "male": 1, "unknown": 0}}
FORMS["begging"] = {"female": 1, "male": 1, "unknown": 1}
Unit = list[tuple[dict[str, str], int]]
"""Rows that only make sense together: codes of the dimensions, and how many twentieths of the total they are."""


def _units() -> list[Unit]:
    """What may follow a total and its sexes: ages, ages by sex, forms by sex; units of one row last, to fill up."""
    adults = {sex: SEXES[sex] - CHILDREN[sex] for sex in SEXES}
    ages = {"child": CHILDREN, "adult": adults}
    made: list[Unit] = [[({"age": age}, sum(parts.values())) for age, parts in ages.items()]]
    made += [[({"age": age, "sex": s}, n) for s, n in parts.items()] for age, parts in ages.items()]
    made += [[({"form": form, "sex": s}, n) for s, n in parts.items()] for form, parts in FORMS.items()]
    return made + [[({"form": form}, sum(parts.values()))] for form, parts in FORMS.items()]


HEAD: Unit = [({}, WHOLE), *(({"sex": s}, n) for s, n in SEXES.items())]
UNITS = _units()
EXTRA = sum(len(unit) for unit in UNITS)


def mixed(*about: object) -> int:
    """A number that depends on nothing but what it is about."""
    return crc32("/".join(map(str, about)).encode())


def periods(year: int, frequency: str) -> list[tuple[date, date]]:
    step = MONTHS[frequency]
    starts = [date(year, month, 1) for month in range(1, 13, step)]
    ends = [date.fromordinal(start.toordinal() - 1) for start in [*starts[1:], date(year + 1, 1, 1)]]
    return list(zip(starts, ends, strict=True))


class Reports:
    """The numbers of one country. `rows_of` gives the rows of one workbook, exactly as many as were asked for."""

    def __init__(self, country: Country) -> None:
        self.country, self.seed = country, country.request.seed
        self.counted = cache(self._counted)

    def rows_of(self, number: int, year: int) -> list[Row]:
        """Raises TooFewRows where the organisation has more indicators than rows."""
        asked = self.country.asked[number % self.country.groups]
        split = [a for a in asked if a.shape == "split"]
        rows = [row for a in asked if a.shape != "split" for row in self._single(a, number, year)]
        left, least = self.country.request.rows - len(rows), len(HEAD) * len(split)
        if left < least:
            raise TooFewRows(len(rows) + least)
        for turn, a in enumerate(split):
            share = left // (len(split) - turn)
            rows += self._split(a, number, year, share)
            left -= share
        return rows

    def total(self, asked: Asked, year: int) -> float:
        """What the whole country comes to in a year, for targets and baselines."""
        spans = periods(year, asked.template["frequency"])
        if asked.shape == "split":
            values = [float(WHOLE * self.counted(asked, NATION, q, self._step(year))) for q in range(len(spans))]
        else:
            values = [row["value"] for row in self._single(asked, asked.group, year) if row["place"] == NATION]
        how = asked.template["over_periods"]
        if how in ("sum", "unduplicated"):
            return float(sum(values))
        return float({"max": max(values), "latest": values[-1]}.get(how, sum(values) / len(values)))

    # --- numbers ---

    def _step(self, year: int) -> int:
        return year - self.country.request.years[0]

    def _counted(self, asked: Asked, place: str, period: int, step: int) -> int:
        if place == NATION:
            return sum(self.counted(asked, f"{r + 1:03d}", period, step) for r in range(self.country.regions))
        if len(place) == 3:
            towns = (f"{place}{t + 1:03d}" for t in range(self.country.towns))
            return sum(self.counted(asked, town, period, step) for town in towns)
        about = mixed(self.seed, asked.id, place, period)
        if asked.template["direction"] == "down":
            step = len(self.country.request.years) - 1 - step
        return 2 + about % 6 + step * (1 + about % 2)

    def _places(self, number: int, *, towns: bool) -> Iterator[str]:
        if self.country.is_record(number):
            yield NATION
        regions = [f"{region + 1:03d}" for region in self.country.regions_of(number)]
        yield from regions
        if towns:
            for town in range(self.country.towns):
                yield from (f"{region}{town + 1:03d}" for region in regions)

    # --- rows ---

    def _split(self, asked: Asked, number: int, year: int, count: int) -> Iterator[Row]:
        """Totals with their parts, place by place, until there are `count` rows: as many places as the rows allow."""
        spans = periods(year, asked.template["frequency"])
        where = [(p, q) for p in self._places(number, towns=True) for q in range(len(spans))]
        blocks = min(len(where), count // (len(HEAD) + len(UNITS[0]))) or 1
        extra, more = divmod(count - blocks * len(HEAD), blocks)
        for turn, (place, period) in enumerate(where[:blocks]):
            counted = self.counted(asked, place, period, self._step(year))
            for codes, part in [*HEAD, *_filled(extra + (turn < more))]:
                yield {**_about(asked, place, spans[period]), **codes, "value": part * counted}

    def _single(self, asked: Asked, number: int, year: int) -> Iterator[Row]:
        """Numbers without parts: for the whole country by the organisation that counts, by region from others."""
        national = asked.template["over_places"] == "national_only"
        own = self._places(number, towns=False) if asked.shape == "ratio" else self._first_place(number)
        for place in own:
            if national and place != NATION:
                continue
            for period, span in enumerate(periods(year, asked.template["frequency"])):
                about = mixed(self.seed, asked.id, place, period)
                yield _about(asked, place, span) | SHAPES[asked.shape](about, self._step(year))

    def _first_place(self, number: int) -> Iterator[str]:
        yield next(iter(self._places(number, towns=False)))


def _filled(count: int) -> Unit:
    rows: Unit = []
    for unit in UNITS:
        if len(rows) + len(unit) <= count:
            rows += unit
    return rows


def _about(asked: Asked, place: str, span: tuple[date, date]) -> Row:
    return {"indicator": asked.id, "place": place, "period_start": span[0], "period_end": span[1]}


def _ratio(about: int, step: int) -> Row:
    whole = 50 + about % 50 + 3 * step
    part = round(whole * (0.4 + 0.02 * min(step, 20)))
    return {"value": round(100 * part / whole, 2), "numerator": part, "denominator": whole}


def _average(about: int, step: int) -> Row:
    children = 20 + about % 20
    days = children * 12 + about % 20 - children * min(step, 10) // 2
    return {"value": round(days / children, 2), "numerator": days, "denominator": children}


SHAPES: dict[str, Callable[[int, int], Row]] = {
    # Below 20: small enough that no rule about jumps looks at them.
    "months": lambda about, step: {"value": 2 + about % 12 + step % 3},
    "ratio": _ratio,
    "average": _average,
    "steps": lambda _, step: {"value": min(step + 1, 9)},
    "amount": lambda about, step: {"value": 1000.5 + about % 500 + 70 * step},
    "mark": lambda about, step: {"value": 50 + about % 10 + min(step, 30) + 0.5},
}
