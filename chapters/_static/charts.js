// What the pictures of a page do: a mark that is pointed at, tapped or reached by arrow key says its words, and a picture
// is taken away as a file with its title and source. The pictures themselves are in the page.
(() => {
  "use strict";
  const tip = document.createElement("div");
  tip.className = "rv-tip";
  tip.setAttribute("role", "status");
  let at = [];
  let text = "";

  // The picture that is shown: of a desk or a phone, or what the browser draws in its place.
  const shown = (box) => [...box.querySelectorAll("svg")].find((svg) => svg.getClientRects().length);
  const MARK = "[data-tip], .rv-live [aria-label]";
  const marks = (svg) => [...svg.querySelectorAll(MARK)];
  // Each mark with its words. The picture of a phone leaves them to the other one, whose marks are in the same order.
  function listed(svg) {
    const all = marks(svg);
    const others = all[0]?.dataset.tip === "" ? marks(svg.parentElement.querySelector(".rv-desk")) : all;
    return all.map((mark, place) => [mark, others[place].dataset.tip ?? mark.getAttribute("aria-label")]);
  }

  function leave() {
    for (const mark of at) mark.classList.remove("rv-at");
    at = [];
    tip.hidden = true;
    tip.classList.remove("rv-pinned");
  }

  // A place is seen in all panels of its picture.
  function mark(target) {
    for (const one of at) one.classList.remove("rv-at");
    const all = listed(target.ownerSVGElement);
    text = all.find(([one]) => one === target)[1];
    const name = text.split("\n")[0];
    at = [target, ...all.filter(([one, other]) => one !== target && other.split("\n")[0] === name).map(([one]) => one)];
    for (const one of at) one.classList.add("rv-at");
  }

  function showTip(target, x, y, isPinned = false) {
    if (target !== at[0]) {
      mark(target);
      const [name, ...rows] = text.split("\n").map((row, place) => {
        const line = document.createElement(place ? "div" : "strong");
        line.textContent = row;
        return line;
      });
      tip.replaceChildren(name, ...rows);
      const to = target.closest("a")?.getAttribute("href");
      if (to) {
        const link = document.createElement("a");
        link.href = to;
        link.textContent = name.textContent;
        name.replaceChildren(link);
      }
    }
    document.body.append(tip);
    tip.hidden = false;
    tip.classList.toggle("rv-pinned", isPinned);
    tip.style.left = tip.style.top = "";
    if (isPinned) return;
    const { width, height } = tip.getBoundingClientRect();
    tip.style.left = `${Math.max(4, Math.min(x + 14, innerWidth - width - 8))}px`;
    tip.style.top = `${y + 18 + height > innerHeight ? y - height - 10 : y + 18}px`;
  }

  // A city beside a map shows the map's own areas: the one there is found in its coordinates.
  function beside(box, { target, clientX: x, clientY: y }) {
    const inset = target.closest(".rv-insets svg");
    if (!inset) return undefined;
    const point = new DOMPoint(x, y).matrixTransform(inset.getScreenCTM().inverse());
    return marks(shown(box)).find((mark) => mark.isPointInFill?.(point)) ?? null;
  }

  // The mark under a point, or the nearest that is near.
  const REACH = 24;
  function nearest(box, event) {
    const { target, clientX: x, clientY: y } = event;
    const under = target.closest(MARK) ?? beside(box, event);
    if (under !== undefined) return under;
    const svg = shown(box);
    const far = ({ left, right, top, bottom }) =>
      Math.hypot(Math.max(left - x, 0, x - right), Math.max(top - y, 0, y - bottom));
    const [best, way] = marks(svg ?? box).reduce(
      (found, mark) => {
        const apart = far(mark.getBoundingClientRect());
        return apart < found[1] ? [mark, apart] : found;
      },
      [null, REACH],
    );
    return way < REACH ? best : null;
  }

  // Marks with the same words, such as a dot and its interval, are one stop.
  function step(box, by) {
    const stops = new Map(listed(shown(box)).map(([mark, words]) => [words, mark]));
    const all = [...stops.values()];
    const place = at.length ? [...stops.keys()].indexOf(text) : -1;
    const next = all[place < 0 ? (by > 0 ? 0 : all.length - 1) : (place + by + all.length) % all.length];
    if (!next) return;
    const { left, bottom, width } = next.getBoundingClientRect();
    showTip(next, left + width / 2, bottom - 12);
  }

  const follow = (mark) => mark?.closest("a")?.dispatchEvent(new MouseEvent("click"));

  function listen(box) {
    let isTouch = false;
    box.addEventListener("pointermove", (event) => {
      if (event.pointerType === "touch") return;
      const mark = nearest(box, event);
      if (mark) showTip(mark, event.clientX, event.clientY);
      else leave();
    });
    box.addEventListener("pointerleave", ({ pointerType }) => { if (pointerType !== "touch") leave(); });
    box.addEventListener("pointerdown", ({ pointerType }) => { isTouch = pointerType === "touch"; });
    box.addEventListener("click", (event) => {
      if (!isTouch) {
        follow(beside(box, event));
        return;
      }
      const mark = nearest(box, event);
      // The first tap says what a place is; the name in what it says leads there.
      event.preventDefault();
      if (mark) showTip(mark, 0, 0, true);
      else leave();
    });
    box.addEventListener("keydown", (event) => {
      const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (by) {
        event.preventDefault();
        step(box, by);
      } else if (event.key === "Enter") follow(at[0]);
    });
    box.addEventListener("focusout", leave);
  }

  document.addEventListener("keydown", ({ key }) => { if (key === "Escape") leave(); });
  document.addEventListener("pointerdown", ({ target }) => { if (!target.closest?.(".rv-chart, .rv-tip")) leave(); });

  // A picture on its own: with what it says and shows above, and below where it is from, in the colours of paper.
  const SVG = "http://www.w3.org/2000/svg";
  const LEAST = 600;
  const BESIDE = 320;
  function lines(text, width, font) {
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = font;
    return text.split(" ").reduce((all, word) => {
      const longer = `${all.at(-1)} ${word}`.trim();
      return pen.measureText(longer).width > width ? [...all, word] : [...all.slice(0, -1), longer];
    }, [""]);
  }

  function framed(box) {
    const figure = box.closest("figure");
    const drawing = (box.querySelector(".rv-live svg") ?? box.querySelector("svg:not(.rv-phone)")).cloneNode(true);
    const [, , wide, high] = drawing.getAttribute("viewBox").split(" ").map(Number);
    const isDark = box.classList.contains("rv-drawn") && document.documentElement.dataset.theme === "dark";
    const [paper, ink] = isDark ? ["#121212", "#e8e6e3"] : ["#ffffff", "#1b1b1b"];
    const insets = [...box.querySelectorAll(".rv-insets > *")];
    const width = Math.max(wide + 20 + (insets.length ? BESIDE + 20 : 0), LEAST);
    const wordsOf = (selector) => figure.querySelector(selector)?.textContent.trim() ?? "";
    const page = document.createElementNS(SVG, "svg");
    let y = 8;
    const put = (parent, name, look) => {
      const part = parent.appendChild(document.createElementNS(SVG, name));
      for (const [key, value] of Object.entries(look)) part.setAttribute(key, value);
      return part;
    };
    const write = (text, size, weight) => {
      const font = `${weight} ${size}px Arial, "Liberation Sans", Helvetica, sans-serif`;
      for (const line of text ? lines(text, width - 20, font) : []) {
        y += size * 1.3;
        put(page, "text", { x: 10, y, "font-size": size, "font-weight": weight }).textContent = line;
      }
    };
    write(wordsOf(".rv-headline"), 17, "bold");
    write(wordsOf("figcaption .rv-caption"), 13, "normal");
    for (const [name, value] of Object.entries({ x: 10, y: y + 12, width: wide, height: high })) drawing.setAttribute(name, value);
    for (const name of ["tabindex", "role", "aria-label", "style"]) drawing.removeAttribute(name);
    for (const one of marks(drawing)) one.removeAttribute("data-tip");
    for (const link of drawing.querySelectorAll("a")) link.replaceWith(...link.childNodes);
    drawing.setAttribute("font-size", 13);
    page.append(drawing);
    // Cities beside a map, one above the other.
    for (const path of insets.length ? drawing.querySelectorAll("[id$=-areas] path") : []) path.setAttribute("vector-effect", "non-scaling-stroke");
    let down = y + 40;
    for (const inset of insets) {
      const { viewBox } = inset.querySelector("svg");
      const { x: left, y: top, width: across, height: along } = viewBox.baseVal;
      const scale = BESIDE / insets[0].querySelector("svg").viewBox.baseVal.width;
      const look = { x: wide + 20, y: down + 6, width: scale * across, height: scale * along };
      put(page, "text", { x: wide + 20, y: down, "font-size": 13 }).textContent = inset.firstChild.textContent;
      const shown = put(page, "svg", { ...look, viewBox: `${left} ${top} ${across} ${along}` });
      put(shown, "use", { href: inset.querySelector("use").getAttribute("href") });
      put(page, "rect", { ...look, fill: "none", stroke: ink });
      down += scale * along + 30;
    }
    y += high + 16;
    write(figure.querySelector(".rv-source").firstChild.textContent.trim(), 11, "normal");
    write(figure.querySelector(".rv-tools").dataset.imprint, 11, "normal");
    y += 10;
    const look = { xmlns: SVG, width, height: y, viewBox: `0 0 ${width} ${y}`, "font-family": "Arial, Liberation Sans, Helvetica, sans-serif", fill: ink };
    for (const [name, value] of Object.entries(look)) page.setAttribute(name, value);
    const ground = page.insertBefore(document.createElementNS(SVG, "rect"), page.firstChild);
    for (const [name, value] of Object.entries({ width: "100%", height: "100%", fill: paper })) ground.setAttribute(name, value);
    // A file has no style sheet: its colours are those named beside the variables.
    const text = new XMLSerializer().serializeToString(page).replace(/var\(--rv-\w+, ?(#[0-9a-f]{6})\)/g, "$1");
    return { address: `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`, width, height: y };
  }

  const WIDTH = 1200;
  async function png(box) {
    const { address, width, height } = framed(box);
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: WIDTH, height: Math.round((height * WIDTH) / width) });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL("image/png");
  }

  // The table behind a picture is folded below it.
  function tableOf(box) {
    for (let place = box.closest(".cell_output > *") ?? box.closest("figure"); place; place = place.nextElementSibling) {
      const fold = place.matches("details") ? place : place.querySelector("details.rv-details");
      if (fold) return fold;
    }
    return null;
  }

  // Words to take away, in a field to copy them from.
  function offer(figure, button, text) {
    const open = figure.querySelector(".rv-share");
    const isOpen = button.getAttribute("aria-expanded") === "true";
    open?.remove();
    for (const one of figure.querySelectorAll(".rv-tools [aria-expanded]")) one.setAttribute("aria-expanded", "false");
    if (isOpen) return;
    const share = Object.assign(document.createElement("p"), { className: "rv-share" });
    const field = Object.assign(document.createElement("textarea"), { value: text, rows: 3, readOnly: true });
    const copy = Object.assign(document.createElement("button"), { type: "button", textContent: button.closest(".rv-tools").dataset.copy });
    field.setAttribute("aria-label", button.getAttribute("aria-label"));
    copy.addEventListener("click", () => {
      field.select();
      // A page of a folder has no clipboard of its own.
      if (navigator.clipboard) navigator.clipboard.writeText(text).catch(() => document.execCommand("copy"));
      else document.execCommand("copy");
    });
    share.append(field, copy);
    figure.append(share);
    button.setAttribute("aria-expanded", "true");
    field.select();
  }

  function citation(figure, title) {
    const { report, updated, retrieved } = figure.querySelector(".rv-tools").dataset;
    const page = document.querySelector("h1")?.firstChild.textContent.trim();
    const address = new URL(`#${figure.id}`, location.href).href;
    const today = new Date().toLocaleDateString("sv");
    return `${[report, page].filter(Boolean).join(": ")}. ${title} ${updated ? `${updated}. ` : ""}${address} (${retrieved} ${today}).`;
  }

  // The frame is as high as the higher of the drawings, with the words above and below it.
  const WORDS = 190;
  function frameOf(box, address, title) {
    const high = Math.max(...[...box.querySelectorAll("svg[height]")].map((svg) => Number(svg.getAttribute("height"))));
    const frame = Object.assign(document.createElement("iframe"), { src: address, title, width: "100%", height: Math.round(high) + WORDS });
    frame.loading = "lazy";
    frame.style.border = "0";
    return frame.outerHTML;
  }

  function addTools(box) {
    const figure = box.closest("figure");
    const tools = figure.querySelector(".rv-tools");
    const csv = tableOf(box)?.querySelector("a.rv-download");
    const name = csv?.download.replace(/\.csv$/, "") || "diagram";
    const title = figure.querySelector(".rv-headline")?.textContent ?? name;
    const tool = (element, kind) => {
      element.textContent = kind;
      element.setAttribute("aria-label", `${kind}: ${title}`);
      tools.append(element);
      return element;
    };
    const embed = tools.querySelector(".rv-embed");
    const cite = tool(document.createElement("button"), tools.dataset.cite);
    cite.addEventListener("click", () => offer(figure, cite, citation(figure, title)));
    embed?.addEventListener("click", (event) => {
      event.preventDefault();
      offer(figure, embed, frameOf(box, embed.href, title));
    });
    if (embed) tool(embed, embed.textContent).setAttribute("role", "button");
    cite.type = "button";
    for (const [kind, made] of [["SVG", async () => framed(box).address], ["PNG", () => png(box)]]) {
      const button = tool(document.createElement("button"), kind);
      button.type = "button";
      button.addEventListener("click", async () => {
        const link = Object.assign(document.createElement("a"), { href: await made(), download: `${name}.${kind.toLowerCase()}` });
        link.click();
      });
    }
    if (csv) Object.assign(tool(document.createElement("a"), "CSV"), { href: csv.href, download: csv.download });
  }

  function start() {
    for (const box of document.querySelectorAll(".rv-chart")) {
      listen(box);
      addTools(box);
    }
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
