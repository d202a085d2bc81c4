"use strict";

// Numbers, times and elements as the page shows them.

// duration returns nanoseconds as people read them.
function duration(ns) {
  if (!ns) return "0";
  const units = [["d", 86400e9], ["h", 3600e9], ["m", 60e9], ["s", 1e9], ["ms", 1e6], ["µs", 1e3], ["ns", 1]];
  const at = units.findIndex(([, size]) => Math.abs(ns) >= size);
  const [unit, size] = units[at < 0 ? units.length - 1 : at];
  const value = ns / size;
  if (size >= 60e9) {
    const [below, belowSize] = units[at + 1];
    const rest = Math.floor((ns % size) / belowSize);
    return Math.floor(value) + unit + (rest ? " " + rest + below : "");
  }
  return (value < 10 ? value.toFixed(1) : Math.round(value)) + " " + unit;
}

// count returns a number with its thousands apart.
function count(n) { return Math.round(n).toLocaleString("en-US"); }

// element makes an element with attributes and children; text is never HTML.
function element(name, attributes = {}, ...children) {
  const e = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) e.addEventListener(key.slice(2), value);
    else e.setAttribute(key, value === true ? "" : value);
  }
  e.append(...children.filter((c) => c !== null && c !== undefined));
  return e;
}

// functionName returns a function without the path of its package.
function functionName(name) { return (name || "").replace(/^.*\//, ""); }

// place returns a place as file.go:12.
function place(p) { return p ? p.file.replace(/^.*\//, "") + ":" + p.line : ""; }
