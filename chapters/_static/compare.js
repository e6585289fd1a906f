// Shows the areas that a reader picks, and what the figures say of them. The regions are there without.
(() => {
  "use strict";
  const root = document.querySelector(".rv-compare");
  if (!root) return;
  const { most, sure, listed, height, names, regions, measures, words } = JSON.parse(document.getElementById("rv-compare-data").textContent);
  const language = document.documentElement.lang || "sv";
  const NATION = "00";
  const form = root.querySelector("form");
  const select = form.querySelector("select");
  const chips = form.querySelector(".rv-chips");
  const status = root.querySelector("[role=status]");
  const offer = root.querySelector(".rv-download");
  const sections = new Map([...root.querySelectorAll("section")].map((section) => [section.dataset.measure, section]));
  const still = new Map([...sections].map(([name, section]) => [name, {
    rows: [...section.querySelector("tbody").rows],
    words: section.querySelector(".rv-verdict").textContent,
    ends: section.querySelector(".rv-scale").innerHTML,
  }]));
  const state = { picked: [] };

  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const number = (value, digits) =>
    new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits, roundingMode: "halfEven" }).format(value).replace("-", "−");
  const percent = (value) => new Intl.NumberFormat(language, { style: "percent" }).format(value / 100);
  const list = (codes) => new Intl.ListFormat(language, { type: "conjunction" }).format(codes.map((code) => names[code]));
  const isRegion = (code) => code.length === 2;
  const inside = (region) => Object.keys(names).filter((code) => code.length > 2 && code.startsWith(region));
  const shown = () => [...new Set(state.picked.flatMap((code) => (code.startsWith("in-") ? inside(code.slice(3)) : [code])))];
  const middle = ([, , value, low, high]) => value ?? (low + high) / 2;

  // --- findings ---

  function verdict(measure, codes) {
    const { rows, pairs, relation, falls } = measure;
    const parts = [["above", 1], ["below", -1], ["same", 0]].flatMap(([key, side]) => {
      const those = codes.filter((code) => rows[code].at(-1) === side);
      if (those.length > listed && !side) return [fill(words.rest, { count: number(those.length, 0) })];
      return those.length ? [fill(words[key], { names: list(those) })] : [];
    });
    if (codes.length !== 2) return parts.join(" ");
    const [a, b] = [...codes].sort((one, other) => middle(rows[other]) - middle(rows[one]));
    const between = { a: names[a], b: names[b] };
    if (pairs && isRegion(a) && isRegion(b)) {
      const chance = pairs[regions.indexOf(a)][regions.indexOf(b)];
      return [fill(words[chance >= 100 * sure ? "higher" : "alike"], { ...between, p: percent(chance) }), ...parts].join(" ");
    }
    const ends = (code) => relation?.[code] ?? rows[code].slice(3, 5);
    const [[lowA, highA], [lowB, highB]] = [ends(a), ends(b)];
    const apart = relation && falls ? highA < lowB : lowA > highB;
    return [fill(words[apart ? "apart" : "overlap"], between), ...parts].join(" ");
  }

  // --- showing ---

  const SVG = "http://www.w3.org/2000/svg";
  function mark(kind, attributes) {
    const made = document.createElementNS(SVG, kind);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  }

  function rowOf(code, [text, status, value, low, high, begin], across, nation) {
    const row = document.createElement("tr");
    row.dataset.area = code;
    const head = document.createElement("th");
    head.scope = "row";
    if (code === NATION) head.textContent = names[code];
    else {
      const link = document.createElement("a");
      link.href = isRegion(code) ? `regions/${code}.html` : `find.html#${code}`;
      link.textContent = names[code];
      head.append(link);
    }
    const half = height / 2;
    const drawing = mark("svg", { width: "100%", height, "aria-hidden": "true" });
    const line = (kind, from, to, rest = { y1: half, y2: half }) => drawing.append(mark("line", { class: kind, x1: across(from), x2: across(to), ...rest }));
    line("rv-nation", nation, nation, { y1: 0, y2: height });
    if (low !== null) line(value === null ? "rv-ends rv-prior" : "rv-ends", low, high);
    if (value !== null && begin !== null) {
      line("rv-slope", begin, value);
      drawing.append(mark("circle", { class: "rv-begin", cx: across(begin), cy: half, r: 4 }));
    }
    if (value !== null) drawing.append(mark("circle", { cx: across(value), cy: half, r: 4.5 }));
    const cells = ["", text, status].map((words_of) => {
      const cell = document.createElement("td");
      cell.textContent = words_of;
      return cell;
    });
    cells[0].className = "rv-strip";
    cells[0].append(drawing);
    row.append(head, ...cells);
    return row;
  }

  function showSection(measure, codes) {
    const section = sections.get(measure.name);
    const body = section.querySelector("tbody");
    const { rows } = measure;
    const there = codes.filter((code) => code in rows);
    const finding = section.querySelector(".rv-verdict");
    section.classList.toggle("rv-empty", codes.length > 0 && !there.length);
    if (!there.length) {
      const before = still.get(measure.name);
      body.replaceChildren(...(codes.length ? [] : before.rows));
      section.querySelector(".rv-scale").innerHTML = before.ends;
      finding.textContent = codes.length ? words.no_municipal : before.words;
      return;
    }
    const every = [...there, NATION].sort((a, b) => middle(rows[b]) - middle(rows[a]));
    const numbers = every.flatMap((code) => rows[code].slice(2, 6)).filter((one) => one !== null);
    const [least, top] = [Math.min(...numbers), Math.max(...numbers)];
    const room = 0.04 * (top - least || 1);
    const across = (value) => `${((100 * (value - least + room)) / (top - least + 2 * room)).toFixed(1)}%`;
    body.replaceChildren(...every.map((code) => rowOf(code, rows[code], across, rows[NATION][2])));
    const scale = measure.percent ? 100 : 1;
    const ends = [least - room, top + room].map((end) => {
      const part = document.createElement("span");
      part.textContent = number(scale * end, measure.digits);
      return part;
    });
    section.querySelector(".rv-scale").replaceChildren(...ends);
    finding.textContent = verdict(measure, there);
  }

  const quoted = (one) => (/[",\n]/.test(one) ? `"${String(one).replaceAll('"', '""')}"` : String(one ?? ""));
  function csv(codes) {
    const lines = measures.flatMap(({ name, rows }) => [...codes, NATION].filter((code) => code in rows).map((code) => {
      const [, status, value, low, high, begin] = rows[code];
      return [code, names[code], name, value, low, high, begin, status];
    }));
    const text = [["area", "name", "measure", "value", "low", "high", "value_base_year", "status"], ...lines].map((line) => line.map(quoted).join(",")).join("\r\n");
    return `data:text/csv;charset=utf-8,${encodeURIComponent(`\ufeff${text}\r\n`)}`;
  }

  const label = (code) => (code.startsWith("in-") ? select.querySelector(`[value="${code}"]`).textContent : names[code]);
  function show(notice = "") {
    const codes = shown();
    for (const measure of measures) showSection(measure, codes);
    chips.hidden = !state.picked.length;
    chips.replaceChildren(...state.picked.map((code) => {
      const chip = document.createElement("button");
      chip.type = "button";
      chip.dataset.drop = code;
      const hidden = document.createElement("span");
      hidden.className = "rv-hidden";
      hidden.textContent = `${words.remove} `;
      const cross = document.createElement("span");
      cross.ariaHidden = "true";
      cross.textContent = " ×";
      chip.append(hidden, label(code), cross);
      return chip;
    }));
    for (const option of select.options) option.disabled = state.picked.includes(option.value);
    select.value = "";
    status.textContent = notice || (codes.length ? fill(words.some, { names: state.picked.map(label).join(", ") }) : words.all);
    offer.href = csv(codes.length ? codes : regions);
    offer.parentElement.hidden = false;
  }

  function keep() {
    const query = new URLSearchParams(state.picked.map((code) => ["area", code]));
    try {
      history.replaceState(null, "", location.pathname + (state.picked.length ? `?${query}` : ""));
    } catch {
      // a browser that keeps the address of a file as it is
    }
    for (const link of document.querySelectorAll("a.rv-language")) link.search = state.picked.length ? `?${query}` : "";
  }

  form.addEventListener("change", () => {
    const code = select.value;
    if (!code) return;
    const isFull = state.picked.length >= most;
    if (!isFull) state.picked.push(code);
    show(isFull ? fill(words.full, { most: number(most, 0) }) : "");
    keep();
  });
  form.addEventListener("click", ({ target }) => {
    const code = target.closest("[data-drop]")?.dataset.drop;
    if (!code) return;
    state.picked = state.picked.filter((one) => one !== code);
    show();
    keep();
    (chips.querySelector("button") ?? select).focus();
  });
  form.addEventListener("submit", (event) => event.preventDefault());

  // Links from other pages name a region.
  const offered = new Set([...select.options].map((option) => option.value).filter(Boolean));
  const query = new URLSearchParams(location.search);
  const asked = [...query.getAll("area"), ...query.getAll("region")];
  state.picked = [...new Set(asked)].filter((code) => offered.has(code)).slice(0, most);
  form.hidden = false;
  if (state.picked.length) keep();
  show();
})();
