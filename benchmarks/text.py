"""Measure how much there is to read: words, repeated sentences and readability of a built site.

``python benchmarks/text.py _build/site`` reports each language of a built site, without its regions' and municipalities'
pages and with them, and ``--pages`` each page. Words in tables, folds and charts count as read only in "all words";
prose is paragraphs, lists and captions in sight. LIX is words per sentence plus the percentage of words over six letters.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bs4 import BeautifulSoup, Tag

PROSE = ("p", "li", "dd", "figcaption")
"""Elements of running text."""
NOT_PROSE = ("table", "details", "svg", "pre", "nav", "form")
NOT_READ = ("script", "style", "template", "noscript")
TOOLS = ".rv-tools, .rv-anchor, .rv-download, .rv-source, .rv-key, .headerlink"
"""Links and sources beside tables and charts, which are no sentences."""
FOLDERS = ("regions", "municipalities")
"""Folders of pages made from a template."""
LONG = 6
_WORD = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*")
_END = re.compile(r"(?<=[.!?])\s+(?=[A-ZÅÄÖ0-9”\"])")


@dataclass(frozen=True)
class Text:
    """What there is to read on a page."""

    page: str
    words: int
    sentences: tuple[str, ...]

    @property
    def prose(self) -> list[str]:
        """Words of the running text."""
        return [word for sentence in self.sentences for word in _WORD.findall(sentence)]


def read(markup: str, page: str = "") -> Text:
    """Return the text of a page's article."""
    article = BeautifulSoup(markup, "html.parser").find("article")
    if not isinstance(article, Tag):
        return Text(page, 0, ())
    for tag in article.find_all(NOT_READ):
        tag.decompose()
    words = len(_WORD.findall(article.get_text(" ")))
    for tag in [*article.find_all(NOT_PROSE), *article.select(TOOLS)]:
        if not tag.decomposed:
            tag.decompose()
    return Text(page, words, tuple(_sentences(article)))


def _sentences(article: Tag) -> Iterator[str]:
    """Yield the sentences of the innermost elements of running text."""
    for element in article.find_all(PROSE):
        if not element.find(PROSE):
            text = " ".join(element.get_text(" ").split())
            yield from (sentence for sentence in _END.split(text) if len(_WORD.findall(sentence)) > 1)


def repeated(texts: Iterable[Text]) -> float:
    """Return the share of sentences that have been read before, on the same page or another."""
    sentences = [sentence for text in texts for sentence in text.sentences]
    return 1 - len(set(sentences)) / len(sentences) if sentences else 0.0


def lix(texts: Iterable[Text]) -> float:
    """Return the readability index LIX of the running text."""
    read_texts = list(texts)
    words = [word for text in read_texts for word in text.prose]
    sentences = sum(len(text.sentences) for text in read_texts)
    return len(words) / sentences + 100 * sum(len(word) > LONG for word in words) / len(words) if words else 0.0


def _row(name: str, texts: list[Text]) -> str:
    words, prose = sum(text.words for text in texts), sum(len(text.prose) for text in texts)
    return f"{name:36} {len(texts):5} {words:8} {prose:8} {100 * repeated(texts):5.1f} % {lix(texts):5.1f}"


def main(given: Sequence[str] | None = None) -> None:
    """Measure a site."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("site", type=Path)
    parser.add_argument("--pages", action="store_true", help="show every page too")
    options = parser.parse_args(given)
    print(f"{'':36} pages    words    prose  repeat   LIX")
    for start in sorted(options.site.glob("*/chapters/index.html")):
        folder = start.parent
        files = sorted(folder.rglob("*.html"))
        texts = [read(file.read_text(encoding="utf-8"), file.relative_to(folder).as_posix()) for file in files]
        texts = [text for text in texts if text.words]  # an old address has none
        chapters = [text for text in texts if not text.page.startswith(FOLDERS)]
        language = folder.parent.name
        print(_row(f"{language}: chapters", chapters))
        print(_row(f"{language}: all pages", texts))
        if options.pages:
            for text in sorted(chapters, key=lambda text: -text.words):
                print(_row(f"  {text.page}", [text]))


if __name__ == "__main__":
    main()
