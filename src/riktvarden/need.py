"""How many general practitioners the inhabitants ask for under a list norm."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


def requirement(population: ArrayLike, norm: ArrayLike, weight: ArrayLike = 1.0) -> FloatArray:
    """Full-time specialists that a list norm asks for: ``R = N w / L`` (method C2).

    Parameters
    ----------
    population
        Inhabitants, last axis region.
    norm
        Inhabitants per full-time specialist.
    weight
        Need weight per inhabitant, averaging one over the nation; one until need is modelled.

    Returns
    -------
    numpy.ndarray
        Full-time equivalents, shaped as the arguments broadcast.

    Raises
    ------
    ValueError
        If the norm is not positive or a population is negative.
    """
    people, per_specialist = np.asarray(population, float), np.asarray(norm, float)
    if (per_specialist <= 0).any():
        raise ValueError("the norm must be a positive number of inhabitants per specialist")
    if (people < 0).any():
        raise ValueError("a population cannot be negative")
    return people * np.asarray(weight, float) / per_specialist


def extra_need(inhabitants_per_doctor: ArrayLike, norm: ArrayLike) -> FloatArray:
    """Additional doctors needed to reach the norm, as a share of those at work: ``n / L - 1``.

    Parameters
    ----------
    inhabitants_per_doctor
        Inhabitants per doctor today.
    norm
        Inhabitants per doctor that the norm allows.

    Returns
    -------
    numpy.ndarray
        Fraction of today's doctors; negative where the norm is already met.
    """
    return np.asarray(inhabitants_per_doctor, float) / np.asarray(norm, float) - 1.0
