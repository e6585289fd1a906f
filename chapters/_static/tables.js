// Sorts a table by the column whose heading is pressed, and narrows a long one. Without script the rows keep their order.
(() => {
  "use strict";
  const language = document.documentElement.lang;
  const words = new Intl.Collator(language, { numeric: true });
  const first = language === "sv" ? /-?\d+(?:[\s\u00a0\u202f]\d{3})*(?:,\d+)?/ : /-?\d+(?:,\d{3})*(?:\.\d+)?/;
  const plain = (text) => text.trim().toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
  const cell = (row, place) => row.cells[place] ?? row.cells[0];

  // The number that a cell begins with: its value, or the lower end of its interval.
  function number(row, place) {
    const found = cell(row, place).textContent.replaceAll("\u2212", "-").match(first);
    if (!found) return NaN;
    return Number(found[0].replace(language === "sv" ? /[\s\u00a0\u202f]/g : /,/g, "").replace(",", "."));
  }

  function sort(table, head, place, order) {
    const numeric = head.classList.contains("number");
    const next = { none: numeric ? "descending" : "ascending", ascending: numeric ? "none" : "descending", descending: numeric ? "ascending" : "none" };
    const wanted = next[head.getAttribute("aria-sort") ?? "none"];
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    const rows = [...order];
    if (wanted !== "none") {
      head.setAttribute("aria-sort", wanted);
      const sign = wanted === "ascending" ? 1 : -1;
      const key = new Map(rows.map((row) => [row, numeric ? number(row, place) : cell(row, place).textContent.trim()]));
      // What is missing comes last, in either direction.
      const lacks = (row) => cell(row, place).querySelector(".rv-none") !== null || (numeric && Number.isNaN(key.get(row)));
      rows.sort((a, b) => {
        if (lacks(a) || lacks(b)) return lacks(a) - lacks(b);
        return sign * (numeric ? key.get(a) - key.get(b) : words.compare(key.get(a), key.get(b)));
      });
    }
    table.tBodies[0].append(...rows);
  }

  function makeSortable(table) {
    let order = new Set(table.tBodies[0].rows);
    const now = () => {
      const rows = [...table.tBodies[0].rows];
      if (rows.some((row) => !order.has(row))) order = new Set(rows); // another script has written them anew
      return order;
    };
    [...table.tHead.rows[0].cells].forEach((head, place) => {
      if (head.tagName !== "TH") return;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "rv-sort";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => sort(table, head, place, now()));
    });
  }

  function labelled(text, field) {
    const label = document.createElement("label");
    label.append(text, " ", field);
    return label;
  }

  function makeNarrow(box, table) {
    const rows = [...table.tBodies[0].rows];
    const field = document.createElement("input");
    field.type = "search";
    const fields = [labelled(box.dataset.filter, field)];
    const names = [...new Set(rows.map((row) => row.dataset.within).filter(Boolean))].sort(words.compare);
    const within = document.createElement("select");
    if (names.length) {
      within.append(new Option(box.dataset.all, ""), ...names.map((name) => new Option(name)));
      fields.push(labelled(box.dataset.within, within));
    }
    const status = document.createElement("p");
    status.setAttribute("role", "status");
    const texts = new Map(rows.map((row) => [row, plain(row.textContent)]));
    const narrow = () => {
      const asked = plain(field.value);
      for (const row of rows) {
        row.hidden = !texts.get(row).includes(asked) || (within.value !== "" && row.dataset.within !== within.value);
      }
      const count = rows.filter((row) => !row.hidden).length;
      status.textContent = count < rows.length ? box.dataset.shown.replace("{count}", count).replace("{all}", rows.length) : "";
    };
    for (const each of [field, within]) each.addEventListener("input", narrow);
    // A link to a row that is left out would lead nowhere.
    addEventListener("hashchange", () => {
      if (!document.getElementById(location.hash.slice(1))?.hidden) return;
      field.value = within.value = "";
      narrow();
      document.getElementById(location.hash.slice(1)).scrollIntoView();
    });
    box.previousElementSibling.append(...fields, status);
  }

  for (const table of document.querySelectorAll(".rv-item .rv-table")) {
    const box = table.closest(".rv-scroll");
    if (!table.tHead || !table.tBodies[0]) continue;
    if (table.tBodies[0].rows.length > 2) makeSortable(table);
    if (box.dataset.filter && !document.querySelector(".rv-find")) makeNarrow(box, table); // find.js narrows by name
  }
})();
