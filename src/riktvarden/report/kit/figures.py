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
import numpy as np
import pandas as pd
from altair.utils import schemapi
from IPython.display import display
from numpy.typing import NDArray

from riktvarden.report.kit import downloads, sources
from riktvarden.report.kit.column import Column, Place, Written
from riktvarden.report.kit.language import MINUS, Language

LONG = 40
"""Rows above which a table can be narrowed."""
MANY = 7
"""Columns above which a table is set smaller."""
NARROW = '<div class="rv-narrow"></div>'
"""Place of the fields above a long table, which a script makes."""
REGION_CODE = 2
"""Digits of a region's code; that of a municipality has more."""

_GAP = re.compile(r"(?<=\d) (?=\d{3}(?!\d))|(?<=±) ")
_CODE = re.compile(r"\b[a-z]{2}-\d{2,4}\b")
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
        missing = language("uppgift saknas")
        is_missing = (self.cells == missing).to_numpy(bool)
        empty = np.asarray(is_missing.all(axis=1), bool)
        if empty.all() or self.anchors:  # a table of dashes is a table still, and an anchor needs its row
            empty[:] = False
        words = [escape(str(column)) for column in self.cells.columns]
        numeric = [c not in self.text and self.cells[c].map(_is_number).any() for c in self.cells.columns]
        kinds = [' class="number"' if yes else "" for yes in numeric]
        # A block of lines names each of its cells.
        named = [f' data-column="{word}"' if self.stacked else "" for word in words]
        head = "\n".join(
            f'<th scope="col"{kind}>{kept(str(column))}</th>' for column, kind in zip(self.cells, kinds, strict=True)
        )
        places = [f' id="{anchor}"' for anchor in self._anchors] or [""] * len(self.cells)
        rows = "\n".join(
            f"<tr{place}{_within(label)}>"
            + "\n".join(
                [
                    _row_head(label),
                    *(
                        f"<td{kind}{name}>{_marked(str(text), missing)}</td>"
                        for text, name, kind in zip(texts, named, kinds, strict=True)
                    ),
                ]
            )
            + "</tr>"
            for place, (label, *texts), left_out in zip(places, self.cells.itertuples(name=None), empty, strict=True)
            if not left_out
        )
        corner = f'<th scope="col">{escape(str(self.cells.index.name))}</th>' if self.cells.index.name else "<td></td>"
        long = len(self.cells) - int(empty.sum()) > LONG
        looks = ["rv-table", *["rv-stacked"] * self.stacked, *["rv-many"] * (len(words) > MANY)]
        return (
            f'<div class="rv-item" id="{self.name}"><p class="rv-title" id="{self.name}-rubrik">{kept(self.caption)}</p>'
            f"{NARROW if long else ''}"
            f'<div class="rv-scroll" tabindex="0" role="group" aria-labelledby="{self.name}-rubrik"'
            f"{_filter_words(language) if long else ''}>"
            f'<table class="{" ".join(looks)}" aria-labelledby="{self.name}-rubrik">'
            f"<thead><tr>{corner}\n{head}</tr></thead>\n"
            f"<tbody>{rows}</tbody></table></div>"
            + self._notes(language, empty, dashes=bool(is_missing[~empty].any()))
            + f'<p class="rv-source">{escape(language("Källa"))}: {kept(self.source)}. '
            f"{embedded(self.name, self.csv, language)} {_anchor(self.name, language)}</p></div>"
        )

    @property
    def _anchors(self) -> list[str]:
        """Anchors of the rows; a long table of places has one for each, by its code."""
        codes = [label.code for label in self.cells.index if isinstance(label, Place)]
        if self.anchors or not LONG < len(self.cells) == len(set(codes)):
            return list(self.anchors)
        return [f"{self.name}-{code}" for code in codes]

    def _notes(self, language: Language, empty: NDArray[np.bool_], *, dashes: bool) -> str:
        """Say what a dash means, and for which rows there is nothing at all."""
        t = language
        said = []
        if empty.any():
            labels = [label for label, left_out in zip(self.cells.index, empty, strict=True) if left_out]
            if all(isinstance(label, Place) and len(label.code) == REGION_CODE for label in labels):
                words = t.plural(
                    "En region saknar publicerad uppgift, nämligen {names}.",
                    "{count} regioner saknar publicerad uppgift, nämligen {names}.",
                    len(labels),
                    names="{names}",
                )
            else:
                words = t("Uppgift saknas helt om {names}.")
            # Each name is marked, so that those of places lead to their pages from here too.
            marks = [f"\0{number}\0" for number in range(len(labels))]
            sentence = escape(words.replace("{names}", t.listed(marks)))
            for mark, label in zip(marks, labels, strict=True):
                sentence = sentence.replace(mark, _marked_place(label, "span"))
            said.append(sentence)
        if dashes:
            said.append(escape(t("Ett streck betyder att uppgift saknas.")))
        return f'<p class="rv-source">{" ".join(said)}</p>' if said else ""

    def bundle(self) -> dict[str, Any]:
        """MIME bundle: the table as data, for programs; nothing where there is nothing to show."""
        if self.cells.empty:
            return {}
        fields = [
            {"name": str(name), "type": kind} for name, kind in zip(self.data, downloads.types(self.data), strict=True)
        ]
        reported = {"name": self.name, "title": self.caption, "source": self.source, "fields": fields}
        return {TABLE: {**reported, "csv": self.csv.decode("utf-8-sig")}}

    @cached_property
    def csv(self) -> bytes:
        """The table as its file has it."""
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


