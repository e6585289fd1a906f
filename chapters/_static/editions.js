// Says at the top of a page of an older edition that there is a newer one, and offers the same page in the others. The list
// is a script at the root of the site and of each edition, as a page opened from a folder may not fetch.
(() => {
  "use strict";
  const root = document.documentElement;
  const words = {
    sv: {
      label: "Utgåvor av rapporten",
      older: (name, date) => `Du läser utgåvan ${name} från ${date}, som ligger kvar som den var.`,
      latest: "Den senaste utgåvan",
      others: "Utgåvor:",
    },
    en: {
      label: "Editions of the report",
      older: (name, date) => `You are reading edition ${name} of ${date}, which is kept as it was.`,
      latest: "The latest edition",
      others: "Editions:",
    },
  };
  const language = root.lang.slice(0, 2);
  const text = words[language] ?? words.en;
  const folder = new URL(root.dataset.content_root ?? "./", location.href);
  const page = location.href.split(/[?#]/)[0].slice(folder.href.length);
  const code = folder.pathname.split("/").at(-2);
  const above = new URL("../", folder);

  const linked = (address, title, isHere) => {
    const link = document.createElement("a");
    link.href = address;
    link.textContent = title;
    if (isHere) link.setAttribute("aria-current", "true");
    return link;
  };

  function show(list) {
    const { here, current, editions } = list;
    if (!editions.length) return;
    const site = here ? new URL("../", above) : above;
    const at = (name) => new URL(`${name ? `${name}/` : ""}${code}/${page}`, site).href;
    const places = [
      [text.latest, "", !here],
      ...editions.map(({ name }) => [name, name, name === here]),
    ];
    const nav = document.createElement("nav");
    nav.className = "rv-editions";
    nav.setAttribute("aria-label", text.label);
    const label = document.createElement("span");
    label.textContent = text.others;
    nav.append(label, ...places.map(([title, name, isHere]) => linked(at(name), title, isHere)));
    document.querySelector(".bd-footer, footer")?.prepend(nav);
    const own = editions.find(({ name }) => name === here);
    if (!own || here === current) return;
    const banner = document.createElement("div");
    banner.className = "rv-older";
    banner.setAttribute("role", "note");
    const date = new Date(`${own.date}T12:00:00`).toLocaleDateString(language, { dateStyle: "long" });
    const said = document.createElement("span");
    said.textContent = text.older(own.name, date);
    banner.append(said, " ", linked(at(""), text.latest, false));
    document.querySelector("article.bd-article, main, body")?.prepend(banner);
  }

  const script = document.createElement("script");
  script.src = new URL("editions.js", above).href;
  script.onload = () => window.riktvarden?.editions && show(window.riktvarden.editions);
  document.head.append(script);
})();
