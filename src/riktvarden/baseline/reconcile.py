"""Reconcile a region's dated figures on training: fit one path of stock and flows, and find figures that do not fit."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import lsq_linear

FloatArray = NDArray[np.float64]

QUESTION = 2.0
"""Distance from the path, in standard errors, beyond which a figure is a question to the region."""


class Errors(NamedTuple):
    """Relative standard errors of the figures that the path is fitted to."""

    stock: float
    """Error of a published number of persons in training."""
    flow: float
    """Error of a published number of starters or completions in a year, and of completions as a share of the stock."""
    change: float
    """Error of the change of starters from one year to the next."""


class Reconciled(NamedTuple):
    """A path with consistent stock and flows, and the figures compared with it."""

    path: pd.DataFrame
    """``year, stock`` (persons at the end of the year), ``starters, completions, drop_outs`` (persons in the year)."""
    figures: pd.DataFrame
    """The figures with ``fitted, residual`` (in standard errors) and ``question``."""


def reconcile(figures: pd.DataFrame, duration: float, completion: float, errors: Errors) -> Reconciled:
    """Fit one path of persons in training to figures of different years and kinds (method A5).

    Least squares ``min Σ (fitted - figure)² / σ²`` under ``T' = T + I - G - X`` with no flow negative. Where
    nothing is published, completions are ``c T / D`` and drop-outs ``(1 - c) T / D`` of the stock, within the
    error of flows, and starters change little from year to year.

    Parameters
    ----------
    figures
        ``year, kind, value``; kind is ``stock`` (persons at the end of the year), ``starters`` or
        ``completions`` (persons in the year).
    duration
        Calendar years from start to certificate (D).
    completion
        Share of starters who complete (c).
    errors
        Standard errors of figures and shares.

    Returns
    -------
    Reconciled
        The path from the first to the last year of the figures, and the figures compared with it.

    Raises
    ------
    ValueError
        If there are fewer than two figures on the stock, or a value is not positive.
    """
    stocks = figures.loc[figures["kind"] == "stock"]
    if len(stocks) < 2:
        raise ValueError("a path needs at least two dated figures on the stock")
    if not (figures["value"] > 0).all():
        raise ValueError("only positive figures can be reconciled")
    years = np.arange(int(figures["year"].min()), int(figures["year"].max()) + 1)
    count = len(years)
    size = float(stocks["value"].mean())
    # Unknowns: the stock before the first year, then starters, completions and drop-outs of every year.
    starters, completions, drop_outs = (1 + k * count + np.arange(count) for k in range(3))
    unknowns = 1 + 3 * count
    before = np.zeros((count + 1, unknowns))
    before[:, 0] = 1
    for flow, sign in ((starters, 1.0), (completions, -1.0), (drop_outs, -1.0)):
        for year, column in enumerate(flow):
            before[year + 1 :, column] = sign
    opening, closing = before[:-1], before[1:]
    at = {"stock": closing, "starters": np.eye(unknowns)[starters], "completions": np.eye(unknowns)[completions]}

    index = figures["year"].to_numpy(int) - years[0]
    seen = np.vstack([at[kind][i] for kind, i in zip(figures["kind"], index, strict=True)])
    value = figures["value"].to_numpy(float)
    sigma = value * np.where(figures["kind"] == "stock", errors.stock, errors.flow)
    typical = size / duration
    shares = [
        (np.eye(unknowns)[completions] - completion / duration * opening, errors.flow * typical),
        (np.eye(unknowns)[drop_outs] - (1 - completion) / duration * opening, errors.flow * typical),
        (np.diff(np.eye(unknowns)[starters], axis=0), errors.change * typical),
    ]
    matrix = np.vstack([seen / sigma[:, None], *(rows / scale for rows, scale in shares)])
    wanted = np.concatenate([value / sigma, np.zeros(len(matrix) - len(value))])
    solution = lsq_linear(matrix, wanted, bounds=(0, np.inf), tol=1e-12).x
    fitted = seen @ solution
    residual = (value - fitted) / sigma
    path = pd.DataFrame(
        {
            "year": years,
            "stock": closing @ solution,
            "starters": solution[starters],
            "completions": solution[completions],
            "drop_outs": solution[drop_outs],
        }
    )
    return Reconciled(path, figures.assign(fitted=fitted, residual=residual, question=np.abs(residual) > QUESTION))
