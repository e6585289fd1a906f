// Shows the rows of the regions that a reader picks. All rows are there without.
(() => {
  "use strict";
  const root = document.querySelector(".rv-compare");
  if (!root) return;
  const NATION = "00";
  const form = root.querySelector("form");
  const picks = [...form.querySelectorAll("select")];
  const said = root.querySelector("[role=status]");
  const rows = [...root.querySelectorAll("tr[data-region]")];

  function show() {
    const codes = [...new Set(picks.map((pick) => pick.value).filter(Boolean))];
    for (const row of rows) row.hidden = codes.length > 0 && row.dataset.region !== NATION && !codes.includes(row.dataset.region);
    for (const pick of picks) {
      for (const option of pick.options) option.disabled = option.value !== pick.value && codes.includes(option.value);
    }
    const names = codes.map((code) => picks[0].querySelector(`[value="${code}"]`).textContent).join(", ");
    said.textContent = codes.length ? root.dataset.some.replace("{names}", names) : root.dataset.all;
    return codes;
  }

  const asked = new URLSearchParams(location.search).getAll("region");
  const known = new Set(rows.map((row) => row.dataset.region));
  const chosen = [...new Set(asked)].filter((code) => code !== NATION && known.has(code));
  picks.forEach((pick, place) => { pick.value = chosen[place] ?? ""; });
  form.hidden = false;
  form.addEventListener("change", () => {
    const codes = show();
    history.replaceState(null, "", location.pathname + (codes.length ? `?${new URLSearchParams(codes.map((code) => ["region", code]))}` : ""));
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  show();
})();
