// Makes Sphinx's search answer: pages whose title is meant come first, and what it quotes are words and numbers as the
// page has them, without controls and with space between the cells of a table.
(() => {
  "use strict";
  const query = (new URLSearchParams(location.search).get("q") ?? "").trim().toLowerCase();
  const LEFT_OUT = ".headerlink, script, style, svg, select, button, input, .rv-download, .rv-anchor, .rv-tools, .rv-about";
  const BLOCKS = "td, th, tr, li, p, dt, dd, summary, figcaption, h1, h2, h3, h4, option, div";
  const inOf = (title) => (title.startsWith(query) ? 1000 : title.includes(query) ? 500 : 0);
  Object.assign(Scorer, {
    // The page's own title counts most, then that of a section.
    score: ([, title, , , score]) => {
      const [page, section] = title.toLowerCase().split(" > ");
      return score + (query && (section === undefined ? 2 * inOf(page) : inOf(section)));
    },
  });
  const perform = Search._performSearch;
  Search._performSearch = (...all) => {
    const seen = new Set();
    // The best comes last. A page found by its title and by its text is one page.
    const kept = perform(...all).reverse().filter(([page, title, anchor]) => {
      const key = title.includes(" > ") ? page + anchor : page;
      return !seen.has(key) && seen.add(key);
    });
    return kept.reverse();
  };
  Search.htmlToText = (markup, anchor) => {
    const page = new DOMParser().parseFromString(markup, "text/html");
    for (const part of page.querySelectorAll(LEFT_OUT)) part.remove();
    for (const block of page.querySelectorAll(BLOCKS)) block.append("\n");
    const main = page.querySelector("[role=main] article, article, [role=main]");
    const text = ((anchor && page.getElementById(anchor.slice(1))) || main)?.textContent ?? "";
    return text.replace(/\s*\n\s*/g, " \u00b7 ").replace(/(?: \u00b7)+/g, " \u00b7").trim();
  };
})();
