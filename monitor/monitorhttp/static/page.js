"use strict";

// The page: what is asked for stands in its address, so that a link to it can
// be copied; what is shown comes from api/live as it changes.

const root = document.documentElement;
const byId = (id) => document.getElementById(id);
const seconds = 60; // that the timelines show

const columns = [
  { key: "name", title: "Task", text: rowName, same: (r) => [r.name, r.count, r.below, r.open, r.depth].join() },
  { key: "function", title: "Function", unsorted: true, text: (r) => functionName(r.function) },
  { key: "state", title: "State", text: (r) => element("span", { class: r.state }, r.state || "several"), same: (r) => r.state || "" },
  { key: "wait", title: "Waits for", unsorted: true, text: (r) => r.wait || "" },
  { key: "in_state", title: "For", number: true, text: (r) => duration(r.in_state) },
  { key: "age", title: "Age", number: true, text: (r) => duration(r.age) },
  { key: "steps", title: "Steps", number: true, text: (r) => count(r.steps) },
  { key: "busy", title: "Busy", number: true, text: (r) => duration(r.busy) },
  { key: "ready", title: "Ready", number: true, text: (r) => duration(r.ready) },
  { key: "inflicted", title: "Inflicted", number: true, text: (r) => duration(r.inflicted) },
  { key: "longest", title: "Longest", number: true, text: (r) => duration(r.longest) },
  { key: "start", title: "Started at", unsorted: true, text: (r) => r.start || "" },
];

const endedColumns = [
  { title: "Task", text: (t) => t.name },
  { title: "Function", text: (t) => functionName(t.function) },
  { title: "Ended", text: (t) => element("span", { class: t.outcome }, t.outcome) },
  { title: "Error", text: (t) => t.error || "" },
  { title: "Canceled by", text: (t) => (t.cancel ? [t.cancel.name, t.cancel.cause].filter(Boolean).join(": ") : "") },
  { title: "Ago", number: true, text: (t) => duration(Math.max(0, (state.view ? state.view.now : t.ended) - t.ended)) },
  { title: "Age", number: true, text: (t) => duration(t.age) },
  { title: "Steps", number: true, text: (t) => count(t.steps) },
  { title: "Busy", number: true, text: (t) => duration(t.busy) },
  { title: "Started at", text: (t) => place(t.start) },
];

const state = {
  query: readAddress(), view: null, rows: [], picked: null, stream: null, paused: false,
  past: { busy: [], live: [], ready: [], steps: [] }, before: null,
};

// The address.

function readAddress() {
  const p = new URLSearchParams(location.search);
  return {
    filter: p.get("filter") || "", group: p.get("group") || "tree", sort: p.get("sort") || "id",
    ascending: p.get("ascending") === "true", toggle: p.getAll("toggle"), task: Number(p.get("task")) || 0,
  };
}

function parameters() {
  const q = state.query, p = new URLSearchParams();
  if (q.filter) p.set("filter", q.filter);
  if (q.group !== "tree") p.set("group", q.group);
  if (q.sort !== "id") p.set("sort", q.sort);
  if (q.ascending) p.set("ascending", "true");
  for (const key of q.toggle) p.append("toggle", key);
  return p;
}

function writeAddress() {
  const p = parameters();
  if (state.query.task) p.set("task", state.query.task);
  const text = p.toString();
  history.replaceState(null, "", text ? "?" + text : location.pathname);
}

// change asks for something else, and shows it at once.
function change(part) {
  Object.assign(state.query, part);
  writeAddress();
  follow();
}

// What comes.

function follow() {
  if (state.stream) state.stream.close();
  if (state.paused) return refresh();
  const p = parameters();
  if (p.get("group") === "ended") p.delete("group");
  state.stream = new EventSource("api/live?" + p);
  state.stream.addEventListener("view", (e) => receive(JSON.parse(e.data)));
  state.stream.onopen = () => tell("");
  state.stream.onerror = () => tell(state.view && state.view.closed ? "the loop has ended" : "no answer: trying again");
}

async function refresh() {
  const p = parameters();
  if (p.get("group") === "ended") p.delete("group");
  const answer = await fetch("api/view?" + p);
  if (answer.ok) receive(await answer.json());
}

function tell(text) {
  byId("connection").textContent = text;
  byId("connection").hidden = !text;
}

function receive(view) {
  state.view = view;
  if (view.closed) {
    if (state.stream) state.stream.close();
    tell("the loop has ended");
  }
  remember(view);
  showSummary(view);
  showHolder(view.holder, view.outside);
  showWarnings(view.warnings || []);
  showPictures(view);
  if (state.query.group === "ended") showEnded();
  else showRows(view);
  if (state.query.task) showTask(state.query.task);
}

