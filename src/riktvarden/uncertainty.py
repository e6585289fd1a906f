"""Uncertainty analysis: draws of assumptions, intervals, sensitivity, and the value of better knowledge."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from SALib.analyze import sobol as sobol_analysis
from SALib.sample import sobol as sobol_design
from scipy import stats
from scipy.special import ndtr, ndtri

from riktvarden.names import DRAWS, SEED

if TYPE_CHECKING:
    from riktvarden.assumptions import Assumption

FloatArray = NDArray[np.float64]
Draws = dict[str, FloatArray]

POINTS = 2048
"""Base points of a Sobol analysis; the model runs this many times the number of groups plus two."""

PIECE = 512
"""Draws evaluated at a time in a Sobol analysis: few enough for the arrays to stay in cache."""

BINS = 32
"""Number of classes for the value of knowing: with 4 096 draws, 128 in each."""


class Sample(NamedTuple):
    """Draws of every assumption, and uniform numbers for regional deviations."""

    assumptions: Draws
    """Name → array (draw, 1); quantities derived from jointly conditioned assumptions may have more columns."""
    regional: Draws
    """Stream → array (draw, region) of uniform numbers in (0, 1)."""


class Joint(NamedTuple):
    """Assumptions conditioned jointly on counts: one uniform number selects the values of all of them.

    It may also hold quantities derived from them. All arrays have a row per member or draw.
    """

    column: str
    """Name of the column of uniform numbers that selects the member."""
    members: Draws
    """Equally likely members, (member, …), ordered so that neighbours are similar."""
    central: Draws
    """Values behind all central results, (1, …)."""
    ends: Mapping[str, tuple[Draws, Draws]]
    """Assumption → expected values of all, (1, …), given that it is at its low and at its high end."""

    def pick(self, uniform: FloatArray) -> Draws:
        """Return the values of the members selected by uniform numbers in (0, 1), (draw, …)."""
        count = len(next(iter(self.members.values())))
        place = np.minimum((uniform * count).astype(int), count - 1)
        return {name: values[place] for name, values in self.members.items()}


def quantile(assumption: Assumption, uniform: FloatArray) -> FloatArray:
    """Return quantiles of an assumption's distribution; low and high are the ends of its support.

    Parameters
    ----------
    assumption
        Value, low, high and the name of the distribution.
    uniform
        Probabilities in (0, 1).

    Returns
    -------
    numpy.ndarray
        Values in the assumption's unit. Fixed values and scenarios are constant: scenarios are compared
        side by side, never drawn.
    """
    low, mode, high = assumption.low, assumption.value, assumption.high
    width = high - low
    match assumption.distribution:
        case "uniform":
            return np.asarray(stats.uniform.ppf(uniform, loc=low, scale=width))
        case "triangular":
            return np.asarray(stats.triang.ppf(uniform, (mode - low) / width, loc=low, scale=width))
        case "pert":
            shape = 1 + 4 * (mode - low) / width, 1 + 4 * (high - mode) / width
            return np.asarray(stats.beta.ppf(uniform, *shape, loc=low, scale=width))
        case _:
            return np.full_like(uniform, mode)


SCORES = np.linspace(-6.0, 6.0, 1201)
"""Normal scores between which quantiles are interpolated linearly, with negligible error."""


def quantiles(assumption: Assumption, uniform: FloatArray) -> FloatArray:
    """Return quantiles of an assumption's distribution for many draws, interpolated as exact beta ones are slow."""
    if assumption.distribution != "pert" or len(uniform) <= len(SCORES):
        return quantile(assumption, uniform)
    return np.interp(ndtri(uniform), SCORES, quantile(assumption, ndtr(SCORES)))


def stratified(names: Iterable[str], draws: int, seed: int) -> FloatArray:
    """Draw a Latin hypercube of uniform numbers in which each name has a column independent of the others.

    Every column depends on its name and the seed alone, so that adding an assumption or a region changes no other
    draw: results of two runs differ by what was changed, not by noise. A Sobol sequence, whose dimensions are numbered
    and of which few are good, cannot guarantee that; its gain in accuracy at the same number of draws is measured in
    ``benchmarks/uncertainty.py``.

    Parameters
    ----------
    names
        Names of the columns.
    draws
        Number of draws; each column has one in every stratum of width 1/draws.
    seed
        Seed of all columns.

    Returns
    -------
    numpy.ndarray
        Numbers in (0, 1), (draw, name).
    """
    columns = [
        stats.qmc.LatinHypercube(1, rng=np.random.default_rng([seed, *name.encode()])).random(draws) for name in names
    ]
    points = np.hstack(columns) if columns else np.empty((draws, 0))
    return np.clip(points, np.finfo(float).eps, 1 - np.finfo(float).eps)


