// What the buttons of every page do.
(() => {
  "use strict";
  const calls = {
    window: () => window.print(),
    toggleFullScreen: () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()),
  };
  document.addEventListener("click", (event) => calls[event.target.closest?.("[data-call]")?.dataset.call]?.());

  // What a reader has typed is held behind "#", after the name of a place on the page and "?": browsers send no server what
  // is there. Older addresses have it before "#", and lose it there when they are read.
  const held = () => location.hash.slice(1).split("?");
  const place = () => held()[0];
  const replace = (query, typed) => {
    const [search, text] = [query, typed].map((each) => (each.size ? `?${each}` : ""));
    const hash = place() + text;
    history.replaceState(null, "", location.pathname + search + (hash ? `#${hash}` : ""));
  };
  (window.riktvarden ??= {}).held = {
    is: () => held().length > 1,
    read(names) {
      const typed = new URLSearchParams(held().slice(1).join("?"));
      const query = new URLSearchParams(location.search);
      const old = names.filter((name) => query.has(name));
      for (const name of old) {
        if (!typed.has(name)) typed.set(name, query.get(name));
        query.delete(name);
      }
      if (old.length) replace(query, typed);
      else if (typed.size && place()) document.getElementById(place())?.scrollIntoView();
      return typed;
    },
    write: (typed) => replace(new URLSearchParams(location.search), typed),
  };

  // What a reader has chosen on a page follows to the same page in another language.
  for (const link of document.querySelectorAll("a.rv-language")) {
    for (const way of ["pointerdown", "focus"]) {
      link.addEventListener(way, () => {
        if (location.search) link.search = location.search;
        if (location.hash) link.hash = location.hash;
      });
    }
  }

  // The theme takes the focus from a button that was pressed; who uses the keyboard would have to begin anew.
  document.addEventListener("click", ({ detail, target }) => { if (!detail) target.closest?.(".theme-switch-button")?.focus(); });
  for (const side of ["primary", "secondary"]) {
    const menu = document.getElementById(`pst-${side}-sidebar-modal`);
    menu?.addEventListener("close", () => document.querySelector(`.${side}-toggle`)?.focus());
  }

  // A table that does not fit uses the margin. The theme knows such by "full-width", and hides the contents beside them
  // while they are on the screen; where a page has no contents it must not look for them.
  if (innerWidth >= 1200 && document.querySelector(".bd-sidebar-secondary")) {
    for (const box of document.querySelectorAll(".rv-scroll")) {
      if (box.offsetWidth > box.parentElement.clientWidth + 4) box.classList.add("full-width");
    }
  }

  // The menu shows where the reader is, also far down in it.
  const menu = document.querySelector(".bd-sidebar-primary");
  const here = [...(menu?.querySelectorAll(".current > a") ?? [])].at(-1);
  if (here && here.offsetTop > menu.clientHeight) menu.scrollTop = here.getBoundingClientRect().top - menu.getBoundingClientRect().top - menu.clientHeight / 2;

  // What scrolls must be reached by key; where nothing scrolls there is nothing to stop at.
  const wide = document.querySelectorAll(".rv-scroll, div.math, .bd-article pre");
  const reach = () => {
    for (const box of wide) {
      if (box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  };
  const sizes = new ResizeObserver(reach);
  for (const box of wide) {
    sizes.observe(box);
    for (const content of box.children) sizes.observe(content); // it may grow within a box of the same size
  }
  addEventListener("resize", () => setTimeout(reach)); // a narrower window may change its columns alone

  // Paper is white.
  const root = document.documentElement;
  let theme;
  addEventListener("beforeprint", () => { theme = root.dataset.theme; root.dataset.theme = "light"; });
  addEventListener("afterprint", () => { root.dataset.theme = theme; });

  // A link to something that is folded away opens what it is in.
  const unfold = () => {
    const target = document.getElementById(place());
    const folds = [...document.querySelectorAll("details:not([open])")].filter(
      (fold) => fold.contains(target) || (fold.parentElement === target && fold.matches(".rv-fold")),
    );
    for (const fold of folds) fold.open = true;
    if (folds.length) target.scrollIntoView();
  };
  addEventListener("hashchange", unfold);
  addEventListener("DOMContentLoaded", unfold);
})();
