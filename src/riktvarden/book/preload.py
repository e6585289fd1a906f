"""What warm kernels find done when they are forked: imports of libraries, and what these do once on first use.

Nothing here may start a thread, open a file for good, or import code that is still being written.
"""
# ruff: noqa: F401 - imported for those who come after

import importlib
import os

import altair as alt
import geopandas
import ipykernel.kernelapp
import pandas as pd
import pyarrow.parquet
import scipy.optimize
import scipy.stats

# A kernel imports these when it starts; the debugger would say what it may miss, and nobody debugs a page.
os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"
for name in ("ipykernel.debugger", "IPython.core.completerlib", "IPython.core.debugger", "IPython.extensions.storemagic"):
    importlib.import_module(name)

# The first chart of a process costs more than others.
alt.Chart(pd.DataFrame({"x": [1], "y": ["a"]})).mark_bar().encode(x="x:Q", y="y:N").to_dict()
