"""What kernels of a build find imported besides `preload`: the code of the report, which does not change while it lasts."""

import importlib
import pkgutil

import riktvarden.report

for module in pkgutil.walk_packages(riktvarden.report.__path__, "riktvarden.report."):
    importlib.import_module(module.name)
