"""A picture with its alternative text, its table and its download, as one thing that a chapter shows."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape, unescape
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

import altair as alt
import pandas as pd
from altair.utils import schemapi
from IPython.display import display

from riktvarden.report.kit import downloads, sources
from riktvarden.report.kit.column import Column, Written
from riktvarden.report.kit.language import MINUS, Language

_NUMBER = re.compile(rf"[\d{MINUS}+][\d\s,.%()–{MINUS}]*(till[\d\s,.%()–{MINUS}]*)?")

_SENTENCES = re.compile(r"(?<=[.!?])\s+(?=[A-ZÅÄÖ\d”\"])")
"""Where a sentence ends: before what can begin another."""

VEGALITE = f"application/vnd.vegalite.v{alt.SCHEMA_VERSION.removeprefix('v').split('.')[0]}+json"
TABLE = "application/vnd.riktvarden.table+json"
"""Output that is a table as data; it stays in the notebook that has run, beside the markup that pages show."""


@dataclass(frozen=True)
class Table:
    """A table as readers see it and as they download it."""

    name: str
    """File name of the download, without ending; also the table's anchor, so one a page and the same in all languages."""
    cells: pd.DataFrame
    """Formatted text, the row header as index."""
    data: pd.DataFrame
    """The same figures unformatted, with codes, for the download."""
    caption: str
    source: str
    text: tuple[str, ...] = ()
    """Columns that are text even where a cell looks like a number, e.g. a year."""
    stacked: bool = False
    """Whether a narrow screen shows each row as a block of lines: for tables with much text."""
    anchors: tuple[str, ...] = ()
    """Anchors of the rows, for links that lead to one of them."""

    @classmethod
    def of(
        cls,
        language: Language,
        name: str,
        index: pd.Index,
        columns: Iterable[Column | None],
        data: pd.DataFrame,
        caption: str,
        source: str = "",
        *,
        stacked: bool = False,
        anchors: tuple[str, ...] = (),
    ) -> Table:
        """Write a table of columns.

        Parameters
        ----------
        language
            Language of the words and numbers.
        name, data, caption, stacked, anchors
            As the table has them.
        index
            Heads of the rows, see `riktvarden.report.kit.column.heads`.
        columns
            The columns from left to right; None for one that is left out.
        source
            Where its figures come from; unless given, what they say of it themselves in the column ``source`` of `data`.

        Raises
        ------
        ValueError
            If a column has more or fewer cells than there are rows, two columns have one heading, or nothing says where
            the figures come from.
        """
        shown = [column for column in columns if column is not None]
        heads = [column.head or language("Status") for column in shown]
        cells = [_whole(name, head, column.write(language), len(index)) for head, column in zip(heads, shown, strict=True)]
        frame = pd.DataFrame(dict(enumerate(cells)), index=index).set_axis(heads, axis=1)
        try:
            source = source or sources.line(data["source"].dropna() if "source" in data else (), language)
        except ValueError as error:
            raise ValueError(f"table {name}: {error}") from error
        texts = tuple(head for head, column in zip(heads, shown, strict=True) if column.is_text)
        return cls(name, frame, data, caption, source, text=texts, stacked=stacked, anchors=anchors)

    def __post_init__(self) -> None:
        for columns in (self.cells.columns, self.data.columns):
            if twice := list(dict.fromkeys(columns[columns.duplicated()])):
                raise ValueError(f"table {self.name} has more than one column named {', '.join(map(repr, twice))}")

    def html(self, language: Language) -> str:
        """Write the table, its source and its download link; a sentence where there is nothing to show."""
        if self.cells.empty:
            return f"<p>{escape(language('Ingen publicerad uppgift finns.'))}</p>"
        words = [escape(str(column)) for column in self.cells.columns]
        numeric = [c not in self.text and self.cells[c].map(_is_number).any() for c in self.cells.columns]
        kinds = [' class="number"' if yes else "" for yes in numeric]
        head = "".join(f'<th scope="col"{kind}>{word}</th>' for word, kind in zip(words, kinds, strict=True))
        places = [f' id="{anchor}"' for anchor in self.anchors] or [""] * len(self.cells)
        rows = "".join(
            f'<tr{place}><th scope="row">{escape(str(label))}</th>'
            + "".join(
                f'<td{kind} data-column="{word}">{_marked(str(text))}</td>'
                for text, word, kind in zip(texts, words, kinds, strict=True)
            )
            + "</tr>"
            for place, (label, *texts) in zip(places, self.cells.itertuples(name=None), strict=True)
        )
        corner = f'<th scope="col">{escape(str(self.cells.index.name))}</th>' if self.cells.index.name else "<td></td>"
        return (
            f'<div class="rv-item" id="{self.name}"><p class="rv-title" id="{self.name}-rubrik">{escape(self.caption)}</p>'
            f'<div class="rv-scroll" tabindex="0" role="group" aria-labelledby="{self.name}-rubrik">'
            f'<table class="rv-table{" rv-stacked" if self.stacked else ""}" aria-labelledby="{self.name}-rubrik">'
            f"<thead><tr>{corner}{head}</tr></thead>"
            f"<tbody>{rows}</tbody></table></div>"
            f'<p class="rv-source">{escape(language("Källa"))}: {escape(self.source)}. '
            f"{embedded(self.name, self._csv, language)} {_anchor(self.name, language)}</p></div>"
        )

    def bundle(self) -> dict[str, Any]:
        """MIME bundle: the table as data, for programs; nothing where there is nothing to show."""
        if self.cells.empty:
            return {}
        fields = [
            {"name": str(name), "type": kind} for name, kind in zip(self.data, downloads.types(self.data), strict=True)
        ]
        reported = {"name": self.name, "title": self.caption, "source": self.source, "fields": fields}
        return {TABLE: {**reported, "csv": self._csv.decode("utf-8-sig")}}

    @cached_property
    def _csv(self) -> bytes:
        return downloads.csv(self.data)


