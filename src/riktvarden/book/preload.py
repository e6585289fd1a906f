"""What kernels of the report find done when they are forked: imports, and what libraries do once on first use.

Nothing here may start a thread, open a file for good, or depend on a page.
"""
# ruff: noqa: F401 - imported for those who come after

import importlib
import os
import pkgutil

import altair as alt
import geopandas
import ipykernel.kernelapp
import pandas as pd
import pyarrow.parquet
import scipy.optimize
import scipy.stats

import riktvarden.areas
import riktvarden.report

# A kernel imports these when it starts; the debugger would say what it may miss, and nobody debugs a page.
os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"
for name in ("ipykernel.debugger", "IPython.core.completerlib", "IPython.core.debugger", "IPython.extensions.storemagic"):
    importlib.import_module(name)

for module in pkgutil.iter_modules(riktvarden.report.__path__, "riktvarden.report."):
    importlib.import_module(module.name)

# The tests hold every chart against the schema; on every page it would take a fifth of the time.
alt.utils.schemapi.disable_debug_mode()

# The first chart of a process costs more than others.
alt.Chart(pd.DataFrame({"x": [1], "y": ["a"]})).mark_bar().encode(x="x:Q", y="y:N").to_dict()
