// The form of the consultation: it writes a response as a file on the reader's machine, and sends nothing.
(() => {
  "use strict";
  const app = (window.riktvarden ??= {});
  const quoted = (text) => JSON.stringify(text).replace(/\u007f/g, "\\u007f");

  // The file as `riktvarden response check` reads it, see riktvarden.responses.form.
  // Lines of `head` and what each value is about are for people.
  app.response = ({ head, edition, actor, name, region, profession, values, comment }) => {
    const said = (text) => `# ${text.replace(/\s+/g, " ")}`;
    const lines = [...head.map(said), "", 'form = "riktvarden-response"', "version = 1", `edition = ${quoted(edition)}`];
    if (comment) lines.push(`comment = ${quoted(comment)}`);
    lines.push("", "[organisation]", `actor = ${quoted(actor)}`, `name = ${quoted(name)}`);
    if (region) lines.push(`region = ${quoted(region)}`);
    if (profession) lines.push(`profession = ${quoted(profession)}`);
    for (const { assumption, value, reason, label } of values) {
      const number = Number.isInteger(value) ? value.toFixed(1) : String(Number(value.toPrecision(12)));
      lines.push("", said(label), "[[values]]", `assumption = ${quoted(assumption)}`, `value = ${number}`, `reason = ${quoted(reason)}`);
    }
    return `${lines.join("\n")}\n`;
  };

  function start() {
    const form = document.getElementById("rv-response");
    if (!form) return;
    const data = JSON.parse(document.getElementById("rv-response-data").textContent);
    const { words } = data;
    const made = (tag, more = {}, ...children) => {
      const node = Object.assign(document.createElement(tag), more);
      node.append(...children);
      return node;
    };
    const field = (id, label, input, beside = "") => {
      input.id = `rv-response-${id}`;
      const about = made("span", { id: `${input.id}-about`, className: "rv-beside", textContent: beside });
      const fault = made("span", { id: `${input.id}-fault`, className: "rv-fault", hidden: true });
      input.setAttribute("aria-describedby", `${about.id} ${fault.id}`);
      return made("p", {}, made("label", { htmlFor: input.id, textContent: label }), input, about, fault);
    };
    const choice = (options) =>
      made("select", {}, ...[["", words.none], ...options].map(([value, text]) => made("option", { value, textContent: text })));
    const fail = (input, text) => {
      const fault = document.getElementById(`${input.id}-fault`);
      input.setAttribute("aria-invalid", String(Boolean(text)));
      fault.textContent = text;
      fault.hidden = !text;
      return !text;
    };

    const actor = choice(data.actors.map(({ code, title }) => [code, title]));
    const name = made("input", { maxLength: 120, autocomplete: "organization" });
    const region = choice(Object.entries(data.regions));
    const profession = choice(Object.entries(data.professions));
    const comment = made("textarea", { rows: 4, maxLength: 20000 });
    const places = { region: field("region", words.region, region), profession: field("profession", words.profession, profession) };
    const asked = made("div");
    const status = made("p", { className: "rv-notice" });
    status.setAttribute("role", "status");
    form.append(
      field("actor", words.actor, actor),
      field("name", words.name, name),
      places.region,
      places.profession,
      asked,
      field("comment", words.comment, comment, words.person),
      made("p", { className: "rv-buttons" }, made("button", { type: "submit", textContent: words.save })),
      status,
    );

    // Values that the reader has tried in the explorer come with the address, behind "#".
    const tried = new Map([...app.held.read(Object.keys(data.questions))].filter(([key]) => Object.hasOwn(data.questions, key)));

    function show() {
      const found = data.actors.find(({ code }) => code === actor.value);
      const written = new Map([...asked.querySelectorAll("input, textarea")].map((input) => [input.id, input.value]));
      for (const [key, place] of Object.entries(places)) place.hidden = !found || found[key] === "none";
      asked.replaceChildren(
        ...[...new Set([...tried.keys(), ...(found?.asked ?? [])])].map((question) => {
          const { label, unit, value } = data.questions[question];
          const given = (tried.get(question) ?? "").replace(".", words.decimal);
          const number = made("input", { inputMode: "decimal", autocomplete: "off", name: question, value: given });
          const reason = made("textarea", { rows: 2, maxLength: 1500 });
          return made(
            "fieldset",
            {},
            made("legend", { textContent: label }),
            field(question, words.value.replace("{unit}", unit), number, words.ours.replace("{value}", value)),
            field(`${question}-reason`, words.reason, reason),
          );
        }),
      );
      for (const input of asked.querySelectorAll("input, textarea")) input.value = written.get(input.id) ?? input.value;
    }

    // What is given, and what is wrong with it beside each field.
    function values() {
      const found = [];
      for (const input of asked.querySelectorAll("input")) {
        const reason = document.getElementById(`${input.id}-reason`);
        const text = input.value.trim().replace(/\s/g, "").replace("−", "-").replace(",", ".");
        const value = Number(text);
        const given = text !== "";
        fail(input, given && !Number.isFinite(value) ? words.number : "");
        fail(reason, given && !reason.value.trim() ? words.needs_reason : "");
        const { label } = data.questions[input.name];
        if (given) found.push({ assumption: input.name, value, reason: reason.value.trim(), label });
      }
      return found;
    }
    const named = (input) => {
      const label = form.querySelector(`label[for="${input.id}"]`).textContent;
      const question = input.closest("fieldset")?.firstChild.textContent;
      return question ? `${question}: ${label}` : label;
    };

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const given = values();
      const own = data.actors.find(({ code }) => code === actor.value);
      for (const [input, needed] of [[actor, true], [name, true], [region, own?.region === "required"], [profession, own?.profession === "required"]]) {
        fail(input, needed && !input.value.trim() ? words.needed : "");
      }
      fail(comment, given.length || comment.value.trim() ? "" : words.nothing);
      const wrong = [...form.querySelectorAll('[aria-invalid="true"]')];
      status.textContent = wrong.length ? words.missing.replace("{fields}", wrong.map(named).join("; ")) : "";
      if (wrong.length) return wrong[0].focus();
      const text = app.response({
        head: [words.respondent.replace("{name}", name.value.trim()), ...words.head],
        edition: data.edition,
        actor: actor.value,
        name: name.value.trim(),
        region: own.region === "none" ? "" : region.value,
        profession: own.profession === "none" ? "" : profession.value,
        values: given,
        comment: comment.value.trim(),
      });
      const link = document.createElement("a");
      link.href = `data:application/toml;charset=utf-8,${encodeURIComponent(text)}`;
      link.download = `samraad-${data.edition}.toml`;
      link.click();
      status.textContent = words.saved;
      return undefined;
    });
    actor.addEventListener("change", show);
    show();
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