def _row_head(label: object) -> str:
    """A row's head; that of a place says which, and the site makes a link of it, see `riktvarden.book.opendata`."""
    return _marked_place(label, 'th scope="row"')


def _marked_place(label: object, tag: str) -> str:
    """A label in its tag; one of a place with its code."""
    code = f' data-place="{escape(label.code)}"' if isinstance(label, Place) and label.code else ""
    return f"<{tag}{code}>{kept(str(label))}</{tag.partition(' ')[0]}>"


def _within(label: object) -> str:
    """The region that a row is in, to narrow a table by."""
    return f' data-within="{escape(label.within)}"' if isinstance(label, Place) and label.within else ""


def _filter_words(language: Language) -> str:
    """What the fields above a long table are called; a script makes them."""
    words = {
        "filter": language("Visa rader med"),
        "within": language("Region"),
        "all": language("Alla regioner"),
        "shown": language("{count} av {all} rader visas."),
    }
    return "".join(f' data-{name}="{escape(word)}"' for name, word in words.items())


def kept(text: str) -> str:
    """Text as markup in which no number and no code is broken over two lines."""
    return _CODE.sub(r'<span class="rv-code">\g<0></span>', _GAP.sub("\N{NO-BREAK SPACE}", escape(text)))


def _marked(text: str, missing: str = "") -> str:
    """A cell's text: an address becomes a link that names its site, an interval is on a line of its own.

    What is `missing` is a dash to the eye and a word to the ear.
    """
    if missing and text == missing:
        return f'<span class="rv-none"><span>{escape(text)}</span></span>'
    if not text.startswith(("https://", "http://")):
        value, has_interval, interval = escape(text).partition(" (")
        numeric = has_interval and _is_number(text)
        return f'{value} <span class="rv-interval">({interval}</span>' if numeric else kept(text)
    return f'<a href="{escape(text)}">{escape(urlsplit(text).netloc.removeprefix("www."))}</a>'


def _is_number(text: object) -> bool:
    """Whether a cell is a number, an interval, or one with the other."""
    return bool(_NUMBER.fullmatch(str(text)))


def _anchor(name: str, language: Language) -> str:
    """A link to the place itself, to copy."""
    return f'<a class="rv-anchor" href="#{name}">{escape(language("Länk hit"))}</a>'
