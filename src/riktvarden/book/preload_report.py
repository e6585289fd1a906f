"""Further preload for kernels of a build: the code of the report, which does not change during a build."""

import importlib
import pkgutil

from altair.utils import schemapi

import riktvarden.report

for module in pkgutil.walk_packages(riktvarden.report.__path__, "riktvarden.report."):
    importlib.import_module(module.name)

# Checking every chart takes longer than making it: the tests check the charts of a built book, and those made outside one.
schemapi.disable_debug_mode()
