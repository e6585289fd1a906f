// Draws the charts whose values a reader changes, in the colours of the page, when they come into view. The picture that
// the build drew is there before, on paper, without script, and where something fails.
(() => {
  "use strict";
  const root = document.documentElement;
  const folder = `${root.dataset.content_root ?? ""}_charts/`;
  const app = Object.assign((window.riktvarden ??= {}), { held: {}, vega: null });
  const coming = {};
  const drawn = new Map();

  // A script, as a page opened from a folder may not fetch.
  function load(name) {
    coming[name] ??= new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = `${folder}${name}.js`;
      script.onload = () => done(app.held[name]);
      script.onerror = () => failed(new Error(`cannot load ${script.src}`));
      document.head.append(script);
    });
    return coming[name];
  }

  const each = (part, change) =>
    Array.isArray(part)
      ? part.map((value) => each(value, change))
      : part && typeof part === "object"
        ? Object.fromEntries(Object.entries(part).map(([key, value]) => [key, change(key, value) ?? each(value, change)]))
        : part;

  async function chart(name) {
    const { spec, areas } = await load(name);
    if (!areas) return spec;
    const outlines = await load(areas);
    return each(spec, (key, value) => (key === "geometry" && typeof value === "number" ? outlines[value] : null));
  }

  // Colours written in the specification have their counterparts for the dark in it; data are left alone.
  function coloured(spec, dark) {
    const counterparts = (dark && spec.usermeta?.dark) || {};
    const paint = (value) => (typeof value === "string" && counterparts[value]) || null;
    return each(spec, (key, value) => {
      if (key === "datasets" || key === "values") return value;
      return key === "range" && Array.isArray(value) ? value.map((one) => paint(one) ?? one) : paint(value);
    });
  }

  // A chart is an image with the words of its picture.
  function name(live, box) {
    live.setAttribute("role", "img");
    live.setAttribute("aria-label", box.dataset.said ?? box.querySelector(":scope > svg").getAttribute("aria-label"));
  }

  async function show(box) {
    const [spec] = await Promise.all([chart(box.dataset.chart), load("vega")]);
    const live = document.createElement("div");
    live.className = "rv-live";
    live.tabIndex = 0;
    const changed = coloured(given(box, spec), root.dataset.theme === "dark");
    if (changed.autosize?.type === "fit-x") changed.width = box.clientWidth;
    const { numbers, times, embed } = app.vega;
    // Links of places are made by the build, for the picture that it draws.
    const { view } = await embed(live, each(changed, (key, value) => {
      if (key !== "encoding" || !value.href) return null;
      const { href, ...rest } = value;
      return rest;
    }), {
      mode: "vega-lite", renderer: "svg", ast: true, actions: false, defaultStyle: false, tooltip: false,
      formatLocale: numbers, timeFormatLocale: times,
    });
    // Vega's own descriptions are English; the label of a mark is ours.
    for (const part of [live, ...live.querySelectorAll("[aria-roledescription]")]) {
      for (const said of ["role", "aria-roledescription"]) part.removeAttribute(said);
    }
    name(live, box);
    const focused = document.activeElement?.closest(".rv-live")?.parentElement === box;
    drawn.get(box)?.finalize();
    drawn.set(box, view);
    box.querySelector(".rv-live")?.remove();
    box.append(live);
    box.classList.add("rv-drawn");
    if (focused) live.focus({ preventScroll: true });
  }

  function keepStill(box) {
    box.querySelector(".rv-live")?.remove();
    box.classList.remove("rv-drawn");
  }

  // One drawing of a chart at a time, the last with what was asked for last.
  const drawing = new Map();
  async function refresh(box) {
    const busy = drawing.has(box);
    drawing.set(box, busy);
    if (busy) return;
    try {
      do {
        drawing.set(box, false);
        await show(box);
      } while (drawing.get(box));
    } finally {
      drawing.delete(box);
    }
  }

  // Other scripts give a chart other values: a change of each key of its specification, and what the picture then says.
  const changes = new Map();
  const given = (box, spec) => (changes.has(box) ? each(spec, changes.get(box)) : spec);
  app.change = (box, change, said) => {
    changes.set(box, change);
    box.dataset.said = said;
    if (drawn.has(box) || drawing.has(box)) refresh(box);
  };

  function start() {
    const nearing = new IntersectionObserver(
      (entries) => {
        for (const { isIntersecting, target } of entries) {
          if (!isIntersecting) continue;
          nearing.unobserve(target);
          refresh(target).catch(() => keepStill(target));
        }
      },
      { rootMargin: "200px" },
    );
    for (const box of document.querySelectorAll(".rv-chart[data-chart]")) nearing.observe(box);
    new MutationObserver(() => [...drawn.keys()].forEach(refresh)).observe(root, { attributeFilter: ["data-theme"] });
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
