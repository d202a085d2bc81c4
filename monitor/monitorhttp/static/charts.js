"use strict";

// Pictures, drawn by hand.

const svgNamespace = "http://www.w3.org/2000/svg";

// shape makes an element of a picture.
function shape(name, attributes, text) {
  const e = document.createElementNS(svgNamespace, name);
  for (const [key, value] of Object.entries(attributes)) e.setAttribute(key, value);
  if (text !== undefined) e.textContent = text;
  return e;
}

// timeline draws values, the last one at the right edge, over a time of
// `seconds`. Each value is [time in seconds, number].
function timeline(svg, values, seconds, most) {
  const width = 200, height = 44;
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("preserveAspectRatio", "none");
  if (!values.length) return svg.replaceChildren();
  const end = values[values.length - 1][0];
  const top = most || Math.max(1, ...values.map((v) => v[1]));
  const x = (t) => width - ((end - t) / seconds) * width;
  const y = (v) => height - 1 - (Math.min(v, top) / top) * (height - 3);
  const line = values.filter(([t]) => end - t <= seconds).map(([t, v]) => `${x(t).toFixed(1)},${y(v).toFixed(1)}`);
  const first = line[0].split(",")[0];
  svg.replaceChildren(
    shape("polygon", { points: `${first},${height} ${line.join(" ")} ${width},${height}`, class: "area" }),
    shape("polyline", { points: line.join(" "), class: "line" }));
}

// histogram draws the buckets of a histogram; those from `slow` microseconds on
// are marked.
function histogram(svg, h, slow) {
  const width = 200, height = 44;
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("preserveAspectRatio", "none");
  const buckets = h ? h.buckets : [];
  let last = buckets.length - 1;
  while (last > 0 && !buckets[last]) last--;
  last = Math.max(last, 15);
  const most = Math.max(1, ...buckets.map((n) => Math.log1p(n)));
  const step = width / (last + 1);
  const bars = [];
  for (let i = 0; i <= last; i++) {
    const n = buckets[i] || 0;
    if (!n) continue;
    const size = Math.max(2, (Math.log1p(n) / most) * (height - 2));
    const bar = shape("rect", { x: i * step + 0.5, y: height - size, width: step - 1, height: size, class: 2 ** i >= slow ? "bar slow" : "bar" });
    bar.append(shape("title", {}, `${count(n)} of ${i ? duration(2 ** i * 1e3) : "0"} to ${duration(2 ** (i + 1) * 1e3)}`));
    bars.push(bar);
  }
  svg.replaceChildren(shape("line", { x1: 0, y1: height - 0.5, x2: width, y2: height - 0.5, class: "axis" }), ...bars);
}

// awaitGraph draws the way from a task to what blocks it, one box below the
// other.
function awaitGraph(chain, cycle, show) {
  const width = 360, box = 34, gap = 30;
  const height = chain.length * (box + gap);
  const svg = shape("svg", { viewBox: `0 0 ${width} ${height}`, class: "graph", role: "img", width, height });
  svg.setAttribute("aria-label", chain.map((t) => t.name).join(", which waits for "));
  chain.forEach((t, i) => {
    const y = i * (box + gap);
    const g = shape("g", { class: "box " + t.state, tabindex: 0, role: "link" });
    g.append(shape("rect", { x: 1, y: y + 1, width: width - 2, height: box - 2, rx: 5 }));
    g.append(shape("text", { x: 10, y: y + 21 }, clip(`${t.name}  ${functionName(t.function)}`, 46)));
    g.addEventListener("click", () => show(t.id));
    g.addEventListener("keydown", (e) => { if (e.key === "Enter") show(t.id); });
    svg.append(g);
    const what = t.wait ? t.wait.text : i === chain.length - 1 ? t.state : "";
    if (!what) return;
    svg.append(shape("text", { x: 34, y: y + box + 20, class: "why" }, clip((t.wait ? "waits for " : "is ") + what, 48)));
    if (i < chain.length - 1) svg.append(shape("path", { d: `M20 ${y + box} v${gap - 6} m-4 -6 l4 6 l4 -6`, class: "arrow" }));
  });
  if (cycle) svg.append(shape("text", { x: 34, y: height - 2, class: "why slow" }, "a cycle: nothing can end it but a cancellation"));
  return svg;
}

// clip shortens a text.
function clip(text, most) { return text.length > most ? text.slice(0, most - 1) + "…" : text; }
