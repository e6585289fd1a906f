// Lets a reader move assumptions and see what the model's closed form gives. The first half computes what
// riktvarden.model.explorer gives, to which a test compares it; the second shows it. Words come from the page.
(() => {
  "use strict";
  const app = (window.riktvarden ??= {});
  const total = (values) => values.reduce((a, b) => a + b, 0);
  const dot = (a, b) => a.reduce((sum, value, place) => sum + value * b[place], 0);
  const withNation = (rows) => [...rows, rows[0].map((_, place) => total(rows.map((row) => row[place])))];
  // Contributions of the cohorts of all years so far.
  const overCohorts = (flow, byLag) => flow.map((_, year) => total(flow.slice(0, year + 1).map((one, from) => one * (byLag[year - from] ?? 0))));

  // A factor as a deviation from the nation's mean, so that it does not move the norm.
  function deviation(factor, weight) {
    const mean = dot(factor, weight) / total(weight);
    return factor.map((one) => one / mean);
  }

  // Need by age weighed against use.
  const weighed = (weight, need, use) => need.map((one, cell) => weight * one + (1 - weight) * use[cell]);

  // What the inhabitants need in every year when each municipality keeps its factor.
  function byYear(data, perPerson, factor) {
    const weights = data.regional_cells.map((cells) => new Array(cells.length).fill(0));
    data.region_of.forEach((region, place) => {
      const weight = weights[region];
      const own = data.cells[place];
      for (let cell = 0; cell < own.length; cell += 1) weight[cell] += factor[place] * own[cell];
    });
    const rows = data.regional_cells.map((cells, region) => {
      const each = weights[region].map((one, cell) => (one / cells[cell][0]) * perPerson[cell]);
      return data.years.map((_, year) => cells.reduce((sum, row, cell) => sum + each[cell] * row[year], 0));
    });
    return withNation(rows);
  }

  // The last result of a part of the model, for as long as no setting that it reads has changed: who moves one slider does
  // not wait for what the others decide.
  function remembering(make) {
    const kept = new WeakMap();
    return (of, s, ...rest) => {
      const last = kept.get(of);
      if (last && [...last.read].every(([name, value]) => s[name] === value) && last.rest.every((one, at) => one === rest[at])) return last.made;
      const read = new Map();
      const watched = new Proxy(s, { get: (settings, name) => { read.set(name, settings[name]); return settings[name]; } });
      const made = make(of, watched, ...rest);
      kept.set(of, { read, rest, made });
      return made;
    };
  }

  // --- general practice: requirement ---

  // What the inhabitants need of doctors when one full-time doctor has one inhabitant.
  const doctorsWanted = remembering((data, s) => {
    const { minutes } = data.doctor;
    const profile = weighed(s.need_age_weight, data.doctor.need, data.doctor.use);
    const doctor = 1 - s.task_shift_share + data.team.back_up * s.task_shift_share * s.task_shift_relative_time;
    let level = data.cells.map((persons) => dot(persons, profile));
    let constant = level.map(() => 1);
    const include = (factor) => {
      const apart = deviation(factor, level);
      level = level.map((one, place) => one * apart[place]);
      constant = constant.map((one, place) => one * apart[place]);
    };
    const { need_exponent: exponent, doctor_contacts_with_travel: contacts } = s;
    include(data.need_index.map((index) => index ** exponent));
    include(data.travel_minutes.map((travel) => 1 + (contacts * travel) / minutes));
    return {
      municipal: level.map((one) => one * doctor),
      byYear: byYear(data, profile, constant.map((one) => one * doctor)),
      doctor,
    };
  });

  function doctorsNeeded(data, s) {
    const { municipal, byYear: rows, doctor } = doctorsWanted(data, s);
    const norm = s.inhabitants_per_specialist;
    return { municipal: municipal.map((one) => one / norm), byYear: rows.map((row) => row.map((one) => one / norm)), doctor };
  }

  // What the least-cost team saves per full-time doctor before. The contacts that save most are moved first, which is
  // exactly what the model's linear programme comes to.
  function teamSaving(data, s) {
    const longer = s.task_shift_relative_time / data.settings.task_shift_relative_time;
    const { tasks, back_up: backUp } = data.team;
    const saved = tasks.map((one) => (one.doctor - backUp * longer * one.support) * one.doctor_year - longer * one.taking * one.year);
    let left = s.task_shift_share;
    return [...saved.keys()].sort((a, b) => saved[b] - saved[a]).reduce((sum, place) => {
      const moved = saved[place] > 0 ? Math.min(left, tasks[place].room) : 0;
      left -= moved;
      return sum + moved * saved[place];
    }, 0);
  }

  // --- the professions ---

  // What the inhabitants need of a profession, before it takes over tasks of doctors.
  const careOf = remembering((own, s, data) => {
    const more = own.has_unmet ? 1 + s.unmet_need_share : 1;
    const weight = own.has_unmet ? s.need_age_weight : s.need_weight;
    const exponent = s.need_exponent;
    const perPerson = own.settings.map((_, setting) =>
      weighed(weight, own.need[setting], own.use[setting]).map((each) => more * each));
    const care = perPerson.map((each) => data.cells.map((persons) => dot(persons, each)));
    // Each principal's part of the care that is the profession's, by setting and municipality.
    const parts = own.settings.map((_, setting) => data.cells.map((_, place) => own.region[setting][place] + own.municipality[setting][place]));
    const level = data.cells.map((_, place) => total(care.map((one, setting) => one[place] * parts[setting][place])));
    const index = deviation(data.need_index.map((one) => one ** exponent), level);
    const factor = own.settings.map((setting) =>
      index.map((one, place) => (setting === "home" ? one * (1 + data.travel_minutes[place] / own.home_minutes) : one)));
    const of = (shares) => data.cells.map((_, place) => total(care.map((one, setting) => one[place] * factor[setting][place] * shares[setting][place])));
    return { perPerson, factor, parts, region: of(own.region), municipality: of(own.municipality) };
  });

  const pathsOf = remembering((care, _, data) =>
    care.perPerson.map((each, setting) => byYear(data, each, care.factor[setting].map((one, place) => one * care.parts[setting][place]))));

  function professionNeeded(data, s, own, taker, doctors, allYears) {
    const care = careOf(own, s, data);
    const taken = (s.task_shift_share * s.task_shift_relative_time * taker) / doctors.doctor;
    const paths = allYears ? pathsOf(care, s, data) : [];
    return {
      byYear: !allYears ? [] : doctors.byYear.map((row, area) => row.map((one, year) => taken * one + total(paths.map((path) => path[area][year])))),
      region: care.region.map((one, place) => one + taken * doctors.municipal[place]),
      municipality: care.municipality,
    };
  }

  // --- general practice: ages and exits, training, regions ---

  const yearOlder = (sexes) => sexes.map((row) => row.map((_, age) => (row[age - 1] ?? 0) + (age === row.length - 1 ? row[age] : 0)));
  const overSexes = (sexes, change) => sexes.map((row, sex) => row.map((value, age) => change(value, sex, age)));
  const sumOver = (sexes) => total(sexes.map(total));

  const career = remembering((data, s) => {
    const of = data.career;
    const scale = (of.retirement_spread * Math.sqrt(3)) / Math.PI;
    const expit = (x) => 1 / (1 + Math.exp(-x));
    const retiring = of.ages.map((age, place) => {
      if (place === of.ages.length - 1) return 1;
      const ahead = (s.retirement_age_doctors - age - 0.5) / scale;
      return age >= of.retirement_from ? 1 - expit(ahead - 1 / scale) / expit(ahead) : 0;
    });
    const ways = overSexes(of.deaths, (death, _, age) => 1 - (1 - retiring[age]) * (1 - of.other_exits) * (1 - death));
    const leaving = overSexes(ways, (chance) => (chance < 1 ? -Math.expm1(s.exit_multiplier * Math.log1p(-chance)) : 1));
    const spread = of.ages.map((_, age) => total(of.stock.map((row) => row[age])));
    const relative = of.ages.map((age) => (age >= of.older_fte_from ? of.older_fte_ratio : 1));
    const fte = relative.map((one) => (s.fte_per_specialist * one) / dot(spread, relative));
    const left = (persons, count) => {
      const kept = [];
      for (let year = 0; year < count; year += 1) {
        kept.push(total(persons.map((row) => dot(row, fte))));
        persons = yearOlder(overSexes(persons, (one, sex, age) => one * (1 - leaving[sex][age])));
      }
      return kept;
    };
    const horizon = data.years.length - 1;
    const first = yearOlder(overSexes(of.entering, (one, sex, age) => one * (1 - leaving[sex][age] / 2)));
    return { stock: left(of.stock, horizon + 1), inflow: left(first, Math.max(horizon, of.ages.length)) };
  });

  // Shares of a year's starters by lag: who complete, and who are still in training.
  const training = remembering((data, s) => {
    const { calendar_training_years: duration, completion_share: completion } = s;
    const horizon = data.years.length - 1;
    const lags = Math.floor(duration) + 1;
    const to = (end) => { const at = Math.min(end, duration); return at - ((1 - completion) * at ** 2) / (2 * duration); };
    const completing = Array.from({ length: lags + horizon + 1 }, (_, lag) => completion * Math.max(0, 1 - Math.abs(lag - duration)));
    const remaining = Array.from({ length: lags + horizon + 1 }, (_, lag) => to(lag + 1) - to(lag));
    const past = Array.from({ length: lags }, (_, lag) => (1 + data.training.growth) ** -lag);
    const each = past.map((one) => one / dot(past, remaining));
    const ahead = (byLag) => Array.from({ length: horizon }, (_, year) => total(each.map((one, lag) => one * byLag[lag + year + 1])));
    return { completing, remaining, newest: each[0], completions: ahead(completing), left: ahead(remaining), mean: (duration * (1 + completion)) / 2 };
  });

  // A stock of the regions as it follows one setting: a Chebyshev series, by Clenshaw's rule.
  function stockAt({ low, high, series }, setting) {
    const x = (2 * setting - low - high) / (high - low);
    return series.map((coefficients) => {
      let [next, later] = [0, 0];
      for (const one of coefficients.slice(1).reverse()) [next, later] = [one + 2 * x * next - later, next];
      return coefficients[0] + x * next - later;
    });
  }

  const doctorsSupplied = remembering((data, s) => {
    const { specialists } = data;
    const horizon = data.years.length - 1;
    const persons = data.regional_cells.map((cells) => total(cells.map((row) => row[0])));
    const weight = persons.map((one) => one / total(persons));
    const moved = (values, rate) => {
      const sent = values.map((one, region) => (rate * one) / (1 - weight[region]));
      const all = total(sent);
      return values.map((one, region) => one - rate * one + weight[region] * (all - sent[region]));
    };
    const firstJob = (values) => moved(values, 1 - s.stay_share);
    const left = career(data, s);
    const course = training(data, s);
    const trainees = stockAt(data.training.persons, s.persons_per_position);
    const intake = trainees.map((one) => one * course.newest);
    const fte = stockAt(specialists.fte, s.fte_per_specialist);
    const heads = fte.map((one) => one / s.fte_per_specialist);
    const finishing = firstJob(trainees);
    const arriving = (region, year) => finishing[region] * course.completions[year] + specialists.abroad * weight[region];
    const path = weight.map(() => new Array(horizon).fill(0));
    for (let lag = horizon - 1; lag >= 0; lag -= 1) {
      for (let year = lag; year < horizon; year += 1) {
        path.forEach((row, region) => { row[year] += arriving(region, year - lag) * left.inflow[lag]; });
      }
      path.forEach((row, region) => { row[lag] += heads[region] * left.stock[lag + 1]; });
      for (let year = 0; year < horizon; year += 1) {
        moved(path.map((row) => row[year]), specialists.moving).forEach((one, region) => { path[region][year] = one; });
      }
    }
    const perStarter = overCohorts(course.completing.slice(0, horizon), left.inflow);
    const wholeCareer = left.inflow.slice(0, data.career.ages.length);
    let cohort = weight.map((one) => one * specialists.abroad);
    const abroad = weight.map(() => 0);
    for (const one of wholeCareer) {
      cohort = moved(cohort, specialists.moving);
      cohort.forEach((persons, region) => { abroad[region] += one * persons; });
    }
    const started = firstJob(intake);
    const lasting = overCohorts(new Array(horizon).fill(1), perStarter);
    const staying = overCohorts(new Array(horizon).fill(1), course.remaining);
    return {
      weight, firstJob, intake, perStarter, course, abroad, fteYears: total(wholeCareer),
      fte: withNation(path.map((row, region) => [heads[region] * left.stock[0], ...row.map((one, year) => one + started[region] * lasting[year])])),
      inTraining: withNation(trainees.map((one, region) => [one, ...course.left.map((share, year) => one * share + intake[region] * staying[year])])),
    };
  });

  // How many to train where for so many to begin to work where: the inverse of the first job.
  function trainedFor(arrivals, stay, weight) {
    const sent = weight.map((one) => (1 - stay) / (1 - one));
    const diagonal = weight.map((one, region) => stay - sent[region] * one);
    const alone = arrivals.map((one, region) => one / diagonal[region]);
    const spread = weight.map((one, region) => one / diagonal[region]);
    const all = dot(sent, alone) / (1 + dot(sent, spread));
    return alone.map((one, region) => one - spread[region] * all);
  }

  // Starters that keep a requirement of the regions met for ever, by region of training.
  function sustaining(s, have, required) {
    const working = required.map((one, region) => (one - have.abroad[region]) / (have.fteYears * s.completion_share));
    return trainedFor(working, s.stay_share, have.weight);
  }

  // No region starts fewer than replace those who leave; the nation no more than the applicants.
  function startersFor(data, s, have, required) {
    const at = s.target_year - data.years[0];
    const regions = required.slice(0, -1);
    const { first } = data.training;
    if (s.target_year + 1 - first - s.calendar_training_years < 1) return { regions: regions.map(() => Infinity), nation: Infinity };
    const each = total(have.perStarter.slice(0, s.target_year - first + 1));
    const wanted = trainedFor(regions.map((row, region) => row[at] - have.fte[region][at]), s.stay_share, have.weight);
    const least = sustaining(s, have, regions.map((row) => row[at]));
    const asked = have.intake.map((now, region) => Math.max(now + wanted[region] / each, least[region]));
    const nation = total(asked);
    return { regions: asked, nation: nation > data.training.applicants ? Infinity : nation };
  }

  // --- cost ---

  function costs(data, s, have, starters) {
    const { cost } = data;
    const later = data.years.slice(1);
    const adjustable = later.map((year) => (year >= data.training.first ? 1 : 0));
    const more = have.intake.map((now, region) => starters[region] - now);
    const added = [overCohorts(adjustable, have.course.remaining), overCohorts(adjustable, have.perStarter)].map((row) => [0, ...row]);
    const working = have.firstJob(more);
    const price = (inTraining, fte, replaced) =>
      inTraining * (cost.st_year / s.persons_per_position + cost.supervision_hours * cost.supervision_hour + cost.rotation_year) +
      (fte - (inTraining * cost.supervision_hours) / cost.hours) * cost.specialist_year -
      replaced * (cost.agency_year - cost.specialist_year);
    const gained = working.map((one) => added[1].map((each) => Math.max(one * each, 0)));
    const agency = data.years.map((_, year) => {
      const all = total(gained.map((row) => row[year]));
      return all > 0 ? Math.min(1, cost.agency / all) : 1;
    });
    const rows = (extra) => withNation(have.intake.map((_, region) => data.years.map((_, year) => {
      const inTraining = have.inTraining[region][year] + extra * more[region] * added[0][year];
      const beyond = extra * working[region] * added[1][year];
      return price(inTraining, have.fte[region][year] + beyond, extra * gained[region][year] * agency[year]);
    })));
    const possible = starters.every(Number.isFinite);
    return { reference: rows(0), target: possible ? rows(1) : rows(0).map((row) => row.map(() => NaN)) };
  }

  // Whole numbers that sum to the rounded whole: the largest remainders are rounded up.
  function whole(values) {
    const floors = values.map(Math.floor);
    const short = Math.round(total(values)) - total(floors);
    const order = values.map((_, place) => place).sort((a, b) => floors[a] - values[a] - (floors[b] - values[b]));
    order.slice(0, short).forEach((place) => { floors[place] += 1; });
    return [...floors, total(floors)];
  }

  // The needs of the professions by year take half of the time, and a slider that is moved shows the first year alone.
  function compute(data, settings, allYears = true) {
    const s = { ...data.settings, ...settings };
    const doctors = doctorsNeeded(data, s);
    const required = doctors.byYear;
    const have = doctorsSupplied(data, s);
    const keeping = data.years.map((_, year) => sustaining(s, have, required.slice(0, -1).map((row) => row[year])));
    const starters = withNation(have.intake.map((_, region) => keeping.map((row) => row[region])));
    const positions = starters.map((row) => row.map((one) => (one * have.course.mean) / s.persons_per_position / (1 - s.st_vacancy_rate)));
    const counted = data.training.middle / s.inhabitants_per_specialist / s.persons_per_position;
    const ratio = (weight) => required.map((row, area) => row.map((one, year) => (have.fte[area][year] + weight * have.inTraining[area][year]) / one));
    const target = startersFor(data, s, have, required);
    const cost = costs(data, s, have, target.regions);
    const saving = teamSaving(data, s) / doctors.doctor;
    const professions = Object.values(data.professions).map((own, place) => professionNeeded(data, s, own, data.team.each[place], doctors, allYears));
    return {
      requirement: required, starters, positions,
      whole_positions: whole(positions.slice(0, -1).map((row) => row[0])),
      fte: have.fte, in_training: have.inTraining,
      coverage_a: ratio(0), coverage_b: ratio(counted),
      starters_target: [...target.regions, target.nation], cost_reference: cost.reference, cost_target: cost.target,
      need: professions.map((one) => one.byYear),
      municipal_requirement: doctors.municipal,
      regions_part: professions.map((one) => one.region), municipalities_part: professions.map((one) => one.municipality),
      team_saving: required.map((row) => row[0] * saving),
    };
  }
  app.explore = compute;

  // --- the page ---

  function start() {
    const page = document.getElementById("rv-explorer");
    if (!page) return;
    const { prepared: data, report, settings: about, measures, scenarios, headlines, names, words, tables } =
      JSON.parse(document.getElementById("rv-explorer-data").textContent);
    const language = document.documentElement.lang || "sv";
    const NATION = data.areas.at(-1);
    const central = app.explore(data, {});
    const state = { area: NATION, moved: {} };
    const select = page.querySelector("#rv-area");
    const boxes = [...page.querySelectorAll(".rv-setting")];
    const chips = page.querySelector(".rv-chips");
    const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
    const formats = [0, 1, 2, 3, 4].map((digits) =>
      new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits, roundingMode: "halfEven" }));
    const number = (value, digits = 0) => formats[digits].format(value).replace("-", "−");
    const shown = (name) => state.moved[name] ?? about[name].value;
    const written = (name, value) =>
      about[name].year ? String(value) : number(value, Math.min(4, (String(value).split(".")[1] ?? "").length));
    const clean = (value, digits) => Number(value.toFixed(digits));

    // A setting as the model has it, and as the reader sees it: in per cent, or as what is left of the whole.
    const inModel = (name, value) => clean(about[name].rest ? 1 - value / about[name].scale : value / about[name].scale, 12);
    const toReader = (name, value) => clean((about[name].rest ? 1 - value : value) * about[name].scale, 10);
    const raw = () => Object.fromEntries(Object.entries(state.moved).map(([name, value]) => [name, inModel(name, value)]));

    // --- what is computed, for one area ---

    function modelled(found, area, s) {
      const at = s.target_year - data.years[0];
      const place = data.areas.indexOf(area);
      const professions = Object.keys(data.professions);
      if (place < 0) {
        const municipality = data.municipalities.indexOf(area);
        const need = professions.map((name, number_at) => [name, found.regions_part[number_at][municipality] + found.municipalities_part[number_at][municipality]]);
        return { requirement: found.municipal_requirement[municipality], ...Object.fromEntries(need) };
      }
      return {
        positions: found.whole_positions[place],
        starters: found.starters[place][0],
        requirement: found.requirement[place][0],
        requirement_target: found.requirement[place][at],
        fte_target: found.fte[place][at],
        coverage_a_target: 100 * found.coverage_a[place][at],
        coverage_b_target: 100 * found.coverage_b[place][at],
        starters_target: found.starters_target[place],
        cost_more: (found.cost_target[place][at] - found.cost_reference[place][at]) / 1e6,
        team_saving: found.team_saving[place] / 1e6,
        ...Object.fromEntries(professions.map((name, number_at) => [name, total(data.region_of.map((region, of) =>
          (area === NATION || region === place ? found.regions_part[number_at][of] + found.municipalities_part[number_at][of] : 0)))])),
      };
    }

    // The report's value of a profession is a median of draws: the reader's is that value, changed as the model changes.
    function valuesOf(found, area) {
      const values = modelled(found, area, { ...data.settings, ...raw() });
      const before = modelled(central, area, data.settings);
      for (const name of Object.keys(values)) {
        const [own] = report[area][name] ?? [null];
        if (measures[name].scaled && own !== null && before[name] > 0) values[name] *= own / before[name];
      }
      return values;
    }

    // Why a number of the reader's may not be shown: a region that has not published its own has none.
    function withheld(name, area) {
      const place = data.areas.indexOf(area);
      if (place < 0 || area === NATION) return "";
      const { st, specialists } = data.shown;
      switch (measures[name].needs) {
        case "nation": return words.nation_only;
        case "specialists": return specialists[place] ? "" : words.hidden;
        case "both": return specialists[place] && st[place] ? "" : words.hidden;
        default: return "";
      }
    }

    function reported([value, low, high], digits) {
      const range = low === null ? "" : `${number(low, digits)}–${number(high, digits)}`;
      if (value === null) return range || words.missing;
      return range ? `${number(value, digits)} (${range})` : number(value, digits);
    }

    function rowsOf(found) {
      const values = valuesOf(found, state.area);
      return Object.entries(measures).filter(([name]) => name in values).map(([name, { words: label, head, digits: least, sized, finer }]) => {
        const of = report[state.area][name] ?? [null, null, null];
        const hidden = withheld(name, state.area);
        const value = hidden ? null : values[name];
        const printed = sized && Math.abs(of[0] ?? of[1] ?? value ?? 0) < 20 ? least + 1 : least;
        const apart = value !== null && of[0] !== null && Number.isFinite(value) ? value - of[0] : null;
        const digits = finer && apart !== null && clean(apart, printed + 1) !== 0 ? printed + 1 : printed;
        const yours = hidden || (Number.isFinite(value) ? number(value, digits) : words.infeasible);
        const none = apart === null ? "" : clean(apart, digits) === 0 ? words.same : `${apart > 0 ? "+" : ""}${number(apart, digits)}`;
        return { name, label, head: head || label, digits, of, value, yours, report: reported(of, printed), apart: none };
      });
    }

    // --- showing ---

    const cell = (tag, text, kind) => {
      const made = document.createElement(tag);
      made.textContent = text;
      if (kind) made.className = kind;
      if (tag === "th") made.scope = "row";
      return made;
    };
    const write = (part, text) => { if (part.textContent !== text) part.textContent = text; };
    const csv = (rows) => `data:text/csv;charset=utf-8,${encodeURIComponent(`\ufeff${rows.map((row) =>
      row.map((one) => (/[",\n]/.test(one) ? `"${String(one).replaceAll('"', '""')}"` : one)).join(",")).join("\r\n")}\r\n`)}`;
    const tableOf = (name) => document.querySelector(`table[aria-labelledby="${name}"], #${name} table`);

    function fillTable(name, rows) {
      const table = tableOf(name);
      const body = table.tBodies[0];
      if (body.rows.length !== rows.length) {
        const heads = [...table.tHead.rows[0].cells].map((one) => one.textContent);
        body.replaceChildren(...rows.map((texts) => {
          const row = document.createElement("tr");
          row.append(...texts.map((_, place) => {
            const made = cell(place ? "td" : "th", "", place ? "number" : "");
            if (place) made.dataset.column = heads[place];
            return made;
          }));
          return row;
        }));
      }
      rows.forEach((texts, at) => texts.forEach((text, place) => write(body.rows[at].cells[place], text)));
    }
    function offer(name, rows) {
      for (const link of document.querySelectorAll(`a[download="${name}.csv"]`)) link.href = csv(rows);
    }
    const exact = (value) => (Number.isFinite(value) ? String(Number(value.toPrecision(10))) : "");

    // Headline numbers: the reader's, on the report's interval. Only the texts and places change while a slider is moved.
    const heads = page.querySelector(".rv-headlines");
    function showHeads(rows) {
      const numbered = rows.filter((row) => row.value !== null);
      const first = (row) => (headlines.includes(row.name) ? 0 : 1);
      const chosen = [...numbered].sort((a, b) => first(a) - first(b)).slice(0, headlines.length);
      while (heads.children.length < chosen.length) {
        const part = document.createElement("p");
        const band = cell("span", "", "rv-band");
        band.append(...["rv-range", "rv-reports", "rv-own"].map((kind) => cell("i", "", kind)));
        part.append(cell("span", "", "rv-what"), cell("strong", ""), band, cell("span", "", "rv-of"));
        heads.append(part);
      }
      [...heads.children].slice(chosen.length).forEach((part) => part.remove());
      chosen.forEach(({ head, yours, report: theirs, of: [own, low, high], value }, at) => {
        const [what, mine, band, of] = heads.children[at].children;
        write(what, head);
        write(mine, yours);
        write(of, fill(words.report, { value: theirs }));
        const has = low !== null && high > low && Number.isFinite(value);
        band.hidden = !has;
        if (!has) return;
        const [from, span] = [low - (high - low), 3 * (high - low)];
        const across = (one) => `${Math.min(100, Math.max(0, (100 * (one - from)) / span))}%`;
        const [range, reports, mark] = band.children;
        range.style.left = across(low);
        range.style.width = `${(100 * (high - low)) / span}%`;
        reports.style.left = across(own ?? low);
        reports.hidden = own === null;
        mark.style.left = across(value);
      });
      return chosen;
    }

    // Politely: a screen reader hears of the last of several quick changes.
    let saying = 0;
    function say(text) {
      clearTimeout(saying);
      saying = setTimeout(() => { page.querySelector(".rv-said").textContent = text; }, 400);
    }

    const none = data.years.map(() => null);
    function linesOf(found) {
      const own = data.areas.indexOf(state.area);
      const place = own < 0 ? data.region_of[data.municipalities.indexOf(state.area)] : own;
      const area = data.areas[place];
      const has = data.shown.specialists[place];
      const series = [
        ["need", "reports", central.requirement[place]], ["have", "reports", has ? central.fte[place] : none],
        ["need", "yours", found.requirement[place]], ["have", "yours", has ? found.fte[place] : none],
        ["have", "programme", report.programme[area] ?? none],
      ];
      return { series, place, area, has, whole: own < 0 };
    }

    function showPath(found) {
      const { series, place, area, has, whole } = linesOf(found);
      const rows = series.flatMap(([what, whose, values]) => values.map((value, year) =>
        ({ year: data.years[year], value, what, whose, label: `${words[what]}, ${words[whose]}` }))).filter(({ value }) => value !== null);
      for (const item of page.querySelectorAll(".rv-key li")) {
        item.hidden = !rows.some(({ what, whose }) => item.dataset.line === `${what}-${whose}`);
      }
      const year = shown("target_year");
      const at = year - data.years[0];
      const text = fill(has ? words.path : words.path_need, {
        area: names[area], year, need: number(found.requirement[place][at]),
        report: number(central.requirement[place][about.target_year.value - data.years[0]]), have: number(found.fte[place][at]),
      });
      const notes = whole ? [fill(words.of_region, { area: names[area] })] : [];
      const box = chartOf(tables.path);
      note(box, [text, ...notes, ...(has ? [] : [words.hidden_path])].join(" "));
      app.change?.(box, "path", () => rows, text);
    }

    function tellPath(found) {
      const { series, area } = linesOf(found);
      const order = [0, 2, 1, 3, 4];
      const text = (value) => (value === null ? "–" : number(value));
      fillTable(tables.path, data.years.map((year, at) => [String(year), ...order.map((one) => text(series[one][2][at]))]));
      offer(tables.path, [
        ["region", "year", "need_report", "need_trial", "specialists_report", "specialists_trial", "programme_report"],
        ...data.years.map((year, at) => [area, year, ...order.map((one) => exact(series[one][2][at] ?? NaN))]),
      ]);
    }

    function showMap(found) {
      const people = data.areas.map((_, place) => total(place < data.areas.length - 1
        ? data.regional_cells[place].map((row) => row[0]) : data.regional_cells.flat().map((row) => row[0])));
      const density = (result) => people.map((persons, place) => (result.positions[place][0] / persons) * 1e4);
      const [before, now] = [density(central), density(found)];
      const order = [data.areas.length - 1, ...data.areas.slice(0, -1).keys()];
      fillTable(tables.map, order.map((place) => [names[data.areas[place]], number(before[place], 1), number(now[place], 1)]));
      offer(tables.map, [
        ["region", "positions_per_10000_report", "positions_per_10000_trial"],
        ...order.map((place) => [data.areas[place], exact(before[place]), exact(now[place])]),
      ]);
      const byName = new Map(data.areas.slice(0, -1).map((code, place) => [names[code], now[place]]));
      const [[lowest, low], ...others] = [...byName].sort((a, b) => a[1] - b[1]);
      const [highest, high] = others.at(-1);
      const text = fill(words.map, { lowest, low: number(low, 1), highest, high: number(high, 1) });
      const box = chartOf(tables.map);
      // Its headline is the finding: what the words say after their form.
      write(box.closest("figure").querySelector(".rv-headline"), text.replace(/^[^.]*\. /, ""));
      app.change?.(box, "areas", (rows) =>
        rows.map((row) => ({ ...row, properties: { ...row.properties, value: byName.get(row.properties.name) } })), text);
    }

    const chartOf = (name) => document.querySelector(`#bild-${name} .rv-chart`);
    function note(box, text) {
      const there = box.parentElement.querySelector(".rv-trial") ?? box.parentElement.insertBefore(cell("p", "", "rv-trial rv-caption"), box.nextSibling);
      write(there, text);
    }

    function showSettings() {
      for (const box of boxes) {
        const { name } = box.dataset;
        for (const input of box.querySelectorAll("input")) if (input !== document.activeElement || input.type === "range") input.value = shown(name);
        box.querySelector(".rv-changed").hidden = !(name in state.moved);
      }
      const moved = Object.entries(state.moved);
      chips.hidden = !moved.length;
      chips.replaceChildren(cell("span", words.changed), ...moved.map(([name, value]) => {
        const chip = document.createElement("button");
        chip.type = "button";
        chip.dataset.undo = name;
        const text = fill(words.chip, { name: about[name].short, value: written(name, value), report: written(name, about[name].value) });
        const cross = cell("span", " ×");
        cross.ariaHidden = "true";
        chip.append(cell("span", `${words.undo} `, "rv-hidden"), text, cross);
        return chip;
      }));
      for (const button of page.querySelectorAll("[data-start]")) {
        const to = Object.entries(scenarios[button.dataset.start]);
        button.ariaPressed = String(to.length === moved.length && to.every(([name, value]) => state.moved[name] === value));
      }
      select.value = state.area;
    }

    function address() {
      const query = new URLSearchParams();
      if (state.area !== NATION) query.set("area", state.area);
      for (const [name, value] of Object.entries(raw())) query.set(name, value);
      const text = query.size ? `?${query}` : "";
      for (const link of document.querySelectorAll("a.rv-language")) link.search = text;
      try {
        history.replaceState(null, "", `${location.pathname}${text}${location.hash}`);
      } catch {
        // a browser that keeps the address of a file as it is
      }
    }

    // While a slider is moved its numbers follow and then its lines; the rest waits until it rests. Each is done in a frame
    // of its own, so that none is long.
    let due = 0;
    let following = 0;
    let resting = 0;
    function drawNumbers() {
      const found = app.explore(data, raw(), false);
      const rows = rowsOf(found);
      return { found, rows, chosen: showHeads(rows) };
    }
    const rest = [showSettings, showValues, ({ found }) => tellPath(found), ({ found }) => showMap(found), address];
    function follow(steps, drawn) {
      resting = setTimeout(() => {
        steps[0](drawn);
        if (steps.length > 1) follow(steps.slice(1), drawn);
      });
    }
    function showValues({ rows, chosen }) {
      const area = names[state.area];
      fillTable(tables.values, rows.map((row) => [row.label, row.report, row.yours, row.apart]));
      write(document.getElementById(tables.values), fill(words.values, { area }));
      offer(tables.values, [
        ["area", "measure", "report_value", "report_low", "report_high", "trial_value", "trial_status"],
        ...rows.map((row) => [state.area, row.name, ...row.of.map((one) => (one === null ? "" : exact(one))), exact(row.value ?? NaN), "estimated"]),
      ]);
      say(fill(words.said, { area, measure: chosen[0].label, yours: chosen[0].yours, report: chosen[0].report, count: number(Object.keys(state.moved).length) }));
    }
    // Where the area's own counts are typed.
    const counts = page.querySelector(".rv-counts");
    function lead() {
      const kind = data.areas.includes(state.area) ? "regions" : "municipalities";
      counts.hidden = state.area === NATION;
      counts.href = `${kind}/${state.area}.html#rv-mine`;
    }

    function update(isMoving = false) {
      lead();
      cancelAnimationFrame(due);
      clearTimeout(resting);
      if (!isMoving) {
        clearTimeout(following);
        const drawn = drawNumbers();
        for (const step of [({ found }) => showPath(found), ...rest]) step(drawn);
        return;
      }
      due = requestAnimationFrame(() => {
        const drawn = drawNumbers();
        following = setTimeout(() => showPath(drawn.found));
        resting = setTimeout(() => follow(rest, drawn), 150);
      });
    }

    // --- what the reader does ---

    function move(name, value) {
      const { low, high, value: own, year } = about[name];
      const held = Math.min(Math.max(year ? Math.round(value) : value, low), high);
      if (held === own) delete state.moved[name];
      else state.moved[name] = held;
      return held;
    }

    function warn(lines) {
      const box = page.querySelector(".rv-notice");
      box.hidden = !lines.length;
      box.textContent = lines.join(" ");
    }
    const beyond = (name, held) => fill(words.outside, { label: about[name].label, limits: about[name].limits, value: written(name, held) });

    function read() {
      const lines = [];
      for (const [name, text] of new URLSearchParams(location.search)) {
        if (name === "area") {
          if (Object.hasOwn(names, text)) state.area = text;
          else lines.push(fill(words.unknown_area, { name: text }));
          continue;
        }
        if (name === "highlight") continue; // the search's own
        if (!Object.hasOwn(about, name)) {
          lines.push(fill(words.unknown_name, { name }));
          continue;
        }
        const value = text.trim() === "" ? NaN : Number(text);
        if (!Number.isFinite(value)) {
          lines.push(fill(words.no_number, { label: about[name].label }));
          continue;
        }
        const wanted = toReader(name, value);
        const held = move(name, wanted);
        if (held !== wanted) lines.push(beyond(name, held));
      }
      warn(lines);
      // Who opens a link sees what it changes.
      for (const box of boxes) if (box.dataset.name in state.moved) box.closest("details").open = true;
    }

    const does = {
      reset: () => { state.moved = {}; warn([]); update(); },
      respond: () => location.assign(`consultation.html#rv-response?${new URLSearchParams(Object.entries(raw()))}`),
      link: () => navigator.clipboard?.writeText(location.href).then(() => say(words.copied), () => say(words.address)) ?? say(words.address),
    };

    page.addEventListener("submit", (event) => event.preventDefault());
    page.addEventListener("input", ({ target }) => {
      const name = target.closest(".rv-setting")?.dataset.name;
      if (!name || target.value === "" || !Number.isFinite(target.valueAsNumber)) return;
      const held = move(name, target.valueAsNumber);
      for (const input of target.parentElement.children) if (input !== target) input.value = held;
      update(true);
    });
    page.addEventListener("change", ({ target }) => {
      if (target === select) state.area = select.value;
      const name = target.closest(".rv-setting")?.dataset.name;
      if (name && target.type === "number") {
        const typed = target.valueAsNumber;
        const held = shown(name);
        const { low, high } = about[name];
        warn(typed < low || typed > high ? [beyond(name, held)] : []);
        target.value = held;
      }
      update();
    });
    page.addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      if (!button) return;
      const { do: asked, undo, start: scenario } = button.dataset;
      if (asked) does[asked]();
      if (scenario) {
        state.moved = { ...scenarios[scenario] };
        warn([]);
        update();
      }
      if (undo) {
        delete state.moved[undo];
        warn([]);
        update();
        (chips.querySelector("button") ?? select).focus();
      }
    });

    // The picture is beside the settings, and on a phone above them as a strip.
    const strip = matchMedia("(max-width: 900px)");
    const box = chartOf(tables.path);
    if (strip.matches) box.dataset.height = "58";
    page.querySelector(".rv-drawing").append(box.closest("figure"));
    for (const one of boxes) {
      const { low, high, value } = about[one.dataset.name];
      one.style.setProperty("--at", (value - low) / (high - low));
    }
    read();
    update();
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
