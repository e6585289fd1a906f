"""Independent second implementation of the model, from the method chapter: an oracle for published central values.

Nothing here imports the package but ``test_oracle.py``, which compares. The tables and assumptions are read from disk and
the formulas written as the method chapter has them, for one set of values, in loops over regions, municipalities, ages and
years where the package works on arrays of draws: explicit matrices of moves where the package has closed forms, cohorts
followed year by year where it has kernels, precisions where it has gains, and the linear programme over starters alone.

Covered
-------
To a relative 1e-9, at the central values and once more at others, so that two assumptions that happen to be alike
cannot be exchanged for each other:

- every central value of ``Results.tidy`` and ``Results.paths``: inhabitants, published figures, stocks in training and of
  specialists, requirement, coverage A and B, gaps, inflow, exits, the long run, and the guideline values
- ``municipalities``, ``factors``, ``contributions``, ``norms``, and starters and intakes of ``starters`` (by target year)
- of district nurses, physiotherapists, occupational therapists and psychologists ``principals.need_index``, the only
  central value that is published, and behind the published ranges the need by principal and year and the supply
- the same stocks for the regions whose values are not published
- what the starters of ``programme`` lead to

Less exactly: the places in education, to the two digits of their ranges; and of the linear programme that the published
starters keep to every condition, that they cost the least, and that no year before those of ``variants`` has an answer.

Taken as inputs
---------------
- The central values of the twelve assumptions of `careers.CONDITIONED`: means of a posterior sample (Bayesian melding),
  which no closed form gives. ``test_posterior.py`` compares them with means of a sample drawn in another way, within the
  error of both; all that follows from the means is recomputed, the back-cast from 2010 too.
- The starters of ``programme``: the linear programme has several optima, and which of them is found is the solver's choice.

How often the sum of the regions is linearised (A4) is that of the package, `counted.LINEARISED`: more often would move
the stock of a region by up to a millionth.

Where the chapter is silent
---------------------------
The structure is another one, but the definition is the package's: agreement says that the code does what it means to, not
that this is right. So it is with

- how rounding, ranges, dates and the common level enter the model of the regions (A4)
- ages of the four professions' stock and entrants, and that all leave at 75 (b)
- how the years after the last single ages are split, that migration is pooled from 90 on, and how municipalities are
  fitted (b)
- what minutes moved from doctors are in full-time equivalents of others (C4)
- which cells show a value

Not covered
-----------
Intervals, texts, the other columns of ``variants``, and values that are shares or medians of draws: see
``OF_DRAWS`` and ``FRAMES_LEFT_OUT`` of ``test_oracle.py``. A measure or a frame of the results that is neither compared nor
in one of the lists makes a test fail.
"""