def _whole(name: str, head: str, cells: Written, count: int) -> list[str]:
    """Return a column's cells, one a row."""
    if isinstance(cells, str):
        return [cells] * count
    if len(cells) != count:
        raise ValueError(f"table {name}: column {head!r} has {len(cells)} cells for {count} rows")
    return list(cells)


def embedded(name: str, csv: bytes, language: Language) -> str:
    """Write the link to a table's file that works wherever the page is: it holds the file."""
    return linked(name, f"data:text/csv;charset=utf-8;base64,{base64.b64encode(csv).decode('ascii')}", language)


def linked(name: str, address: str, language: Language) -> str:
    """Write the link to a table's file at an address."""
    words = escape(language("Ladda ned tabellen (CSV)"))
    return f'<a class="rv-download" download="{name}.csv" href="{address}">{words}</a>'


@dataclass(frozen=True)
class Figure:
    """A chart, what it shows in words, and the table behind it."""

    chart: alt.TopLevelMixin
    alternative: str
    """What the picture shows, stated as a finding, for readers who do not see it."""
    caption: str
    """What the picture shows: measure, unit and date."""
    table: Table
    live: bool = False
    """Whether the reader's browser draws the chart, as its values change; otherwise it is drawn once, by the build."""

    @classmethod
    def of(cls, chart: alt.TopLevelMixin, alternative: str, table: Table) -> Figure:
        """A figure that its table's caption describes as well."""
        return cls(chart, alternative, table.caption, table)

    @property
    def anchor(self) -> str:
        """Where links to the picture lead."""
        return f"bild-{self.table.name}"

    @property
    def headline(self) -> str:
        """What the picture says: the first sentence of `alternative` after the one that names its form."""
        form, *findings = _SENTENCES.split(self.alternative)
        return findings[0] if findings else form

    @property
    def rest(self) -> str:
        """What more the picture says: the sentences of `alternative` after the headline."""
        return " ".join(_SENTENCES.split(self.alternative)[2:])

    def bundle(self, **words: str) -> dict[str, Any]:
        """MIME bundle: the Vega-Lite specification, checked unless Altair's debug mode is off, and its words.

        Parameters
        ----------
        words
            Words of the page around the picture: ``source`` and ``link``.
        """
        specification = {**self.chart.to_dict(validate=schemapi.DEBUG_MODE), "description": self.alternative}
        frame = {"anchor": self.anchor, "headline": self.headline, "subtitle": self.caption, **words}
        specification["usermeta"] = {**specification.get("usermeta", {}), **frame, **({"live": True} if self.live else {})}
        return {VEGALITE: specification, "text/plain": self.alternative}


def show(item: Figure | Table, language: Language) -> None:
    """Display a figure with its table folded below it, or a table on its own.

    Parameters
    ----------
    item
        What to show.
    language
        Language of the words around it.
    """
    if isinstance(item, Table):
        html(item.html(language), more=item.bundle())
        return
    display(item.bundle(source=f"{language('Källa')}: {item.table.source}.", link=language("Länk hit")), raw=True)
    html(
        f'<details class="rv-details">'
        f"<summary>{escape(language('Visa tabellen bakom bilden'))}</summary>"
        f"{item.table.html(language)}</details>",
        more=item.table.bundle(),
    )


def show_all(items: Iterable[Figure | Table], language: Language) -> None:
    """Display pictures and tables one after the other."""
    for item in items:
        show(item, language)


def show_folded(summary: str, table: Table, language: Language, before: str = "") -> None:
    """Display a table folded below a line of words; `before` is what is said above it."""
    said = f"<p>{escape(before)}</p>" if before else ""
    html(
        f'<details class="rv-details"><summary>{escape(summary)}</summary>{said}{table.html(language)}</details>',
        more=table.bundle(),
    )


def say(*sentences: str) -> None:
    """Display computed sentences: one as a paragraph, several as a list; empty ones are left out."""
    sentences = tuple(filter(None, sentences))
    if len(sentences) == 1:
        html(f"<p>{escape(sentences[0])}</p>")
    elif sentences:
        html('<ul class="rv-lead">' + "".join(f"<li>{escape(s)}</li>" for s in sentences) + "</ul>")


def html(markup: str, said: str = "", more: Mapping[str, Any] = MappingProxyType({})) -> None:
    """Display markup that the report made itself.

    Parameters
    ----------
    markup
        The markup.
    said
        What is shown instead of its words where no HTML is.
    more
        MIME type → the same as data.
    """
    shown = {"text/html": f'<div class="rv-output">{markup}</div>', "text/plain": said or _text(markup)}
    display({**shown, **more}, raw=True)


def _text(markup: str) -> str:
    """The words of the markup, for viewers that show no HTML."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def _marked(text: str) -> str:
    """A cell's text: an address becomes a link that names its site, an interval stands on a line of its own."""
    if not text.startswith(("https://", "http://")):
        value, has_interval, interval = escape(text).partition(" (")
        numeric = has_interval and _is_number(text)
        return f'{value} <span class="rv-interval">({interval}</span>' if numeric else escape(text)
    return f'<a href="{escape(text)}">{escape(urlsplit(text).netloc.removeprefix("www."))}</a>'


def _is_number(text: object) -> bool:
    """Whether a cell is a number, an interval, or one with the other."""
    return bool(_NUMBER.fullmatch(str(text)))


def _anchor(name: str, language: Language) -> str:
    """A link to the place itself, to copy."""
    return f'<a class="rv-anchor" href="#{name}">{escape(language("Länk hit"))}</a>'
