// Lets a planner count on her own numbers. The first half computes what riktvarden.model.own_numbers gives, to which a test
// compares it; the second shows it. Words come from the page, and nothing leaves it.
(() => {
  "use strict";
  const app = (window.riktvarden ??= {});
  const STOCKS = ["persons", "positions", "starters", "specialists", "older"];
  const REQUIRED = 6;
  const HALF_UNIT_SD = 0.5 / Math.sqrt(3);
  const TENTH = 1.2815515655446004;
  const dot = (a, b) => a.reduce((sum, one, at) => sum + one * b[at], 0);
  const spread = (by, square) => dot(by, square.map((row) => dot(row, by)));

  // A covariance is sent as its lower half, row by row.
  function square(half, count) {
    const at = (row, column) => (row * (row + 1)) / 2 + column;
    return Array.from({ length: count }, (_, i) => Array.from({ length: count }, (_, j) => half[at(Math.max(i, j), Math.min(i, j))]));
  }

  function solved(matrix, right) {
    const rows = matrix.map((row, at) => [...row, right[at]]);
    rows.forEach((pivot, at) => {
      for (const row of rows.slice(at + 1)) {
        const times = row[at] / pivot[at];
        for (let column = at; column < row.length; column += 1) row[column] -= times * pivot[column];
      }
    });
    const found = [];
    for (let at = rows.length - 1; at >= 0; at -= 1) {
      const later = rows[at].slice(at + 1, -1).reduce((sum, one, next) => sum + one * found[at + 1 + next], 0);
      found[at] = (rows[at].at(-1) - later) / rows[at][at];
    }
    return found;
  }

  function conditioned({ mean, covariance }, counts) {
    const places = Object.keys(counts).map(Number);
    if (!places.length) return { mean, covariance };
    const inner = places.map((i) => places.map((j) => covariance[i][j] + (i === j ? counts[i][1] ** 2 : 0)));
    const cross = covariance.map((row) => places.map((place) => row[place]));
    const gain = cross.map((row) => solved(inner, row));
    const apart = places.map((place) => counts[place][0] - mean[place]);
    return {
      mean: mean.map((one, at) => one + dot(gain[at], apart)),
      covariance: covariance.map((row, i) => row.map((one, j) => one - dot(gain[i], cross[j]))),
    };
  }

  function after(prior, counts) {
    const before = { mean: prior.stocks.mean, covariance: square(prior.stocks.half, STOCKS.length) };
    const specialists = counts.specialists ?? Math.exp(before.mean[3]);
    const seen = {};
    for (const [name, count] of Object.entries(counts)) {
      const place = STOCKS.indexOf(name);
      let error = HALF_UNIT_SD / (count * (name === "older" ? specialists : 1));
      if (name === "starters") error = Math.hypot(error, 1 / Math.sqrt(count));
      if (name === "positions") error = Math.hypot(error, prior.sharing);
      seen[place] = [Math.log(count), error];
    }
    const found = conditioned(before, seen);
    const mean = [...found.mean];
    const covariance = found.covariance.map((row) => [...row]);
    for (const place of [1, 2]) {
      if (!(STOCKS[place] in counts)) continue;
      mean[place] = Math.log(counts[STOCKS[place]]);
      for (const [at, row] of covariance.entries()) row[place] = covariance[place][at] = 0;
    }
    return { mean, covariance };
  }

  function composed(stocks, parts) {
    const [persons, , starters, specialists, older] = stocks.map(Math.exp);
    const [youngerLeft, olderLeft, perPerson, perStarter, others, chance] = parts.map(Math.exp);
    const young = specialists * (1 - older) * youngerLeft;
    const old = specialists * older * olderLeft;
    const trained = persons * perPerson;
    const started = starters * perStarter;
    const all = young + old + trained + started + others;
    return {
      specialists: chance * all,
      byStock: [trained, 0, started, young + old, old - specialists * older * youngerLeft].map((one) => chance * one),
      byPart: [young, old, trained, started, others, all, 0].map((one) => chance * one),
    };
  }

  function outlook(stocks, { mean, half }) {
    const parts = square(half, mean.length);
    const { specialists, byStock, byPart } = composed(stocks.mean, mean);
    const stock = byStock.map((one) => one / specialists);
    const part = byPart.map((one) => one / specialists);
    const against = part.map((one, at) => one - (at === REQUIRED ? 1 : 0));
    const known = spread(stock, stocks.covariance);
    const level = Math.log(specialists);
    return {
      specialists: [level, Math.sqrt(known + spread(part, parts))],
      coverage: [level - mean[REQUIRED], Math.sqrt(known + spread(against, parts))],
    };
  }

  function asked(stocks, prior) {
    const { mean, half } = prior.years.at(-1);
    const per = Math.exp(prior.reach[0]);
    const { specialists, byStock, byPart } = composed(stocks.mean, mean);
    const required = Math.exp(mean[REQUIRED]);
    const starters = Math.exp(stocks.mean[2]);
    const missing = (required - specialists) / per;
    const stock = byStock.map((one, at) => (at === 2 ? starters : 0) - one / per);
    const part = byPart.map((one, at) => (at === REQUIRED ? required / per : 0) - one / per);
    const variance = spread(stock, stocks.covariance) + spread(part, square(half, mean.length)) + (missing * prior.reach[1]) ** 2;
    return [starters + missing, Math.sqrt(variance)];
  }

  // The normal distribution, by the expansion of its tail as a continued fraction or around its middle as a series.
  function normal(z) {
    const x = Math.abs(z);
    const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
    let tail = 0;
    if (x > 3) {
      let below = x;
      for (let k = 60; k > 0; k -= 1) below = x + k / below;
      tail = density / below;
    } else {
      let term = x;
      let sum = x;
      for (let k = 3; k < 90; k += 2) { term *= (x * x) / k; sum += term; }
      tail = 0.5 - density * sum;
    }
    return z > 0 ? 1 - tail : tail;
  }

  const moved = (value, before, now) => Math.exp(now[0] + ((Math.log(value) - before[0]) / before[1]) * now[1]);
  const movedChance = (z, before, now) => normal(z - before[0] / before[1] + now[0] / now[1]);

  function staffed([value, low, high], staff) {
    const wide = Math.log(high / low) / (2 * TENTH);
    const sure = wide ? normal(Math.log(staff / Math.sqrt(low * high)) / wide) : Number(staff >= value);
    return { short: [value - staff, low - staff, high - staff], chance: staff ? sure : 0 };
  }

  function compute(prior, counts) {
    const stocks = after(prior, counts);
    return { stocks: stocks.mean, years: prior.years.map((year) => outlook(stocks, year)), asked: asked(stocks, prior) };
  }
  app.own = { compute, moved, movedChance, staffed };

  // --- the page ---

  function start() {
    const form = document.querySelector(".rv-mine");
    if (!form) return;
    const data = JSON.parse(document.getElementById("rv-mine-data").textContent);
    const { words, region: prior, report, needs } = data;
    const language = document.documentElement.lang || "sv";
    const inputs = [...form.querySelectorAll("input")];
    const names = inputs.map((input) => input.name);
    const given = form.querySelector(".rv-given");
    const body = form.querySelector("tbody");
    const heads = [...form.querySelectorAll("thead th")].map((head) => head.textContent);
    const said = form.querySelector(".rv-said");
    const before = prior && compute(prior, {});
    const number = (value, digits = 0) =>
      new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits, roundingMode: "halfEven" }).format(value).replace("-", "−");
    const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

    // What is wrong with what is typed, or the number that it is; nothing of an empty field.
    function read(input) {
      const typed = input.value.trim().replace(/[\s\u00a0\u202f]/g, "");
      if (!typed) return {};
      if (!/^[-−]?\d{1,12}([.,]\d{1,2})?$/.test(typed)) return { fault: words.text };
      const value = Number(typed.replace("−", "-").replace(",", "."));
      const { most, least, whole } = input.dataset;
      if (value < 0) return { fault: words.negative };
      if (whole !== undefined && !Number.isInteger(value)) return { fault: words.whole };
      if (value < Number(least)) return { fault: words.least };
      if (value > Number(most)) return { fault: fill(words.most, { most: number(Number(most)) }) };
      return { value };
    }

    function counted() {
      const found = new Map(inputs.map((input) => [input.name, read(input)]));
      const [all, older] = [found.get("specialists"), found.get("older")];
      if (older?.value !== undefined) {
        if (all.value === undefined) found.set("older", { fault: words.alone });
        else if (older.value * prior.older >= all.value) found.set("older", { fault: words.older });
      }
      for (const input of inputs) {
        const { fault } = found.get(input.name);
        if (fault) input.setAttribute("aria-invalid", "true");
        else input.removeAttribute("aria-invalid");
        document.getElementById(`${input.id}-fault`).textContent = fault ?? "";
      }
      return Object.fromEntries([...found].filter(([, one]) => one.value !== undefined).map(([name, one]) => [name, one.value]));
    }

    // --- the rows: each its words, the report's and the reader's value, low and high, and how they are written ---

    const percent = (share) => number(100 * share);
    percent.unit = words.percent;
    const plain = (digits) => (value) => number(value, digits);
    const sized = (most) => plain(Math.abs(most) < 20 ? 1 : 0);
    function shown([value, low, high], write) {
      const unit = write.unit ?? "";
      const range = low === null ? "" : `${write(low)}–${write(high)}`;
      if (value === null) return range ? `${range}${unit}` : "–";
      return range && write(low) !== write(high) ? `${write(value)} (${range})${unit}` : `${write(value)}${unit}`;
    }
    function likely(share) {
      if (share < 0.01) return words.below;
      return share > 0.99 ? words.above : `${number(100 * share)} %`;
    }
    // Where the report has an interval only, where in it the reader's value is; where neither has a value, how much narrower.
    function difference([old, low, high], [now, from, to], write) {
      if (old !== null && now !== null) {
        if (write(now) === write(old)) return words.same;
        // Of shares as they are written, so that the columns agree.
        const text = write.unit ? `${number(Math.round(100 * now) - Math.round(100 * old))}${words.points}` : write(now - old);
        return now > old ? `+${text}` : text;
      }
      if (now !== null) return now < low ? words.under : now > high ? words.over : words.within;
      const narrower = 1 - (to - from) / (high - low);
      if (narrower >= 0.005) return fill(words.narrower, { share: `${percent(narrower)}${words.percent}` });
      return write(from) === write(low) && write(to) === write(high) ? words.same : words.moved;
    }
    const row = (label, theirs, yours, write) => [label, shown(theirs, write), shown(yours, write), difference(theirs, yours, write)];

    function movedEnds([value, low, high], old, now, known) {
      const ends = [low, high].map((end) => moved(end, old, now));
      return [value !== null ? moved(value, old, now) : known ? moved(Math.sqrt(low * high), old, now) : null, ...ends];
    }

    function ofRegion(counts) {
      const rows = [];
      const { rows: label } = data;
      for (const name of ["persons", "positions"]) {
        if (!(name in counts)) continue;
        const [guideline, gap] = report[name];
        rows.push(row(label[name], gap, guideline.map((end) => end - counts[name]), plain(0)));
      }
      const stocks = Object.fromEntries(STOCKS.filter((name) => name in counts).map((name) => [name, counts[name]]));
      if (!Object.keys(stocks).length) return rows;
      if ("older" in stocks) stocks.older *= prior.older / stocks.specialists;
      const now = compute(prior, stocks);
      const known = "specialists" in counts;
      prior.years.forEach(({ year }, at) => {
        const [old, own] = [before, now].map(({ years }) => years[at].coverage);
        rows.push(row(fill(at ? label.coverage : label.now, { year }), report.coverage[at], movedEnds(report.coverage[at], old, own, known), percent));
      });
      prior.years.forEach(({ year }, at) => {
        if (at < prior.years.length - 2) return;
        const [old, own] = [before, now].map(({ years }) => years[at].coverage);
        const chances = [report.chance[at], movedChance(prior.z[at], old, own)];
        const [theirs, yours] = chances.map((one) => [one, null, null]);
        rows.push([fill(label.chance, { year }), ...chances.map(likely), difference(theirs, yours, percent)]);
      });
      const [old, own] = [before, now].map(({ years }) => years.at(-1).specialists);
      rows.push(row(label.specialists, report.specialists, movedEnds(report.specialists, old, own, known), plain(0)));
      const ends = ([mean, sd]) => [mean, mean - TENTH * sd, mean + TENTH * sd].map((one) => Math.max(one, report.hold));
      const isPublished = report.specialists[0] !== null;
      const hide = (values, is) => (is ? values : [null, ...values.slice(1)]);
      const [theirs, yours] = [hide(ends(before.asked), isPublished), hide(ends(now.asked), known || isPublished)];
      rows.push(row(label.asked, theirs, yours, sized(yours[2])));
      const dearer = (values, { stocks: of }) => values.map((one) => (one === null ? null : ((one - Math.exp(of[2])) * prior.cost) / 1e6));
      const costs = [dearer(theirs, before), dearer(yours, now)];
      rows.push(row(label.cost, ...costs, sized(costs[1][2])));
      return rows;
    }

    function ofStaff(counts) {
      return needs.filter(([name]) => name in counts).flatMap(([name, label, need]) => {
        const { short, chance } = staffed(need, counts[name]);
        const write = sized(need[2]);
        return [[label, shown(need, write), write(counts[name]), fill(words.short, { short: shown(short, write), chance: likely(chance) })]];
      });
    }

    function update() {
      const counts = counted();
      const rows = [...(prior ? ofRegion(counts) : []), ...ofStaff(counts)];
      given.hidden = !rows.length;
      body.replaceChildren(...rows.map((texts) => {
        const line = document.createElement("tr");
        line.append(...texts.map((text, place) => {
          const cell = document.createElement(place ? "td" : "th");
          cell.textContent = text;
          if (place) Object.assign(cell, { className: "number" }).dataset.column = heads[place];
          else cell.scope = "row";
          return cell;
        }));
        return line;
      }));
      said.textContent = rows.length
        ? fill(words.said, { count: Object.keys(counts).length, first: rows[0][0], value: rows[0][2] })
        : words.none;
      const query = new URLSearchParams(location.search);
      for (const { name, value } of inputs) {
        if (value.trim()) query.set(name, value.trim());
        else query.delete(name);
      }
      const text = query.toString();
      history.replaceState(null, "", `${location.pathname}${text ? `?${text}` : ""}${location.hash}`);
      return counts;
    }

    // --- files and paper ---

    function save(name, type, text) {
      const link = document.createElement("a");
      link.href = `data:${type};charset=utf-8,${encodeURIComponent(text)}`;
      link.download = name;
      link.click();
    }
    const does = {
      form: () => {
        const counts = counted();
        const missing = { positions: "saknas", persons: "saknas", starters: "" };
        save(data.file, "text/csv", `\ufeff${fill(data.form, { ...missing, ...counts })}`);
      },
      answer: () => {
        const { head, date, file, quantities } = data.answer;
        const tables = Object.entries(counted()).filter(([name]) => name in quantities).map(([name, value]) =>
          `\n[[numbers]]\nquantity = "${quantities[name]}"\nvalue = ${value}\ndate = ${date}\n`);
        if (tables.length) save(file, "application/toml", head + tables.join(""));
        else said.textContent = words.nothing;
      },
      // What is typed, each below its heading, and what it changes; a spreadsheet would run a text that begins with a sign.
      table: () => {
        const counts = counted();
        const typed = inputs.filter(({ name }) => name in counts).map((input) => {
          const label = `${input.closest("fieldset").querySelector("legend").textContent}: ${input.labels[0].textContent}`;
          return [fill(words.typed, { field: label }), "", number(counts[input.name], Number.isInteger(counts[input.name]) ? 0 : 2), ""];
        });
        const shown = [...body.rows].map((line) => [...line.cells].map((cell) => cell.textContent));
        const quoted = (text) => `"${text.replace(/^[+=@-]/, "").replaceAll('"', '""')}"`;
        const lines = [heads, ...typed, ...shown].map((cells) => cells.map(quoted).join(","));
        save(data.answer.file.replace(/\.toml$/, ".csv").replace(/^svar/, "egna-tal"), "text/csv", `\ufeff${lines.join("\r\n")}\r\n`);
      },
      print: () => {
        const root = document.documentElement;
        root.classList.add("rv-sheet");
        addEventListener("afterprint", () => root.classList.remove("rv-sheet"), { once: true });
        window.print();
      },
      clear: () => {
        for (const input of inputs) input.value = "";
        update();
        inputs[0].focus();
      },
    };

    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", update);
    form.addEventListener("click", ({ target }) => does[target.closest("button")?.dataset.do]?.());
    const query = new URLSearchParams(location.search);
    for (const input of inputs) input.value = query.get(input.name) ?? "";
    if (names.some((name) => query.has(name))) update();
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
