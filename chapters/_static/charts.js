// What the pictures of a page do: a mark that is pointed at, tapped or reached by arrow key says its words, and a picture
// is taken away as a file with its title and source. The pictures themselves are in the page.
(() => {
  "use strict";
  const tip = document.createElement("div");
  tip.className = "rv-tip";
  tip.setAttribute("role", "status");
  let at = null;

  // The picture that is shown: of a desk or a phone, or what the browser draws in its place.
  const shown = (box) => [...box.querySelectorAll("svg")].find((svg) => svg.getClientRects().length);
  const MARK = "[data-tip], .rv-live [aria-label]";
  const marks = (svg) => [...svg.querySelectorAll(MARK)];
  const words = (mark) => mark.dataset.tip ?? mark.getAttribute("aria-label");

  function leave() {
    at?.classList.remove("rv-at");
    at = null;
    tip.hidden = true;
    tip.classList.remove("rv-pinned");
  }

  function tell(mark, x, y, isPinned = false) {
    if (mark !== at) {
      at?.classList.remove("rv-at");
      at = mark;
      mark.classList.add("rv-at");
      const [name, ...rows] = words(mark).split("; ").map((said, place) => {
        const line = document.createElement(place ? "div" : "strong");
        line.textContent = said;
        return line;
      });
      tip.replaceChildren(name, ...rows);
      const to = mark.closest("a")?.getAttribute("href");
      if (to) {
        const link = document.createElement("a");
        link.href = to;
        link.textContent = name.textContent;
        tip.firstChild.replaceChildren(link);
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

  // The mark under a point, or the nearest that is near.
  const REACH = 24;
  function nearest(box, { target, clientX: x, clientY: y }) {
    const under = target.closest(MARK);
    if (under) return under;
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
    const all = marks(shown(box)).filter((mark, place, every) => every.findIndex((one) => words(one) === words(mark)) === place);
    const place = at ? all.findIndex((mark) => words(mark) === words(at)) : -1;
    const next = all[place < 0 ? (by > 0 ? 0 : all.length - 1) : (place + by + all.length) % all.length];
    if (!next) return;
    const { left, bottom, width } = next.getBoundingClientRect();
    tell(next, left + width / 2, bottom - 12);
  }

  function listen(box) {
    let isTouch = false;
    box.addEventListener("pointermove", (event) => {
      if (event.pointerType === "touch") return;
      const mark = nearest(box, event);
      if (mark) tell(mark, event.clientX, event.clientY);
      else leave();
    });
    box.addEventListener("pointerleave", ({ pointerType }) => { if (pointerType !== "touch") leave(); });
    box.addEventListener("pointerdown", ({ pointerType }) => { isTouch = pointerType === "touch"; });
    box.addEventListener("click", (event) => {
      if (!isTouch) return;
      const mark = nearest(box, event);
      // The first tap says what a place is; the name in what it says leads there.
      event.preventDefault();
      if (mark) tell(mark, 0, 0, true);
      else leave();
    });
    box.addEventListener("keydown", (event) => {
      const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (by) {
        event.preventDefault();
        step(box, by);
      } else if (event.key === "Enter" && at) at.closest("a")?.dispatchEvent(new MouseEvent("click"));
    });
    box.addEventListener("focusout", leave);
  }

  document.addEventListener("keydown", ({ key }) => { if (key === "Escape") leave(); });
  document.addEventListener("pointerdown", ({ target }) => { if (!target.closest?.(".rv-chart, .rv-tip")) leave(); });

  function start() {
    for (const box of document.querySelectorAll(".rv-chart")) listen(box);
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
