"""What few chapters need and takes as long as the results: each analysis apart, so that they can run side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from riktvarden.baseline import personnel, returned
from riktvarden.model import (
    break_even,
    calibration,
    careers,
    chain,
    costs,
    explorer,
    first_line,
    heard,
    lineage,
    local_care,
    own_numbers,
    recruitment,
    relations,
    scenarios,
    sensitivity,
    team,
    trust,
)
from riktvarden.names import DRAWS
from riktvarden.results import Calibration, Cost, Explorer, Past, Recruitment, Results, Uncertainty

if TYPE_CHECKING:
    from riktvarden.assumptions import Assumptions

Tables = Mapping[str, pd.DataFrame]

STEP = 5
"""Years between those at which a reader's own counts are looked at."""


def uncertainty(
    tables: Tables, assumptions: Assumptions, results: Results, draws: int = DRAWS, points: int = sensitivity.POINTS
) -> Uncertainty:
    """Which assumptions drive the advice, what to measure next, and choices side by side.

    Parameters
    ----------
    tables, assumptions
        As `riktvarden.model.run`.
    results
        What it gave.
    draws
        Number of draws.
    points
        Base points of the indices, a power of two.
    """
    on = chain.base(tables, assumptions)
    drawn, tornado = on.sample(draws), sensitivity.tornado(on)
    narrower = sensitivity.measure_next(on, drawn, tornado)
    return Uncertainty(
        tornado=tornado,
        indices=sensitivity.indices(on, set(tornado["assumption"]), points),
        narrower=narrower,
        ranking=sensitivity.ranking(narrower),
        grid=scenarios.grid(on, drawn),
        chance=scenarios.chance(on, drawn, results.programme),
    )


def cost(tables: Tables, assumptions: Assumptions, results: Results, draws: int = DRAWS) -> Cost:
    """What a year of work and the paths to the norm cost; parameters as `uncertainty`."""
    on = chain.base(tables, assumptions)
    drawn = on.sample(draws)
    return Cost(
        units=costs.unit_costs(on, drawn),
        by_year=costs.by_year(on, drawn, results.programme),
        present=costs.present_value(on, drawn, results.programme),
        gaps=costs.gaps(on, drawn),
        professions=costs.of_professions(on, drawn),
        break_even=break_even.break_even(on, drawn),
    )


def narrower(tables: Tables, assumptions: Assumptions, results: Results, draws: int = DRAWS) -> pd.DataFrame:
    """How much knowing an input would narrow each result: `uncertainty`'s frame of that name, and its parameters."""
    on = chain.base(tables, assumptions)
    return sensitivity.measure_next(on, on.sample(draws), sensitivity.tornado(on))


def cost_by_year(tables: Tables, assumptions: Assumptions, results: Results, draws: int = DRAWS) -> pd.DataFrame:
    """Cost of general practice by path and year: the frame ``by_year`` of `cost`; parameters as `uncertainty`."""
    on = chain.base(tables, assumptions)
    return costs.by_year(on, on.sample(draws), results.programme)


def past(tables: Tables, assumptions: Assumptions, results: Results, draws: int = trust.STABILITY_DRAWS) -> Past:
    """How the method would have done, and what leaving out the newest year of data does; parameters as `uncertainty`."""
    scores = [trust.population_back_test(tables), trust.stock_back_test(results.reconciled, assumptions)]
    return Past(pd.concat(scores, ignore_index=True), trust.stability(tables, assumptions, draws))


def calibrated(tables: Tables, assumptions: Assumptions, results: Results) -> Calibration:
    """The model at the date of each published count; parameters as `uncertainty`.

    Raises
    ------
    riktvarden.problems.InputError
        If a figure cannot be compared, or a large difference has no recorded explanation.
    """
    st_needed = results.draws["st_persons_guideline"]
    on = chain.base(tables, assumptions)
    run = calibration.run_of(on, on.sample(len(st_needed)), st_needed)
    counts = careers.evidence(tables).counts
    rows = tables["calibration"]
    sources = results.of("st_persons")["source"]
    own = sources.index[sources.str.startswith(returned.SOURCE)]
    compared = calibration.calibrate(rows, personnel.published(tables), run, counts, own)
    return Calibration(
        compared=calibration.require_explained(compared),
        base=calibration.at_base(results),
        groups={name: kind.group for name, kind in calibration.QUANTITIES.items()},
        absolute=[name for name, kind in calibration.QUANTITIES.items() if kind.absolute],
        relations=relations.relations(
            relations.observed(tables, on.people.year_ends),
            results.counties.set_index("region")["care_need_index"],
            relations.needs(results),
        ),
    )


