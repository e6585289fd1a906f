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

  // What the inhabitants need in every year when each municipality keeps its factor.
  function byYear(data, perPerson, factor) {
    const rows = data.regional_cells.map((cells, region) => {
      const weight = new Array(cells.length).fill(0);
      data.region_of.forEach((of, place) => {
        if (of === region) data.cells[place].forEach((persons, cell) => { weight[cell] += (factor[place] * persons) / cells[cell][0]; });
      });
      const each = weight.map((one, cell) => one * perPerson[cell]);
      return data.years.map((_, year) => cells.reduce((sum, row, cell) => sum + each[cell] * row[year], 0));
    });
    return withNation(rows);
  }

  // --- general practice: requirement ---

  function doctorsNeeded(data, s) {
    const norm = s.inhabitants_per_specialist;
    const { profile, minutes } = data.doctor;
    const doctor = 1 - s.task_shift_share + data.team.back_up * s.task_shift_share * s.task_shift_relative_time;
    let level = data.cells.map((persons) => dot(persons, profile) / norm);
    let constant = level.map(() => 1);
    const include = (factor) => {
      const apart = deviation(factor, level);
      level = level.map((one, place) => one * apart[place]);
      constant = constant.map((one, place) => one * apart[place]);
    };
    include(data.need_index.map((index) => index ** s.need_exponent));
    include(data.travel_minutes.map((travel) => 1 + (s.doctor_contacts_with_travel * travel) / minutes));
    include(level.map((one, place) => Math.max(one, data.isolated[place] ? s.minimum_doctors : 0) / one));
    return {
      municipal: level.map((one) => one * doctor),
      byYear: byYear(data, profile.map((one) => one / norm), constant.map((one) => one * doctor)),
      doctor,
    };
  }

  // --- the four professions ---

  function professionNeeded(data, s, own, taker, doctors) {
    const more = own.has_unmet ? 1 + s.unmet_need_share : 1;
    const blended = [0, 1].map((kind) =>
      own.need[kind].map((need, cell) => more * (s.need_weight * need + (1 - s.need_weight) * own.use[kind][cell])));
    const [office, home] = blended.map((perPerson) => data.cells.map((persons) => dot(persons, perPerson)));
    const index = deviation(data.need_index.map((one) => one ** s.need_exponent), office.map((one, place) => one + home[place]));
    const journey = data.travel_minutes.map((travel) => (own.home_minutes ? 1 + travel / own.home_minutes : 1));
    const taken = (s.task_shift_share * s.task_shift_relative_time * taker) / doctors.doctor;
    const atHome = home.map((one, place) => one * index[place] * journey[place]);
    const paths = [byYear(data, blended[0], index), byYear(data, blended[1], index.map((one, place) => one * journey[place]))];
    return {
      byYear: doctors.byYear.map((row, area) => row.map((one, year) => taken * one + paths[0][area][year] + paths[1][area][year])),
      region: office.map((one, place) => one * index[place] + atHome[place] * (1 - own.municipal[place]) + taken * doctors.municipal[place]),
      municipality: atHome.map((one, place) => one * own.municipal[place]),
    };
  }

  // --- general practice: ages and exits, training, regions ---

  const yearOlder = (sexes) => sexes.map((row) => row.map((_, age) => (row[age - 1] ?? 0) + (age === row.length - 1 ? row[age] : 0)));
  const overSexes = (sexes, change) => sexes.map((row, sex) => row.map((value, age) => change(value, sex, age)));
  const sumOver = (sexes) => total(sexes.map(total));

  // The one multiplier of the hazards that empties the stock at the rate: Newton's method from zero.
  function scaled(leaving, shares, rate) {
    const hazard = overSexes(leaving, (chance) => (chance < 1 ? -Math.log1p(-chance) : 0));
    const kept = overSexes(shares, (share, sex, age) => (leaving[sex][age] < 1 ? share : 0));
    let multiplier = 0;
    for (let step = 0; step < 100; step += 1) {
      const left = overSexes(kept, (share, sex, age) => share * Math.exp(-multiplier * hazard[sex][age]));
      const whole = sumOver(left);
      const change = ((Math.log(whole) - Math.log1p(-rate)) * whole) / sumOver(overSexes(left, (one, sex, age) => one * hazard[sex][age]));
      multiplier += change;
      if (Math.abs(change) <= 1e-13 * multiplier) break;
    }
    return overSexes(leaving, (chance, sex, age) => (chance < 1 ? -Math.expm1(-multiplier * hazard[sex][age]) : 1));
  }

  function career(data, s) {
    const of = data.career;
    const scale = (of.retirement_spread * Math.sqrt(3)) / Math.PI;
    const expit = (x) => 1 / (1 + Math.exp(-x));
    const retiring = of.ages.map((age, place) => {
      if (place === of.ages.length - 1) return 1;
      const ahead = (s.retirement_age_doctors - age - 0.5) / scale;
      return age >= of.retirement_from ? 1 - expit(ahead - 1 / scale) / expit(ahead) : 0;
    });
    const youngest = of.entry - of.entry_spread;
    let still = 1;
    const aged = of.ages.map((age, place) => {
      still *= place ? 1 - retiring[place - 1] : 1;
      return age >= of.older_from ? still : 0;
    });
    const spread = of.ages.map((age, place) => {
      if (age >= of.older_from) return (aged[place] * of.older_share) / total(aged);
      return age >= youngest ? (1 - of.older_share) / (of.older_from - youngest) : 0;
    });
    const sexes = [of.women, 1 - of.women];
    const stock = sexes.map((share) => spread.map((one) => one * share));
    const arriving = sexes.map((share) =>
      of.ages.map((age) => (Math.abs(age - of.entry) <= of.entry_spread ? share / (2 * of.entry_spread + 1) : 0)));
    const ways = overSexes(of.deaths, (death, _, age) => 1 - (1 - retiring[age]) * (1 - of.other_exits) * (1 - death));
    const leaving = scaled(ways, stock, s.specialist_exit_rate);
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
    const first = yearOlder(overSexes(arriving, (one, sex, age) => one * (1 - leaving[sex][age] / 2)));
    return { stock: left(stock, horizon + 1), inflow: left(first, horizon) };
  }

  // Shares of a year's starters by lag: who complete, and who are still in training.
  function training(data, s) {
    const { calendar_training_years: duration, completion_share: completion } = s;
    const horizon = data.years.length - 1;
    const lags = Math.floor(duration) + 1;
    const to = (end) => { const at = Math.min(end, duration); return at - ((1 - completion) * at ** 2) / (2 * duration); };
    const completing = Array.from({ length: lags + horizon + 1 }, (_, lag) => completion * Math.max(0, 1 - Math.abs(lag - duration)));
    const remaining = Array.from({ length: lags + horizon + 1 }, (_, lag) => to(lag + 1) - to(lag));
    const past = Array.from({ length: lags }, (_, lag) => (1 + data.training.growth) ** -lag);
    const each = past.map((one) => one / dot(past, remaining));
    const ahead = (byLag) => Array.from({ length: horizon }, (_, year) => total(each.map((one, lag) => one * byLag[lag + year + 1])));
    return { completing, remaining, completions: ahead(completing), left: ahead(remaining), mean: (duration * (1 + completion)) / 2 };
  }

  function doctorsSupplied(data, s) {
    const { training: now, specialists } = data;
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
    const intake = now.persons.map((one) => ((s.domestic_completions / s.completion_share) * one) / total(now.persons));
    const fte = specialists.fixed.map((one, region) => one + specialists.per_fte[region] * s.fte_per_specialist);
    const heads = fte.map((one) => one / s.fte_per_specialist);
    const finishing = firstJob(now.persons);
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
    const started = firstJob(intake);
    const lasting = overCohorts(new Array(horizon).fill(1), perStarter);
    const staying = overCohorts(new Array(horizon).fill(1), course.remaining);
    return {
      weight, firstJob, intake, perStarter, course,
      fte: withNation(path.map((row, region) => [heads[region] * left.stock[0], ...row.map((one, year) => one + started[region] * lasting[year])])),
      inTraining: withNation(now.persons.map((one, region) => [one, ...course.left.map((share, year) => one * share + intake[region] * staying[year])])),
    };
  }

  // How many to train where for so many to begin to work where: the inverse of the first job.
  function trainedFor(arrivals, stay, weight) {
    const sent = weight.map((one) => (1 - stay) / (1 - one));
    const diagonal = weight.map((one, region) => stay - sent[region] * one);
    const alone = arrivals.map((one, region) => one / diagonal[region]);
    const spread = weight.map((one, region) => one / diagonal[region]);
    const all = dot(sent, alone) / (1 + dot(sent, spread));
    return alone.map((one, region) => one - spread[region] * all);
  }

  function startersFor(data, s, have, required) {
    const at = s.target_year - data.years[0];
    const gap = required.map((row, area) => row[at] - have.fte[area][at]);
    const { first } = data.training;
    if (s.target_year + 1 - first - s.calendar_training_years < 1) return gap.map(() => Infinity);
    const each = total(have.perStarter.slice(0, s.target_year - first + 1));
    const wanted = [...trainedFor(gap.slice(0, -1), s.stay_share, have.weight), gap.at(-1)];
    return [...have.intake, total(have.intake)].map((now, area) => Math.max(now + wanted[area] / each, 0));
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
    const rows = (extra) => withNation(have.intake.map((_, region) => data.years.map((_, year) => {
      const beyond = extra * working[region] * added[1][year];
      const replaced = Math.min(Math.max(beyond, 0), cost.agency * have.weight[region]);
      const inTraining = have.inTraining[region][year] + extra * more[region] * added[0][year];
      return price(inTraining, have.fte[region][year] + beyond, replaced);
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

  function compute(data, settings) {
    const s = { ...data.settings, ...settings };
    const doctors = doctorsNeeded(data, s);
    const required = doctors.byYear;
    const have = doctorsSupplied(data, s);
    const starters = required.map((row) => row.map((one) => ((one / s.fte_per_specialist) * s.specialist_exit_rate) / s.completion_share));
    const positions = starters.map((row) => row.map((one) => (one * have.course.mean) / s.persons_per_position / (1 - s.st_vacancy_rate)));
    const counted = data.training.middle / s.inhabitants_per_specialist / s.persons_per_position;
    const ratio = (weight) => required.map((row, area) => row.map((one, year) => (have.fte[area][year] + weight * have.inTraining[area][year]) / one));
    const startersTarget = startersFor(data, s, have, required);
    const cost = costs(data, s, have, startersTarget);
    const professions = Object.values(data.professions).map((own, place) => professionNeeded(data, s, own, data.team.each[place], doctors));
    return {
      requirement: required, starters, positions,
      whole_positions: whole(positions.slice(0, -1).map((row) => row[0])),
      fte: have.fte, in_training: have.inTraining,
      coverage_a: ratio(0), coverage_b: ratio(counted),
      starters_target: startersTarget, cost_reference: cost.reference, cost_target: cost.target,
      need: professions.map((one) => one.byYear),
      municipal_requirement: doctors.municipal,
      regions_part: professions.map((one) => one.region), municipalities_part: professions.map((one) => one.municipality),
    };
  }
  app.explore = compute;
})();
