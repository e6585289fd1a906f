"""Work done before warm kernels are forked: imports of libraries, and their initialisation on first use.

Nothing here may start a thread, keep a file open, or import code under development.
"""
# ruff: noqa: F401 - imported for forked kernels

import importlib
import os

import altair as alt
import geopandas
import ipykernel.kernelapp
import pandas as pd
import pyarrow.parquet
import scipy.optimize
import scipy.stats

# A kernel imports these when it starts; disable the debugger's warning, as pages are not debugged.
os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"
for name in ("ipykernel.debugger", "IPython.core.completerlib", "IPython.core.debugger", "IPython.extensions.storemagic"):
    importlib.import_module(name)

# The first chart of a process is slower than later ones.
alt.Chart(pd.DataFrame({"x": [1], "y": ["a"]})).mark_bar().encode(x="x:Q", y="y:N").to_dict()