// remember adds what has come to the timelines.
function remember(view) {
  const now = Date.parse(view.time) / 1000, s = view.stats, last = state.before;
  state.before = { now, stats: s };
  const add = (list, value) => {
    list.push([now, value]);
    while (list.length && now - list[0][0] > 2 * seconds) list.shift();
  };
  add(state.past.live, s.live);
  add(state.past.ready, s.ready);
  if (!last || now <= last.now) return;
  add(state.past.busy, (100 * (s.busy - last.stats.busy)) / ((now - last.now) * 1e9));
  add(state.past.steps, (s.steps - last.stats.steps) / (now - last.now));
}

// What is shown.

function showSummary(v) {
  const s = v.stats;
  const parts = [
    `${count(s.live)} tasks`, `${count(s.ready)} ready`, `${count(s.timers)} timers`, `${count(s.offloads)} off the loop`,
    `${count(s.connections)} waiting for I/O`, `${count(s.finished)} finished`, `${count(s.failed)} failed`, `${count(s.canceled)} canceled`,
  ];
  if (s.dropped) parts.push(`${count(s.dropped)} not listed`);
  if (v.outside) parts.push("seen from outside: the loop does not answer");
  byId("summary").textContent = parts.join(" · ");
}

function showHolder(h, outside) {
  const box = byId("holder");
  box.hidden = !h || (!outside && h.for < 1e8);
  if (box.hidden) return;
  const keeps = (h.keeps || []).length + (h.more || 0);
  box.replaceChildren(
    element("strong", {}, h.name), ` has held the baton for ${duration(h.for)}`, keeps ? `, and keeps ${count(keeps)} waiting` : "",
    h.task ? element("button", { type: "button", onclick: () => showTask(h.task) }, "Show") : null,
    element("pre", {}, (h.stack || []).map(stackLine).join("\n")));
}

function stackLine(p) { return `${functionName(p.function)}  ${place(p)}`; }

function showWarnings(list) {
  byId("warnings").replaceChildren(...list.map((w) => element("li", { "data-kind": w.kind },
    element("b", {}, w.kind.replaceAll("-", " ")), w.text,
    w.task ? element("button", { type: "button", onclick: () => showTask(w.task) }, "Show") : null)));
}

function showPictures(v) {
  const past = state.past, last = (list) => (list.length ? list[list.length - 1][1] : 0);
  timeline(byId("busy"), past.busy, seconds, 100);
  timeline(byId("live"), past.live, seconds);
  timeline(byId("ready"), past.ready, seconds);
  timeline(byId("steps"), past.steps, seconds);
  byId("busy-now").textContent = Math.round(last(past.busy)) + " %";
  byId("live-now").textContent = count(v.stats.live);
  byId("ready-now").textContent = count(v.stats.ready);
  byId("steps-now").textContent = count(last(past.steps));
  const slow = Number(root.dataset.slow);
  histogram(byId("lag"), v.stats.lag, slow);
  histogram(byId("long"), v.stats.long_steps, slow);
  byId("lag-now").textContent = "at most " + duration(v.stats.lag.max);
  byId("long-now").textContent = count(v.stats.long_steps.count);
}

function rowName(r) {
  const parts = [];
  if (r.below) parts.push(element("button", { class: "twist", type: "button", tabindex: -1, "aria-label": r.open ? "Close" : "Open", onclick: (e) => { e.stopPropagation(); toggle(e.target.closest("tr").row); } }, r.open ? "▾" : "▸"));
  else parts.push(element("span", { class: "twist" }));
  if (r.count > 1) parts.push(element("span", { class: "times" }, count(r.count) + " ×"));
  parts.push(r.name);
  const box = element("span", {}, ...parts);
  box.style.paddingLeft = r.depth * 1.1 + "em";
  return box;
}

function showHead(list) {
  const q = state.query;
  document.querySelector("#tasks thead tr").replaceChildren(...list.map((c) => {
    const sorted = c.key && q.sort === c.key;
    const mark = sorted ? (q.ascending ? " ▲" : " ▼") : "";
    const cell = element("th", { scope: "col", class: c.number ? "number" : "", "aria-sort": sorted ? (q.ascending ? "ascending" : "descending") : null });
    if (!c.key || c.unsorted) cell.append(element("button", { type: "button", disabled: true }, c.title));
    else cell.append(element("button", { type: "button", "data-sort": c.key, onclick: () => sortBy(c.key) }, c.title + mark));
    return cell;
  }));
}

// sortBy sorts by a column, the other way round, and no more.
function sortBy(key) {
  const q = state.query;
  if (q.sort !== key) change({ sort: key, ascending: false });
  else if (!q.ascending) change({ ascending: true });
  else change({ sort: "id", ascending: false });
}

