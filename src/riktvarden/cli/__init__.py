"""The command line: one module per group of commands, with shared output and error handling."""

from __future__ import annotations

import typer

from riktvarden.cli import build, check, data, disclosure, edition, response, returns, serve, verify
from riktvarden.cli.terminal import OneLineErrors

app = typer.Typer(
    cls=OneLineErrors,
    help="Open, reproducible guideline values for staffing Swedish primary care.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for command in (
    build.build,
    serve.serve,
    build.pdf,
    build.key,
    check.check,
    check.catalogues,
    check.regions,
    verify.verify,
):
    app.command()(command)
app.add_typer(returns.app, name="returns")
app.add_typer(response.app, name="response")
app.add_typer(disclosure.app, name="disclosure")
app.add_typer(data.app, name="data")
app.add_typer(edition.app, name="edition")
