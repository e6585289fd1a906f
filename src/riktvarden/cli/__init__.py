"""The command line: one module a group of commands, one way to print and to fail."""

from __future__ import annotations

import typer

from riktvarden.cli import build, check, disclosure, returns
from riktvarden.cli.terminal import OneLineErrors

app = typer.Typer(
    cls=OneLineErrors,
    help="Open, reproducible guideline values for staffing Swedish primary care.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for command in (build.build, build.pdf, build.key, check.check, check.catalogues, check.regions):
    app.command()(command)
app.add_typer(returns.app, name="returns")
app.add_typer(disclosure.app, name="disclosure")
exports_app = typer.Typer(help="Files that a person exported from a statistics database.", no_args_is_help=True)
exports_app.command("check")(check.check_export)

app.add_typer(exports_app, name="exports")
