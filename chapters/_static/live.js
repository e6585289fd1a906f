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

  // Colours of the specification that have a name have the page's colour of that name; data are left alone.
  function coloured(spec) {
    const names = spec.usermeta?.colours ?? {};
    const page = getComputedStyle(root);
    const paint = (value) => (typeof value === "string" && names[value] && page.getPropertyValue(`--rv-${names[value]}`).trim()) || null;
    return each(spec, (key, value) => {
      if (key === "datasets" || key === "values") return value;
      return key === "range" && Array.isArray(value) ? value.map((one) => paint(one) ?? one) : paint(value);
    });
  }

  // A chart is an image with the words of its picture.
  function name(live, box) {
    live.setAttribute("role", "img");
    live.setAttribute("aria-label", box.dataset.words ?? box.querySelector(":scope > svg").getAttribute("aria-label"));
  }

  // Vega's own descriptions are English; the label of a mark is ours. Links lead where those of the picture lead.
  function plain(live) {
    const ways = [...live.parentElement?.querySelectorAll(":scope > svg a[href]") ?? []].map((link) => link.getAttribute("href"));
    for (const link of live.querySelectorAll("a")) {
      const code = /#place-(\d+)$/.exec(link.getAttribute("xlink:href") ?? link.getAttribute("href") ?? "")?.[1];
      const way = code && ways.find((one) => one.endsWith(`/${code}.html`));
      link.removeAttribute("xlink:href");
      if (way) link.setAttribute("href", way);
      else link.removeAttribute("href");
    }
    for (const part of [live, ...live.querySelectorAll("[aria-roledescription]")]) {
      for (const name of ["role", "aria-roledescription"]) part.removeAttribute(name);
    }
    for (const part of live.querySelectorAll("[aria-label]")) {
      part.dataset.tip = part.getAttribute("aria-label");
      part.removeAttribute("aria-label");
    }
  }

  async function show(box) {
    const [spec] = await Promise.all([chart(box.dataset.chart), load("vega")]);
    const live = document.createElement("div");
    live.className = "rv-live";
    live.tabIndex = 0;
    const changed = coloured(spec);
    if (changed.autosize?.type === "fit-x") changed.width = box.clientWidth;
    if (box.dataset.height) changed.height = Number(box.dataset.height);
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
    if (changes.has(box)) await give(box, view);
    const focused = document.activeElement?.closest(".rv-live")?.parentElement === box;
    drawn.get(box)?.finalize();
    drawn.set(box, view);
    box.querySelector(".rv-live")?.remove();
    box.append(live);
    plain(live);
    name(live, box);
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

  // Other scripts give a chart other values: the rows of one of its data sets from the rows there are, and what the
  // picture then says. A drawing takes its newest values when it is done with those before.
  const changes = new Map();
  const giving = new Set();
  const bare = (row) => Object.fromEntries(Object.entries(row)); // without Vega's own mark of a row
  function give(box, view) {
    const { data, rows } = changes.get(box);
    return view.data(data, rows(view.data(data).map(bare))).runAsync();
  }
  async function renew(box) {
    if (giving.has(box)) return;
    giving.add(box);
    try {
      for (let given; given !== changes.get(box); ) {
        given = changes.get(box);
        await give(box, drawn.get(box));
      }
      const live = box.querySelector(".rv-live");
      plain(live);
      name(live, box);
    } finally {
      giving.delete(box);
    }
  }
  app.change = (box, data, rows, words) => {
    changes.set(box, { data, rows });
    box.dataset.words = words;
    if (drawing.has(box)) refresh(box);
    else if (drawn.has(box)) renew(box);
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
