// Finds regions and municipalities by what a reader calls them; offers them while the name is written, and above the
// pages that a search finds. The places come from place-names.js: code, name, full name and address.
(() => {
  "use strict";
  const { places: found = [], words = {} } = window.riktvardenPlaces ?? {};
  const SHORT = { vgr: "vastra gotaland", vgregionen: "vastra gotaland", sthlm: "stockholm", gbg: "goteborg", sormland: "sodermanland" };
  const KINDS = { region: "region", regionen: "region", regions: "region", lan: "region", lans: "region", lanet: "region", landsting: "region", landstinget: "region", county: "region",
    kommun: "municipality", kommuns: "municipality", kommunen: "municipality", stad: "municipality", stads: "municipality", municipality: "municipality" };
  const plain = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  const kindOf = (code) => (code.length === 2 ? "region" : "municipality");
  const bare = (word) => (word.endsWith("s") ? [word, word.slice(0, -1)] : [word]);

  // What is asked for: the name, with and without the genitive's s, and the kind of place if it is given.
  function understood(asked) {
    const all = plain(asked).split(" ").filter(Boolean);
    const rest = all.length > 1 ? all.filter((word) => !(word in KINDS)) : all;
    const joined = rest.join(" ").replace(/gotalandsregionen$/, "gotaland");
    const names = bare(joined).flatMap((name) => (name in SHORT ? [name, SHORT[name]] : [name]));
    return { names: [...new Set(names)], kind: all.map((word) => KINDS[word]).find((kind) => kind && rest.length) };
  }

  // Whether one letter added, left out, changed or swapped with the next makes one of the other.
  function isNear(one, other) {
    if (Math.abs(one.length - other.length) > 1) return false;
    let at = 0;
    while (at < one.length && one[at] === other[at]) at += 1;
    const [a, b] = [one.slice(at), other.slice(at)];
    return a.slice(1) === b || a === b.slice(1) || a.slice(1) === b.slice(1) || (a[0] === b[1] && a[1] === b[0] && a.slice(2) === b.slice(2));
  }

  // How well a place answers: 0 the very name, 1 its beginning, 2 the beginning of a word in it, 3 nearly; else nothing.
  function rank(name, wanted) {
    const ranks = wanted.map((one) => {
      if (!one) return Infinity;
      if (name === one) return 0;
      if (name.startsWith(one)) return 1;
      if (` ${name}`.includes(` ${one}`)) return 2;
      return one.length > 3 && isNear(name, one) ? 3 : Infinity;
    });
    return Math.min(...ranks);
  }

  // The places that are meant, the best first; those that are nearly called so only where none is.
  function ranked(asked, places) {
    const { names, kind } = understood(asked);
    const all = places.map((place) => ({ place, rank: rank(plain(place[1]), names) })).filter((each) => each.rank < Infinity);
    const right = all.filter((each) => each.rank < 3);
    const kept = right.length ? right : all;
    const ofKind = kept.filter(({ place }) => kindOf(place[0]) === kind);
    return (ofKind.length ? ofKind : kept)
      .sort((a, b) => a.rank - b.rank || a.place[0].length - b.place[0].length || a.place[1].localeCompare(b.place[1], "sv"));
  }
  const match = (asked, places = found) => ranked(asked, places).map(({ place }) => place);
  match.exact = (asked, places = found) => ranked(asked, places).filter((each) => !each.rank).map(({ place }) => place);

  // The places named anywhere in a longer question.
  const within = (asked) => {
    const all = match(asked);
    if (all.length) return all;
    return asked.split(/\s+/).flatMap((word) => match.exact(word));
  };
  window.riktvardenMatch = match;

  const root = document.documentElement.dataset.content_root ?? "./";
  const count = (number) => (number === 1 ? words.one : words.many.replace("{count}", number));

  // A list of places below a field, as in the ARIA pattern of a combobox.
  function suggest(field) {
    const list = document.createElement("ul");
    const status = document.createElement("span");
    list.id = `${field.id}-places`;
    list.className = "rv-suggested";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", words.title);
    list.hidden = true;
    status.className = "rv-said";
    status.setAttribute("role", "status");
    field.closest("form").append(list, status);
    const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" };
    for (const [name, value] of Object.entries(attributes)) field.setAttribute(name, value);
    let at = -1;
    const mark = (place) => {
      at = place;
      [...list.children].forEach((item, number) => item.setAttribute("aria-selected", number === at));
      if (at < 0) field.removeAttribute("aria-activedescendant");
      else field.setAttribute("aria-activedescendant", list.children[at].id);
      list.children[at]?.scrollIntoView({ block: "nearest" });
    };
    const show = (places) => {
      list.replaceChildren(...places.map(([, , full, address], number) => {
        const item = document.createElement("li");
        item.id = `${list.id}-${number}`;
        item.setAttribute("role", "option");
        item.textContent = full;
        item.addEventListener("pointerdown", (event) => event.preventDefault());
        item.addEventListener("click", () => { location.href = root + address; });
        return item;
      }));
      list.hidden = !places.length;
      field.setAttribute("aria-expanded", String(!list.hidden));
      status.textContent = places.length ? count(places.length) : "";
      mark(-1);
    };
    field.addEventListener("input", () => show(field.value.trim().length > 1 ? match(field.value).slice(0, 8) : []));
    field.addEventListener("blur", () => show([]));
    field.addEventListener("keydown", (event) => {
      const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (event.key === "Escape" && !list.hidden) show([]);
      else if (event.key === "Enter" && at >= 0) list.children[at].click();
      else if (move && !list.hidden) mark((at + 1 + move + list.children.length + 1) % (list.children.length + 1) - 1);
      else return;
      event.preventDefault();
    });
  }

  const start = document.querySelector("form.rv-search:not(.rv-find *) input[name=q]");
  const search = document.querySelector(".bd-search-container input[name=q]");
  if (search) search.id ||= "rv-search-field";
  if (found.length) for (const field of [start, search]) if (field) suggest(field);

  const asked = new URLSearchParams(location.search).get("q");
  const results = document.getElementById("search-results");
  const places = results && asked ? within(asked).slice(0, 6) : [];
  if (!places.length) return;
  const box = document.createElement("section");
  const title = document.createElement("h2");
  const links = document.createElement("ul");
  title.textContent = words.title;
  links.append(...places.map(([, , full, address]) => {
    const item = document.createElement("li");
    const link = item.appendChild(document.createElement("a"));
    link.href = root + address;
    link.textContent = full;
    return item;
  }));
  box.id = "rv-places-found";
  box.append(title, links);
  results.before(box);
})();
