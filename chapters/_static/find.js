// Narrows the tables of places to those that a reader asks for. The tables work without.
(() => {
  "use strict";
  const root = document.querySelector(".rv-find");
  if (!root) return;
  const form = root.querySelector("form");
  const field = form.elements.q;
  const status = root.querySelector("[role=status]");
  const places = [...document.querySelectorAll(".rv-item tbody tr[id]")];
  const names = places.map((place) => [place.id, place.cells[0].textContent, place]);
  const only = (found) => (found.length === 1 ? found[0][2] : null);

  function narrow(asked) {
    const wanted = asked.trim();
    const found = wanted ? window.riktvardenMatch(wanted, names) : names;
    const shown = new Set(found.map(([, , place]) => place));
    for (const place of places) place.hidden = !shown.has(place);
    for (const item of document.querySelectorAll(".rv-item:has(tbody tr[id])")) item.hidden = !item.querySelector("tbody tr[id]:not([hidden])");
    const words = root.dataset[found.length ? (found.length === 1 ? "one" : "many") : "none"];
    status.textContent = wanted ? words.replace("{count}", found.length) : "";
    return found.map(([, , place]) => place);
  }

  // The place asked for: the one that has the very name, or else the only one left.
  const best = (found, asked) => only(window.riktvardenMatch.exact(asked, names)) ?? (found.length === 1 ? found[0] : null);

  const remember = (address) => history.replaceState(null, "", address);

  function mark(place) {
    for (const other of places) other.toggleAttribute("aria-current", other === place);
    if (place) remember(`${location.pathname}#${place.id}`);
  }

  function ask(asked, move) {
    const found = narrow(asked);
    const place = asked.trim() ? best(found, asked) : null;
    mark(place);
    if (!place) remember(location.pathname + (asked.trim() ? `?q=${encodeURIComponent(asked.trim())}` : ""));
    if (move) (place ?? found[0])?.querySelector("a")?.focus();
  }

  function fromAddress() {
    const asked = new URLSearchParams(location.search);
    const code = location.hash.slice(1) || asked.get("place");
    const place = places.find(({ id }) => id === code);
    if (!place) return ask(asked.get("q") ?? field.value, Boolean(asked.get("q")));
    field.value = place.cells[0].textContent;
    narrow(field.value);
    mark(place);
    place.scrollIntoView({ block: "nearest" });
  }

  form.hidden = false;
  const first = new URLSearchParams(location.search).get("q");
  if (first) field.value = first;
  field.addEventListener("input", () => ask(field.value, false));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask(field.value, true);
  });
  addEventListener("hashchange", fromAddress);
  // A page that has just loaded goes to the place in its address, and would take the focus with it.
  addEventListener("load", () => setTimeout(fromAddress));
})();
