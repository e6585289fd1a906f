"""Further preload for kernels of a build: the code of the report, which does not change during a build."""

import importlib
import pkgutil

import riktvarden.report

for module in pkgutil.walk_packages(riktvarden.report.__path__, "riktvarden.report."):
    importlib.import_module(module.name)