// showRows shows the rows of a view. Those that were there stay the same
// elements: a click, the focus and a selection outlive what changes.
function showRows(v) {
  state.rows = v.rows;
  showHead(columns);
  if (!v.rows.some((r) => r.key === state.picked)) state.picked = v.rows.length ? v.rows[0].key : null;
  const body = document.querySelector("#tasks tbody");
  const there = new Map(Array.from(body.children, (tr) => [tr.dataset.key, tr]));
  v.rows.forEach((r, i) => {
    const tr = there.get(r.key) || newRow(r.key);
    there.delete(r.key);
    updateRow(tr, r);
    if (body.children[i] !== tr) body.insertBefore(tr, body.children[i] || null);
  });
  there.forEach((tr) => tr.remove());
  while (body.children.length > v.rows.length) body.lastChild.remove();
  byId("matches").textContent = v.matches === v.stats.known ? "" : `${count(v.matches)} of ${count(v.stats.known)} tasks`;
  byId("more").hidden = !v.more;
  byId("more").textContent = v.more ? `${count(v.more)} more rows: filter, or close some` : "";
}

function newRow(key) {
  const tr = element("tr", { "data-key": key }, ...columns.map((c) => element("td", { class: c.number ? "number" : "" })));
  tr.addEventListener("click", () => {
    pick(key);
    if (tr.row.id) showTask(tr.row.id);
    else toggle(tr.row);
  });
  return tr;
}

function updateRow(tr, r) {
  tr.row = r;
  const picked = r.key === state.picked;
  tr.className = [r.aside && "aside", r.canceled && "canceled", picked && "picked"].filter(Boolean).join(" ");
  tr.tabIndex = picked ? 0 : -1;
  if (r.id) tr.dataset.id = r.id;
  if (r.below) tr.setAttribute("aria-expanded", String(!!r.open));
  else tr.removeAttribute("aria-expanded");
  columns.forEach((c, i) => {
    const td = tr.children[i], now = c.same ? c.same(r) : c.text(r);
    if (td.now === now) return;
    td.now = now;
    td.replaceChildren(c.text(r));
    if (!c.same) td.title = now;
  });
}

function cell(c, r) {
  const content = c.text(r);
  return element("td", { class: c.number ? "number" : "", title: typeof content === "string" ? content : null }, content);
}

async function showEnded() {
  const answer = await fetch("api/ended?" + new URLSearchParams({ filter: state.query.filter }));
  if (!answer.ok || state.query.group !== "ended") return;
  const ended = await answer.json();
  state.rows = [];
  showHead(endedColumns);
  document.querySelector("#tasks tbody").replaceChildren(...ended.tasks.map((t) =>
    element("tr", { "data-id": t.id, onclick: () => showTask(t.id) }, ...endedColumns.map((c) => cell(c, t)))));
  byId("matches").textContent = `${count(ended.tasks.length)} ended tasks`;
  byId("more").hidden = !ended.dropped;
  byId("more").textContent = ended.dropped ? `${count(ended.dropped)} that ended before are not kept` : "";
}

// One task.

async function showTask(id) {
  if (state.query.task !== id) {
    state.query.task = id;
    writeAddress();
  }
  const answer = await fetch("api/task?id=" + id);
  if (state.query.task !== id) return;
  const box = byId("detail");
  box.hidden = false;
  if (!answer.ok) return box.replaceChildren(closeButton(), element("p", {}, await answer.text()));
  const d = await answer.json();
  const scroll = box.scrollTop, t = d.task || d.ended;
  box.replaceChildren(
    closeButton(), element("h2", { id: "detail-name" }, t.name),
    d.task ? element("div", { class: "actions" },
      element("button", { id: "cancel", type: "button", class: "danger", onclick: () => askCancel(t) }, "Cancel"),
      element("button", { type: "button", onclick: () => copy(location.href) }, "Copy link")) : null,
    facts(d, t), ...more(d));
  box.scrollTop = scroll;
}

function closeButton() {
  return element("button", { class: "close", type: "button", "aria-label": "Close", onclick: closeTask }, "×");
}

function closeTask() {
  state.query.task = 0;
  byId("detail").hidden = true;
  writeAddress();
  focusPicked();
}

function facts(d, t) {
  const list = [["Number", t.id], ["Function", t.function], ["Started at", t.start ? `${t.start.file}:${t.start.line}` : ""]];
  if (d.task) list.push(["State", t.state], ["Waits for", t.wait ? t.wait.text : ""], ["Since", duration(t.in_state)], ["Owns", count(d.children || 0)]);
  else list.push(["Ended", t.outcome], ["Error", t.error || ""]);
  list.push(["Age", duration(t.age)], ["Steps", count(t.steps)], ["Busy", duration(t.busy)], ["Ready", duration(t.ready)],
    ["Inflicted", duration(t.inflicted)], ["Longest step", duration(t.longest)]);
  if (t.cancel) list.push(["Canceled by", [t.cancel.name, t.cancel.cause].filter(Boolean).join(": ")]);
  const box = element("dl");
  for (const [name, value] of list) if (value !== "") box.append(element("dt", {}, name), element("dd", {}, String(value)));
  return box;
}