def explored(tables: Tables, assumptions: Assumptions, results: Results) -> Explorer:
    """What a reader may try, and the model's answers before that; parameters as `uncertainty`."""
    on = chain.base(tables, assumptions)
    people, central = on.people, explorer.explore(on, {})
    shown = pd.DataFrame(explorer.shown(on)).all(axis=1)
    more = (central.cost_target - central.cost_reference)[0, :, people.at_target]
    return Explorer(
        prepared=explorer.prepared(on),
        melded=[name for name in explorer.MOVABLE if any(name in one.members for one in on.joints)],
        path=pd.DataFrame({"year": people.years, "need": central.requirement[0, -1], "specialists": central.fte[0, -1]}),
        areas=pd.DataFrame(
            {
                "region": people.areas,
                "positions_per_10000": central.positions[0, :, 0] / people.base * 10_000,
                "cost_more": pd.Series(more).where(shown),
                "team_saving": central.team_saving[0],
            }
        ),
        spans=explorer.spans(on),
    )


def of_own_numbers(tables: Tables, assumptions: Assumptions, results: Results, draws: int = DRAWS) -> dict[str, Any]:
    """What a reader's own counts condition, by region, see `own_numbers.prepared`; parameters as `uncertainty`."""
    on = chain.base(tables, assumptions)
    now, target = on.people.base_year, on.people.target_year
    first, end = int(assumptions["first_adjustable_intake"].value), results.programme_status[2] or int(on.people.years[-1])
    years = sorted({now, *(year for year in range(first, target) if year % STEP == 0), target, max(target, end)})
    met = results.paths.loc[results.paths["measure"] == "norm_met_reference"].set_index(["region", "year"])["value"]
    return {
        code: own_numbers.prepared(each) | {"z": [own_numbers.reading(met[code, year]) for year in years]}
        for code, each in own_numbers.priors(on, on.sample(draws), years).items()
    }


def of_first_line(tables: Tables, assumptions: Assumptions, results: Results, draws: int = DRAWS) -> pd.DataFrame:
    """Whom the first line of care for mental ill-health meets, and with what team; parameters as `uncertainty`."""
    on = chain.base(tables, assumptions)
    return first_line.function(on, on.sample(draws))


def of_recruitment(tables: Tables, assumptions: Assumptions, results: Results, draws: int = DRAWS) -> Recruitment:
    """Whom the professions have to recruit, and what others forecast; parameters as `uncertainty`."""
    on = chain.base(tables, assumptions)
    balance = personnel.supply_balance(personnel.build(tables))
    return Recruitment(
        needed=recruitment.needed(on, on.sample(draws)),
        forecasts=recruitment.beside_forecasts(balance, results.outlook, on.people.base_year, on.people.target_year),
    )


def of_local_care(tables: Tables, assumptions: Assumptions, results: Results) -> pd.DataFrame:
    """What follows if primary care gets a larger share of the cost; parameters as `uncertainty`."""
    at_work = np.append(results.cell("specialist_fte").value, results.draws["specialist_fte"][:, -1])
    return local_care.scenarios(assumptions, results.cell("population").value, at_work, results.base_year)


def of_team(tables: Tables, assumptions: Assumptions, results: Results) -> pd.DataFrame:
    """What the least-cost team does; parameters as `uncertainty`."""
    required = np.append(results.cell("specialist_requirement").value, results.draws["specialist_requirement"][:, -1])
    return team.chosen(tables["team_tasks"], assumptions, required, results.cell("population").value, results.base_year)


def counted(tables: Tables, assumptions: Assumptions, results: Results) -> pd.DataFrame:
    """Everything that counts personnel, implausible cells marked; parameters as `uncertainty`."""
    return personnel.marked(personnel.build(tables))


def of_links(tables: Tables, assumptions: Assumptions, results: Results) -> pd.DataFrame:
    """How staff and what it may lead to go together over the regions; parameters as `uncertainty`."""
    return relations.links(tables["published_st"])


def of_responses(tables: Tables, assumptions: Assumptions, results: Results) -> pd.DataFrame:
    """What each response to the consultation would change; parameters as `uncertainty`."""
    proposed = tables["response_values"].rename(columns={"number": "response"})
    return heard.effects(chain.base(tables, assumptions), proposed)


def taken(tables: Tables, assumptions: Assumptions, results: Results) -> pd.DataFrame:
    """Which function takes which assumption, see `lineage.recorded`; parameters as `uncertainty`."""
    return lineage.recorded(tables, assumptions)


BY_NAME: Mapping[str, Callable[[Tables, Assumptions, Results], Any]] = {
    "uncertainty": uncertainty,
    "recruitment": of_recruitment,
    "economics": cost,
    "back_test": past,
    "calibration": calibrated,
    "first_line": of_first_line,
    "explorer": explored,
    "own_numbers": of_own_numbers,
    "team": of_team,
    "local_care": of_local_care,
    "personnel": counted,
    "links": of_links,
    "responses": of_responses,
    "lineage": taken,
}
"""Name of an analysis → what gives it, the longest first."""
PARTS: Mapping[tuple[str, str], Callable[[Tables, Assumptions, Results], pd.DataFrame]] = {
    ("uncertainty", "narrower"): narrower,
    ("economics", "by_year"): cost_by_year,
}
"""Analysis and the name of a frame in it → what gives that frame alone, for pages that need no more."""
