// Lets a planner count on her own numbers. The first half computes what riktvarden.model.own_numbers gives, to which a test
// compares it; the second shows it. Words come from the page, and nothing leaves it.
(() => {
  "use strict";
  const app = (window.riktvarden ??= {});
  const STOCKS = ["persons", "positions", "starters", "specialists", "older"];
  const AS_PERSONS = "specialist_persons";
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

  const fullTime = (prior, counts) => (AS_PERSONS in counts ? counts[AS_PERSONS] * Math.exp(prior.centre[0]) : counts.specialists);

  function after(prior, counts) {
    const before = { mean: prior.stocks.mean, covariance: square(prior.stocks.half, STOCKS.length) };
    const specialists = fullTime(prior, counts) ?? Math.exp(before.mean[3]);
    const seen = {};
    for (const [name, count] of Object.entries(counts)) {
      let error = HALF_UNIT_SD / (count * (name === "older" ? specialists : 1));
      if (name === "starters") error = Math.hypot(error, 1 / Math.sqrt(count));
      if (name === "positions") error = Math.hypot(error, prior.sharing);
      if (name === AS_PERSONS) seen[3] = [Math.log(specialists), Math.hypot(error, prior.centre[1])];
      else seen[STOCKS.indexOf(name)] = [Math.log(count), error];
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

  function suffice([value, low, high], staff) {
    const wide = Math.log(high / low) / (2 * TENTH);
    return staff && wide ? normal(Math.log(staff / Math.sqrt(low * high)) / wide) : Number(staff >= value);
  }

  // Where a minimum exceeds the need, the staff suffice if they suffice for both.
  function staffed(need, staff, least) {
    const chance = Math.min(...[need, least].filter(Boolean).map((bound) => suffice(bound, staff)));
    return { short: need.map((end, at) => Math.max(end, (least ?? need)[at]) - staff), chance };
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
    const fields = inputs.filter((input) => input.name !== "date");
    const day = form.elements.date;
    const choices = [...form.querySelectorAll("select")];
    const given = form.querySelector(".rv-given");
    const body = form.querySelector("tbody");
    const heads = [...form.querySelectorAll("thead th")].map((head) => head.textContent);
    const left = form.querySelector(".rv-left");
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
      const found = new Map(fields.map((input) => [input.name, read(input)]));
      const all = found.get("specialists");
      if (all && inPersons()) {
        found.delete("specialists");
        if (all.value !== undefined && !Number.isInteger(all.value)) all.fault = words.whole;
        found.set(AS_PERSONS, all);
      }
      const known = all && fullTime(prior, { [inPersons() ? AS_PERSONS : "specialists"]: all.value });
      const older = found.get("older");
      if (older?.value !== undefined) {
        if (all.value === undefined) older.fault = words.alone;
        else if (older.value * prior.older >= known) older.fault = words.older;
      }
      for (const input of fields) say(input, (input.name === "specialists" ? all : found.get(input.name)).fault);
      if (choices.length) {
        const report = document.getElementById("rv-mine-specialists-report");
        report.dataset.report ??= report.textContent;
        const is = all.value && !all.fault && inPersons();
        const fte = is && fill(words.about, { share: data.share, fte: shown([0, -TENTH, TENTH].map((z) => known * Math.exp(z * prior.centre[1])), plain(0)) });
        report.textContent = is ? `${report.dataset.report}. ${fte}` : report.dataset.report;
      }
      const sound = [...found].filter(([, one]) => one.value !== undefined && !one.fault);
      return Object.fromEntries(sound.map(([name, one]) => [name, one.value]));
    }
    const inPersons = () => choices.some((choice) => choice.value === AS_PERSONS);
    const keyed = (name) => (name === "specialists" && inPersons() ? AS_PERSONS : name);

    function say(input, fault) {
      if (fault) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
      document.getElementById(`${input.id}-fault`).textContent = fault ?? "";
      return !fault;
    }

    // The day that the numbers are of: the page's own, or the reader's where it is asked for.
    function isDated() {
      return !day || say(day, day.value && day.value >= day.min && day.value <= day.max ? "" : fill(words.day, { first: day.min }));
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
    // A surplus or a lack in words, never as a negative number: a value with its interval, or an interval alone.
    function apart([value, low, high], write, { more, fewer, same, crossing }) {
      const size = (one) => write(Math.abs(one));
      const side = (one) => (size(one) === write(0) ? 0 : Math.sign(one));
      const sides = [value, low, high].filter((one) => one !== null).map(side);
      const isOne = sides.every((one) => one >= 0) || sides.every((one) => one <= 0);
      const at = value === null ? Math.sign(side(low) + side(high)) : side(value);
      const near = [low, high].sort((a, b) => Math.abs(a) - Math.abs(b)).map(size);
      let range = "";
      if (low !== null && write(low) !== write(high)) {
        const lean = side(low) + side(high) > 0 ? more : fewer;
        range = isOne ? near.join("–") + (at ? "" : ` ${lean}`) : fill(crossing, { low: size(low), high: size(high) });
      }
      if (value === null) return isOne && at ? `${range || near[0]} ${at > 0 ? more : fewer}` : range || same;
      const text = at ? `${size(value)} ${at > 0 ? more : fewer}` : same;
      return range ? `${text} (${range})` : text;
    }
    const less = ([value, low, high]) => [value, high, low].map((one) => (one === null ? null : -one));
    const compared = (label, theirs, yours, write, as) => [label, apart(theirs, write, as), apart(yours, write, as), difference(theirs, yours, write)];
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
        rows.push(compared(label[name], less(gap), less(guideline.map((end) => end - counts[name])), plain(0), words.apart.guideline));
      }
      if ("persons" in counts) {
        const [years, short, long] = prior.training;
        const implied = [years, long, short].map((one) => counts.persons / one);
        rows.push(row(label.implied, report.starters, implied, sized(implied[0])));
      }
      const stocks = Object.fromEntries([...STOCKS, AS_PERSONS].filter((name) => name in counts).map((name) => [name, counts[name]]));
      if (!Object.keys(stocks).length) return rows;
      if ("older" in stocks) stocks.older *= prior.older / fullTime(prior, stocks);
      const now = compute(prior, stocks);
      const known = fullTime(prior, stocks) !== undefined;
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
      rows.push(compared(label.cost, ...costs, sized(costs[1][2]), words.apart.cost));
      return rows;
    }

    function ofStaff(counts) {
      return needs.filter(([name]) => name in counts).map(([name, label, need, least]) => {
        const { short, chance } = staffed(need, counts[name], least);
        const write = sized(Math.max(need[2], counts[name]));
        const needed = fill(least ? words.at_least : words.needs, { need: shown(need, write), least: least && shown(least, write) });
        const by = apart(less(short), write, words.apart[least ? "least" : "need"]);
        return [label, needed, fill(words.has, { staff: write(counts[name]) }), fill(words.suffice, { apart: by, chance: likely(chance) })];
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
      const [label, ...first] = rows[0] ?? [];
      said.textContent = rows.length
        ? fill(words.said, { count: Object.keys(counts).length, first: label, value: rows.length && isStaff(rows[0]) ? [first[1], first[0], first[2]].join(", ") : first[1] })
        : words.none;
      isDated();
      const { tables, rest } = answered(counts);
      left.textContent = rest.length
        ? fill(words.left, { count: tables.length, names: rest.map(({ label }) => label).join(", ") })
        : words.filed;
      hold();
      return counts;
    }
    const isStaff = ([label]) => needs.some(([, own]) => own === label);

    // What is typed stays behind "#", see page.js.
    const state = () => [...fields, ...choices, ...(day ? [day] : [])].map((input) => [input, input.defaultValue ?? input.options[0].value]);
    function hold() {
      const held = state().filter(([input, own]) => input.value.trim() && input.value !== own);
      app.held.write(new URLSearchParams(held.map(([{ name, value }]) => [name, value.trim()])));
    }
    function recall() {
      const held = app.held.read(state().map(([{ name }]) => name));
      for (const [input, own] of state()) input.value = held.get(input.name) ?? own;
      for (const choice of choices) if (choice.selectedIndex < 0) choice.selectedIndex = 0;
      return fields.some((input) => held.has(input.name));
    }

    // What of the counts the consultation asks this organisation for, and the rest.
    function answered(counts) {
      const { quantities } = data.answer;
      const all = Object.entries(counts).map(([name, value]) => {
        const at = name === AS_PERSONS ? "specialists" : name;
        const own = form.querySelector(`label[for="rv-mine-${at}"]`).textContent;
        const unit = at === "specialists" ? `, ${choices[0].selectedOptions[0].textContent}` : "";
        return { name, value, label: needs.find(([need]) => need === name)?.[1] ?? own + unit };
      });
      return { tables: all.filter(({ name }) => name in quantities), rest: all.filter(({ name }) => !(name in quantities)) };
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
        if (!isDated()) return day.focus();
        const { head, organisation, file, quantities, date: own } = data.answer;
        const date = day?.value ?? own;
        const { tables, rest } = answered(counted());
        const written = (value) => String(value).replace(".", words.decimal);
        const numbers = rest.map(({ label, value }) => `${label}: ${written(value)}`).join("; ");
        const comment = rest.length ? `comment = ${JSON.stringify(fill(words.rest, { date, numbers }))}\n` : "";
        const entries = tables.map(({ name, value, label }) =>
          `\n# ${label}: ${written(value)}\n[[numbers]]\nquantity = "${quantities[name]}"\nvalue = ${value}\ndate = ${date}\n`);
        return save(file, "application/toml", [head, comment, organisation, ...entries].join(""));
      },
      // What is typed, each below its heading, and what it changes; a spreadsheet would run a text that begins with a sign.
      table: () => {
        const counts = counted();
        const typed = fields.filter(({ name }) => keyed(name) in counts).map((input) => {
          const label = `${input.closest("fieldset").querySelector("legend").textContent}: ${input.labels[0].textContent}`;
          const count = counts[keyed(input.name)];
          const unit = input.name === "specialists" ? `, ${choices[0].selectedOptions[0].textContent}` : "";
          return [fill(words.typed, { field: label + unit }), "", number(count, Number.isInteger(count) ? 0 : 2), ""];
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
        for (const [input, own] of state()) input.value = own;
        update();
        fields[0].focus();
      },
    };

    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", update);
    form.addEventListener("click", ({ target }) => does[target.closest("button")?.dataset.do]?.());
    if (day) {
      const now = new Date();
      day.max = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((one) => String(one).padStart(2, "0")).join("-");
    }
    if (recall()) update();
    // A link with numbers that is followed on the page itself is read; a link to another place keeps those that are typed.
    addEventListener("hashchange", () => {
      if (app.held.is()) { recall(); update(); } else hold();
    });
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