// more returns what else there is of a task: why it waits, its stack, its long
// steps, and the tasks that wait for it.
function more(d) {
  const parts = [];
  if (d.chain && d.chain.length) parts.push(element("h3", {}, "What blocks it"), awaitGraph(d.chain, d.cycle, showTask));
  if (d.stack && d.stack.length) parts.push(element("h3", {}, "Stack"), element("pre", { id: "stack" }, d.stack.map(stackLine).join("\n")));
  const steps = (d.task || d.ended).long_steps;
  if (steps) {
    const picture = shape("svg", { role: "img", "aria-label": "Long steps" });
    histogram(picture, steps, Number(root.dataset.slow));
    parts.push(element("h3", {}, "Long steps"), element("figure", {}, picture));
  }
  if (d.waiters && d.waiters.length) parts.push(element("h3", {}, "Waited for by"), ...d.waiters.map((w) =>
    element("div", {}, element("button", { type: "button", onclick: () => showTask(w.id) }, w.name))));
  return parts;
}

// askCancel cancels a task, if the user confirms.
function askCancel(task) {
  const dialog = byId("cancel-dialog");
  byId("cancel-name").textContent = task.name;
  byId("cancel-cause").value = "";
  dialog.onclose = async () => {
    if (dialog.returnValue !== "yes") return;
    const answer = await fetch("api/cancel", {
      method: "POST", headers: { "Content-Type": "application/json", "X-Monitor-Token": root.dataset.token },
      body: JSON.stringify({ id: task.id, cause: byId("cancel-cause").value }),
    });
    if (!answer.ok) tell(await answer.text());
    refresh();
  };
  dialog.returnValue = "no";
  dialog.showModal();
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    tell("copied");
  } catch {
    tell("the link is in the address bar");
  }
  setTimeout(() => tell(""), 2000);
}

// Rows by the keyboard.

function pick(key) {
  state.picked = key;
  for (const tr of document.querySelectorAll("#tasks tbody tr")) {
    const is = tr.dataset.key === key;
    tr.classList.toggle("picked", is);
    tr.tabIndex = is ? 0 : -1;
  }
}

function focusPicked() {
  const tr = document.querySelector("#tasks tbody tr.picked");
  if (tr) tr.focus();
}

function toggle(r) {
  const has = state.query.toggle.includes(r.key);
  change({ toggle: has ? state.query.toggle.filter((k) => k !== r.key) : [...state.query.toggle, r.key] });
}

function move(by) {
  const at = state.rows.findIndex((r) => r.key === state.picked);
  const next = Math.min(Math.max(at + by, 0), state.rows.length - 1);
  if (next < 0) return;
  pick(state.rows[next].key);
  focusPicked();
}

const keys = {
  ArrowDown: () => move(1), ArrowUp: () => move(-1), Home: () => move(-1e9), End: () => move(1e9),
  PageDown: () => move(20), PageUp: () => move(-20),
  ArrowRight: (r) => { if (r && r.below && !r.open) toggle(r); },
  ArrowLeft: (r) => { if (r && r.below && r.open) toggle(r); },
  Enter: (r) => { if (r && r.id) showTask(r.id); else if (r && r.below) toggle(r); },
  c: (r) => { if (r && r.id) askCancel(r); },
  "/": () => byId("filter").focus(),
  p: () => byId("pause").click(),
  "?": () => byId("help").showModal(),
  Escape: closeTask,
};

document.addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey || document.querySelector("dialog[open]")) return;
  if (e.target.matches("input, select, textarea")) {
    if (e.key === "Escape") focusPicked();
    return;
  }
  if (e.target.matches("button, g") && e.key === "Enter") return;
  const act = keys[e.key];
  if (!act) return;
  e.preventDefault();
  act(state.rows.find((r) => r.key === state.picked));
});

byId("filter").value = state.query.filter;
byId("group").value = state.query.group;
let typing;
byId("filter").addEventListener("input", (e) => {
  clearTimeout(typing);
  typing = setTimeout(() => change({ filter: e.target.value }), 150);
});
byId("group").addEventListener("change", (e) => change({ group: e.target.value, toggle: [] }));
byId("copy").addEventListener("click", () => copy(location.href));
byId("help-open").addEventListener("click", () => byId("help").showModal());
byId("pause").addEventListener("click", (e) => {
  state.paused = !state.paused;
  e.target.textContent = state.paused ? "Go on" : "Pause";
  e.target.setAttribute("aria-pressed", String(state.paused));
  if (state.paused && state.stream) state.stream.close();
  else follow();
});
window.addEventListener("popstate", () => { state.query = readAddress(); follow(); });

follow();