def sample(
    assumptions: Mapping[str, Assumption],
    streams: Mapping[str, Sequence[str]],
    draws: int = DRAWS,
    seed: int = SEED,
    joints: Sequence[Joint] = (),
) -> Sample:
    """Draw assumptions and regional deviations (method f).

    Parameters
    ----------
    assumptions
        Assumptions by name.
    streams
        Stream of regional uniforms → region codes.
    draws
        Number of draws.
    seed
        The same seed gives the same draws.
    joints
        Assumptions that are drawn together; none is in two of them.

    Returns
    -------
    Sample
        Draws of the assumptions and of the regional uniforms.
    """
    names = [*dict.fromkeys(_column(name, joints) for name in assumptions), *_stream_columns(streams)]
    columns = dict(zip(names, stratified(names, draws, seed).T, strict=True))
    return _sample(assumptions, streams, columns, draws, joints)


def _column(name: str, joints: Sequence[Joint]) -> str:
    """Return the name of the column of uniform numbers that an assumption is drawn from."""
    return next((joint.column for joint in joints if name in joint.members), name)


def _stream_columns(streams: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the names of the columns of uniform numbers behind the streams."""
    return [f"{stream}:{code}" for stream, codes in streams.items() for code in codes]


def _sample(
    assumptions: Mapping[str, Assumption],
    streams: Mapping[str, Sequence[str]],
    columns: Mapping[str, FloatArray],
    draws: int,
    joints: Sequence[Joint] = (),
) -> Sample:
    """Convert columns of uniform numbers to a sample; assumptions without a column have their central value."""
    central = np.full(draws, 0.5)
    drawn: Draws = {}
    for joint in joints:
        still = {name: np.repeat(value, draws, axis=0) for name, value in joint.central.items()}
        drawn |= joint.pick(columns[joint.column]) if joint.column in columns else still
    for name, item in assumptions.items():
        if name in drawn:
            continue
        drawn[name] = (quantiles(item, columns[name]) if name in columns else np.full(draws, item.value))[:, None]
    regional = {
        stream: np.column_stack([columns.get(f"{stream}:{code}", central) for code in codes])
        for stream, codes in streams.items()
    }
    return Sample(drawn, regional)


def chunks(sample: Sample, size: int) -> Iterator[Sample]:
    """Split a sample into pieces that can be evaluated anywhere and recombined.

    The draws are made before they are split, so results computed draw by draw are identical to the last bit for any
    number of pieces or workers.

    Parameters
    ----------
    sample
        Draws of assumptions and regional uniforms.
    size
        Draws in each piece; the last may hold fewer.

    Yields
    ------
    Sample
        Consecutive draws.
    """
    draws = max((len(values) for part in sample for values in part.values()), default=0)
    for start in range(0, draws, size):
        piece = slice(start, start + size)
        yield Sample(*({name: values[piece] for name, values in part.items()} for part in sample))


class Interval(NamedTuple):
    """Percentiles 10, 50 and 90: an 80% interval and its middle."""

    low: FloatArray
    middle: FloatArray
    high: FloatArray


def interval(draws: ArrayLike) -> Interval:
    """Compute percentiles 10, 50 and 90 over the first axis.

    Parameters
    ----------
    draws
        Draws, first axis draw. A draw without an answer is infinite; an end among such draws is NaN.

    Returns
    -------
    Interval
        Each shaped as `draws` without its first axis.
    """
    # Using existing draws instead of interpolating keeps infinity out of the arithmetic. Partitioning is several times
    # as fast on contiguous draws. It reorders each column separately, hence always a copy: the caller's rows belong
    # together.
    together = np.array(np.moveaxis(np.asarray(draws, float), 0, -1), order="C")
    ends = np.quantile(together, [0.1, 0.5, 0.9], axis=-1, method="closest_observation", overwrite_input=True)
    low, middle, high = np.where(np.isfinite(ends), ends, np.nan)
    return Interval(low, middle, high)


def widen_to_step(low: ArrayLike, high: ArrayLike, step: float = 5.0) -> tuple[FloatArray, FloatArray]:
    """Round an interval outwards to whole steps, so that rounding never narrows it.

    Parameters
    ----------
    low, high
        Ends of intervals.
    step
        The step to round to, in the unit of the ends.

    Returns
    -------
    tuple of numpy.ndarray
        Lower ends rounded down and upper ends rounded up.
    """
    return np.floor(np.asarray(low) / step) * step, np.ceil(np.asarray(high) / step) * step


def probability_met(draws: ArrayLike, target: ArrayLike) -> FloatArray:
    """Compute the share of the draws that reach a target.

    Parameters
    ----------
    draws
        Draws, first axis draw, e.g. of coverage. A draw without an answer (NaN) has not reached it.
    target
        Target, broadcastable to one draw.

    Returns
    -------
    numpy.ndarray
        Probabilities, shaped as `draws` without its first axis.
    """
    return np.asarray((np.asarray(draws, float) >= np.asarray(target, float)).mean(axis=0))


class Indices(NamedTuple):
    """Sobol indices: contributions of each group of assumptions to an output's variance."""

    groups: tuple[str, ...]
    first: FloatArray
    """First-order indices (S1), (group, output…): the reduction from knowing the group alone."""
    total: FloatArray
    """Total indices (ST), (group, output…): the remainder if all but the group were known."""
    first_error: FloatArray
    """Half width of the 95 % interval of `first` for random points; Sobol points do better."""
    total_error: FloatArray
    """Half width of the 95 % interval of `total`."""


def sobol_indices(
    groups: Mapping[str, Sequence[str]],
    evaluate: Callable[[Sample], ArrayLike],
    assumptions: Mapping[str, Assumption],
    streams: Mapping[str, Sequence[str]],
    n: int = POINTS,
    seed: int = SEED,
    joints: Sequence[Joint] = (),
) -> Indices:
    """Compute first-order and total Sobol indices of independent groups of assumptions (method f).

    ``S1 = Var(E[Y | group]) / Var(Y)`` and ``ST = E[Var(Y | all other groups)] / Var(Y)``, by Saltelli's design
    on scrambled Sobol points. A stream is one member of a group, with all its regions: separate indices of correlated
    inputs are meaningless.

    Parameters
    ----------
    groups
        Group → names of assumptions and streams. Those in no group keep their central value.
    evaluate
        The model: from a sample of at most `PIECE` draws to outputs (draw, output…), each draw independently.
    assumptions
        Assumptions by name.
    streams
        Stream of regional uniforms → region codes.
    n
        Base points, a power of two; the model runs on ``n (groups + 2)`` draws.
    seed
        The same seed gives the same indices.
    joints
        As in `sample`; jointly drawn assumptions are a single member of one group.

    Returns
    -------
    Indices
        NaN for an output that never varies or has draws without an answer.

    Raises
    ------
    ValueError
        If a name is in two groups or unknown, or n is not a power of two.
    """
    own = {group: list(dict.fromkeys(_column(name, joints) for name in names)) for group, names in groups.items()}
    members = [name for names in own.values() for name in names]
    if len(set(members)) < len(members):
        raise ValueError("a name is in more than one group, so that the groups are not independent")
    if unknown := sorted(set(members) - assumptions.keys() - streams.keys() - {joint.column for joint in joints}):
        raise ValueError(f"neither an assumption nor a stream: {', '.join(unknown)}")
    if n < 2 or n & (n - 1):
        raise ValueError("the number of base points must be a power of two")
    group_of = {
        column: group
        for group, names in own.items()
        for name in names
        for column in (_stream_columns({name: streams[name]}) if name in streams else [name])
    }
    problem = {
        "num_vars": len(group_of),
        "names": list(group_of),
        "bounds": [[0.0, 1.0]] * len(group_of),
        "groups": list(group_of.values()),
    }
    points = sobol_design.sample(problem, n, calc_second_order=False, seed=seed)
    inside = np.clip(points, np.finfo(float).eps, 1 - np.finfo(float).eps)
    columns = dict(zip(group_of, inside.T, strict=True))
    drawn = _sample(assumptions, streams, columns, len(points), joints)
    outputs = np.concatenate([np.asarray(evaluate(piece), float) for piece in chunks(drawn, PIECE)])
    flat = outputs.reshape(len(outputs), -1)
    reported = np.isfinite(flat).all(axis=0) & (flat != flat[0]).any(axis=0)
    found = np.full((4, len(groups), flat.shape[1]), np.nan)
    if reported.any():
        found[..., reported] = _indices(flat[:, reported], n)
    return Indices(tuple(groups), *found.reshape(4, len(groups), *outputs.shape[1:]))


def _indices(outputs: FloatArray, n: int) -> FloatArray:
    """Estimate indices and errors, (first, total, errors of both; group; output), of all outputs of a design at once."""
    ends = outputs.reshape(n, -1, outputs.shape[1])
    base = ends[:, [0, -1]]
    # The estimator of the first order is biased unless the outputs are centred.
    one, *mixed, other = ((ends - base.mean(axis=(0, 1))) / base.std(axis=(0, 1))).swapaxes(0, 1)
    first, total = (
        np.array([estimator(one, swapped, other) for swapped in mixed])
        for estimator in (sobol_analysis.first_order, sobol_analysis.total_order)
    )
    terms = (np.array([other * (swapped - one) for swapped in mixed]), np.square(np.array(mixed) - one) / 2)
    errors = (stats.norm.ppf(0.975) / np.sqrt(n) * term.std(axis=1) for term in terms)
    return np.array([first, total, *errors])


class Tornado(NamedTuple):
    """Effect of each assumption alone, between the ends of its range."""

    names: tuple[str, ...]
    central: FloatArray
    """Outputs with every assumption at its central value, (output…)."""
    low: FloatArray
    """Outputs with one assumption at its low end, (name, output…)."""
    high: FloatArray
    """Outputs with one assumption at its high end, (name, output…)."""


def tornado(
    evaluate: Callable[[Sample], ArrayLike],
    assumptions: Mapping[str, Assumption],
    streams: Mapping[str, Sequence[str]],
    joints: Sequence[Joint] = (),
) -> Tornado:
    """Move one assumption at a time to the ends of its range, with all others central.

    Parameters
    ----------
    evaluate
        The model, from a sample to outputs (draw, output…); it is called once.
    assumptions
        Assumptions by name. Fixed ones do not move, nor do scenarios, which are compared side by side.
    streams
        Stream of regional uniforms → region codes; all are at their median.
    joints
        Jointly conditioned assumptions. Each moves between the ends of its posterior, and the others to their expected
        values given it, as moving it alone would contradict the counts.

    Returns
    -------
    Tornado
        Only assumptions that are drawn, in the order given.
    """
    names = [name for name, item in assumptions.items() if item.distribution not in {"fixed", "scenario"}]
    count = len(names)
    still = _sample(assumptions, streams, {}, 2 * count + 1, joints)
    for place, name in enumerate(names):
        item = assumptions[name]
        alone: tuple[Mapping[str, ArrayLike], Mapping[str, ArrayLike]] = {name: item.low}, {name: item.high}
        ends = next((joint.ends[name] for joint in joints if name in joint.members), alone)
        for row, moved in zip((1 + place, 1 + count + place), ends, strict=True):
            for one, value in moved.items():
                still.assumptions[one][row] = value
    outputs = np.asarray(evaluate(still), float)
    return Tornado(tuple(names), outputs[0], outputs[1 : 1 + count], outputs[1 + count :])


def value_of_knowing(draws_of_group: ArrayLike, output: ArrayLike, bins: int = BINS) -> FloatArray:
    """Compute how much narrower an output's 80% interval would be on average if a group of inputs were known.

    ``1 - mean over classes (P90 - P10 within the class) / (P90 - P10)``. The draws are divided into equal classes by
    the least-squares prediction of the output's rank from the group's inputs. With one input these are classes of the
    input itself. Interactions within a group and information within a class are ignored, so the value is conservative;
    but values below 0.03 are indistinguishable from zero, as 128 draws in a class give that much by chance.

    Parameters
    ----------
    draws_of_group
        Draws of the inputs in the group, (draw, input) or (draw,).
    output
        Draws of the output, (draw, output…).
    bins
        Number of classes.

    Returns
    -------
    numpy.ndarray
        Share of the interval's width, from 0; shaped as `output` without its first axis. NaN if the output does not
        vary, or if its interval or one within a class is unbounded.

    Raises
    ------
    ValueError
        If there are fewer than ten draws for each class.
    """
    inputs, reported = np.asarray(draws_of_group, float), np.asarray(output, float)
    draws = len(reported)
    if draws < 10 * bins:
        raise ValueError("too few draws: an interval within a class needs ten")
    known, answers = inputs.reshape(draws, -1), reported.reshape(draws, -1)
    centred = known - known.mean(axis=0)
    # Ranks handle draws without an answer (infinite), and keep outliers from dominating the fit.
    wanted = stats.rankdata(answers, axis=0) - (draws + 1) / 2
    predicted = centred @ np.linalg.lstsq(centred, wanted, rcond=None)[0]
    order = np.argsort(predicted, axis=0, kind="stable")
    size = draws // bins
    classed = np.take_along_axis(answers, order, axis=0)[: size * bins].reshape(bins, size, -1)
    within, overall = interval(np.moveaxis(classed, 1, 0)), interval(answers)
    width = np.where(overall.high > overall.low, overall.high - overall.low, np.nan)
    narrower = 1 - (within.high - within.low).mean(axis=0) / width
    return np.maximum(narrower, 0.0).reshape(reported.shape[1:])
