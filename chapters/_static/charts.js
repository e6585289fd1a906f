// Draws the charts of a page when they come into view, in the colours of the page. The still picture is for print, for
// readers without script, and where something fails: the style sheet keeps it from being loaded otherwise.
(() => {
  "use strict";
  const root = document.documentElement;
  const folder = `${root.dataset.content_root ?? ""}_charts/`;
  const app = (window.riktvarden = { held: {}, vega: null });
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

  function embed(element, spec, settings) {
    const { numbers, times, embed: draw } = app.vega;
    const options = { mode: "vega-lite", renderer: "svg", ast: true, actions: false, defaultStyle: false, tooltip: false };
    return draw(element, spec, { ...options, formatLocale: numbers, timeFormatLocale: times, ...settings });
  }

  // A chart is an image with the words of its picture.
  function name(live, box) {
    live.setAttribute("role", "img");
    live.setAttribute("aria-label", box.dataset.said ?? box.querySelector("img").alt);
  }

  function placed(box) {
    const live = document.createElement("div");
    live.className = "rv-live";
    live.tabIndex = 0;
    name(live, box);
    return live;
  }

  // Until it is drawn, a chart has the size of its picture: what is below stays where it is.
  function hold(box) {
    const { width, height } = box.querySelector("img").attributes;
    const place = placed(box);
    place.style.width = `${width.value}px`;
    place.style.aspectRatio = `${width.value} / ${height.value}`;
    box.append(place);
  }

  async function show(box) {
    const [spec] = await Promise.all([chart(box.dataset.chart), load("vega")]);
    const live = placed(box);
    const changed = coloured(given(box, spec), root.dataset.theme === "dark");
    changed.config = { ...changed.config, aria: false, background: "transparent" };
    changed.config.mark = { ...changed.config.mark, tooltip: { content: "data" } };
    const { view } = await embed(live, changed, { tooltip: (...said) => tell(box, ...said) });
    // Vega's own descriptions are English.
    for (const part of [live, ...live.querySelectorAll("[aria-roledescription]")]) {
      for (const said of ["role", "aria-roledescription", "aria-label"]) part.removeAttribute(said);
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
    box.classList.add("rv-still");
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

  // What a mark says is the row of the table under the chart that has the mark's name.
  const tip = document.createElement("div");
  tip.className = "rv-tip";
  tip.hidden = true;
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") tip.hidden = true; });

  function rowOf(box, datum) {
    const table = tableOf(box)?.querySelector("table");
    const of = datum?.properties ?? datum ?? {};
    const names = [of.label, of.name, of.age_group, of.year].filter((name) => name != null).map(String);
    return table && [...table.tBodies[0].rows].find((row) => names.includes(row.cells[0].textContent.trim()));
  }

  function tell(box, handler, event, item, datum) {
    const row = datum && rowOf(box, datum);
    tip.hidden = !row;
    if (!row) return;
    const title = document.createElement("strong");
    title.textContent = row.cells[0].textContent;
    const heads = row.closest("table").tHead.rows[0].cells;
    const lines = [...row.cells].slice(1).map((cell, place) => {
      const line = document.createElement("div");
      line.textContent = `${heads[place + 1].textContent}: ${cell.textContent}`;
      return line;
    });
    tip.replaceChildren(title, ...lines);
    document.body.append(tip);
    const { clientX: x, clientY: y } = event;
    const { width, height } = tip.getBoundingClientRect();
    tip.style.left = `${Math.max(4, Math.min(x + 14, innerWidth - width - 8))}px`;
    tip.style.top = `${y + 18 + height > innerHeight ? y - height - 10 : y + 18}px`;
  }

  // The table behind a picture is folded below it.
  function tableOf(box) {
    for (let at = box.closest(".cell_output > *") ?? box.parentElement; at; at = at.nextElementSibling) {
      const fold = at.matches("details") ? at : at.querySelector("details.rv-details");
      if (fold) return fold;
    }
    return null;
  }

  async function png(box, name) {
    const [spec] = await Promise.all([chart(box.dataset.chart), load("vega")]);
    const { view } = await embed(document.createElement("div"), structuredClone(given(box, spec)), {});
    const link = document.createElement("a");
    link.href = await view.toImageURL("png", 2);
    link.download = `${name}.png`;
    link.click();
    view.finalize();
  }

  function addTools(box) {
    const tools = box.nextElementSibling;
    const csv = tableOf(box)?.querySelector("a.rv-download");
    const name = csv?.download.replace(/\.csv$/, "") || "diagram";
    tools.querySelector("a").download = `${name}.svg`;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "PNG";
    button.addEventListener("click", () => png(box, name));
    tools.append(button);
    if (!csv) return;
    const link = document.createElement("a");
    link.href = csv.href;
    link.download = csv.download;
    link.textContent = "CSV";
    const fold = csv.closest("details[data-tool]");
    const table = document.createElement("a");
    table.href = `#${csv.closest(".rv-item").id}`;
    table.textContent = fold?.dataset.tool ?? "";
    // The address does not change where it is that of the table already: the fold opens by the click.
    table.addEventListener("click", () => { if (fold) fold.open = true; });
    tools.prepend(...(fold ? [table] : []), link);
  }

  function start() {
    const boxes = [...document.querySelectorAll(".rv-chart[data-chart]")];
    if (!boxes.length) return;
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
    for (const box of boxes) {
      addTools(box);
      hold(box);
      nearing.observe(box);
    }
    new MutationObserver(() => [...drawn.keys()].forEach(refresh)).observe(root, { attributeFilter: ["data-theme"] });
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
