"""Independent second implementation of the model, from the method chapter: an oracle for published central values.

Nothing here imports the package but ``test_oracle.py``, which compares. The tables and assumptions are read from disk and
the formulas written as the method chapter has them, for one set of values, in loops over regions, municipalities, ages and
years where the package works on arrays of draws: explicit matrices of moves where the package has closed forms, cohorts
followed year by year where it has kernels, precisions where it has gains, and the linear programme over starters alone.

Covered
-------
To a relative 1e-9, at the central values and once at others, so that assumptions with equal values cannot be confused:

- every central value of ``Results.tidy`` and ``Results.paths``: inhabitants, published figures, stocks in training and of
  specialists, requirement, coverage A and B, gaps, inflow, exits, the long run, and the guideline values
- ``municipalities``, ``factors``, ``contributions``, ``norms``, and starters and intakes of ``starters`` (by target year)
- for district nurses, physiotherapists, occupational therapists and psychologists, ``guidelines.need_index``, a central
  value, and the need by principal and year and the supply behind the published values
- the same stocks for the regions whose values are not published
- the outcome of the starters of ``programme``

Less exactly: the places in education, to the two digits of their ranges; and for the linear programme, that the published
starters meet every condition at the lowest cost, and that no year before those of ``variants`` is feasible.

Taken as inputs
---------------
- The central values of the twelve assumptions of `careers.CONDITIONED`: means of a posterior sample (Bayesian melding),
  which have no closed form. ``test_posterior.py`` compares them with means of an independently drawn sample, within the
  error of both; everything derived from the means is recomputed, including the back-cast from 2010.
- The starters of ``programme``: the linear programme has several optima, and the solver chooses among them.

The number of linearisations of the sum of the regions (A4) is that of the package, `counted.LINEARISED`: more would change
the stock of a region by up to a millionth.

Where the chapter is silent
---------------------------
The structure differs, but the definition is the package's: agreement shows that the code does what is intended, not that
the intention is right. This applies to

- the treatment of rounding, ranges, dates and the common level in the model of the regions (A4)
- ages of the four professions' stock and entrants, and the exit of all at 75 (b)
- the split of the years after the last single ages, pooled migration from 90 on, and the fitting of municipalities (b)
- the conversion of minutes moved from doctors to full-time equivalents of others (C4)
- the cells that show a value

Not covered
-----------
Intervals, texts, the other columns of ``variants``, and values that are shares or medians of draws: see
``OF_DRAWS`` and ``FRAMES_LEFT_OUT`` of ``test_oracle.py``. A test fails if a measure or a frame of the results is neither
compared nor in one of the lists.
"""
