"""How the page looks: one style sheet for light, dark, phone and paper."""

from __future__ import annotations

from typing import Final

STYLE: Final = """
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #fff; --ink: #17202b; --soft: #566170; --line: #dfe3e9; --track: #eceff3;
  --good: #0f7b5f; --bad: #c22f3d; --warn: #8a5a00; --warn-page: #fff5dc; --bad-page: #fdebec;
  --opened: #17946f; --malformed: #8b95a3; --no_parameters: #e0a21b; --mismatched_parameters: #d9722b;
  --unsupported_suite: #8d62c9; --not_authentic: #d33f4d; --not_attempted: #4a86d8;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #10151b; --card: #19202a; --ink: #e7ecf2; --soft: #9fabb9; --line: #2c3642; --track: #27303b;
    --good: #4cc9a0; --bad: #ff8a92; --warn: #f0c062; --warn-page: #2e2716; --bad-page: #331c21;
    --opened: #2fae87; --malformed: #7d8896; --no_parameters: #d9a32b; --mismatched_parameters: #d97f41;
    --unsupported_suite: #a27fe0; --not_authentic: #e8606c; --not_attempted: #5f9bea;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
main { max-width: 68rem; margin: 0 auto; padding: 2rem 1.25rem 3rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 0 0 0.25rem; }
p { margin: 0; }
code, .mono {
  font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: 0.875em;
}
.over { color: var(--soft); font-size: 0.875rem; margin-bottom: 0.25rem; }
.soft { color: var(--soft); font-size: 0.875rem; }
header { margin-bottom: 1.25rem; }
header .soft { margin-top: 0.35rem; }
section, .note {
  background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1.25rem;
  margin-top: 1rem;
}
section > .soft { max-width: 46rem; margin-bottom: 0.75rem; }
.note { border-left: 4px solid var(--warn); background: var(--warn-page); padding: 0.85rem 1.1rem; }
.note.bad { border-left-color: var(--bad); background: var(--bad-page); }
.note b { display: block; }
.cards {
  margin-top: 1rem; display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr));
  gap: 1rem;
}
.cards > div {
  background: var(--card); border: 1px solid var(--line); border-radius: 12px;
  padding: 0.9rem 1.1rem;
}
.facts { margin: 0; }
.cards dt { color: var(--soft); font-size: 0.875rem; }
.cards dd {
  margin: 0; font-size: 1.65rem; font-weight: 650; line-height: 1.25; letter-spacing: -0.02em;
  font-variant-numeric: tabular-nums;
}
.cards dd.long { font-size: 1.15rem; line-height: 1.8; }
.cards dd.tail { font-size: 0.875rem; font-weight: 400; letter-spacing: 0; color: var(--soft); }
.good { color: var(--good); } .alarm { color: var(--bad); }
.bar { display: flex; gap: 2px; height: 1.5rem; border-radius: 6px; overflow: hidden; margin: 0.75rem 0; }
.bar span { flex-basis: 0; min-width: 4px; }
.legend { display: flex; flex-wrap: wrap; gap: 0.35rem 1.5rem; list-style: none; margin: 0; padding: 0; }
.legend li { display: flex; align-items: center; gap: 0.5rem; font-variant-numeric: tabular-nums; }
.legend i { width: 0.8rem; height: 0.8rem; border-radius: 3px; flex: none; }
.legend .soft { font-size: 0.875rem; }
.o-opened { background: var(--opened); } .o-malformed { background: var(--malformed); }
.o-no_parameters { background: var(--no_parameters); }
.o-not_authentic { background: var(--not_authentic); }
.o-mismatched_parameters { background: var(--mismatched_parameters); }
.o-unsupported_suite { background: var(--unsupported_suite); }
.o-not_attempted { background: var(--not_attempted); }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 650; font-size: 1.1rem; padding-bottom: 0.5rem; }
caption .soft { display: block; font-weight: 400; max-width: 46rem; }
th, td {
  text-align: left; vertical-align: top; padding: 0.55rem 1rem 0.55rem 0;
  border-top: 1px solid var(--line);
}
thead th {
  border-top: 0; color: var(--soft); font-size: 0.8125rem; font-weight: 500; padding-top: 0;
  white-space: nowrap;
}
tbody th { font-weight: 500; }
.n { text-align: right; white-space: nowrap; }
td:last-child, th:last-child { padding-right: 0; }
code { white-space: nowrap; background: var(--track); padding: 0.1em 0.35em; border-radius: 4px; }
td .soft, th .soft { display: block; font-weight: 400; }
.zero { color: var(--soft); }
.hash { overflow-wrap: anywhere; min-width: 14rem; color: var(--soft); }
.path { overflow-wrap: anywhere; }
.meter {
  display: block; width: 6rem; height: 0.45rem; margin-top: 0.5rem; border-radius: 3px;
  background: var(--track); overflow: hidden;
}
.meter span { display: block; height: 100%; min-width: 2px; background: var(--not_authentic); }
.panel { margin-top: 0.5rem; }
.panel svg {
  display: block; width: 100%; height: 9rem; border-bottom: 1px solid var(--soft);
  background: linear-gradient(var(--line), var(--line)) 0 0 / 100% 1px no-repeat;
}
.panel + .panel { margin-top: 1rem; } .panel + .panel svg { height: 5rem; }
.scale {
  display: flex; justify-content: space-between; font-size: 0.8125rem; color: var(--soft);
  font-variant-numeric: tabular-nums;
}
.scale b { font-weight: 500; color: var(--ink); }
rect.opened { fill: var(--opened); } rect.failed { fill: var(--not_authentic); }
.axis {
  display: flex; justify-content: space-between; color: var(--soft); font-size: 0.8125rem;
  padding-top: 0.3rem; gap: 0.5rem;
}
details { margin-top: 0.9rem; } summary { cursor: pointer; color: var(--soft); font-size: 0.875rem; }
.facts {
  display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: 0.75rem 1.5rem;
}
.facts dt { color: var(--soft); font-size: 0.8125rem; } .facts dd { margin: 0; overflow-wrap: anywhere; }
footer { margin-top: 1.5rem; color: var(--soft); font-size: 0.875rem; }
@media (max-width: 40rem) {
  main { padding: 1.25rem 0.9rem 2rem; }
  section { padding: 1rem; }
  .cards { grid-template-columns: 1fr 1fr; gap: 0.6rem; } .cards > div { padding: 0.7rem 0.85rem; }
  .cards dd { font-size: 1.35rem; }
  .axis span:nth-child(even) { display: none; }
  .stack thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .stack tr { display: block; border-top: 1px solid var(--line); padding: 0.6rem 0; }
  .stack th, .stack td {
    display: block; border: 0; padding: 0.1rem 0; text-align: left; white-space: normal;
  }
  .stack th { font-weight: 650; }
  .stack .n { display: inline-block; margin-right: 1rem; }
  .stack [data-of]::before { content: attr(data-of) " "; color: var(--soft); font-size: 0.8125rem; }
}
@media print {
  :root { --page: #fff; --card: #fff; --ink: #000; --soft: #444; }
  body { font-size: 10pt; } main { max-width: none; padding: 0; }
  section, .cards > div, .note { break-inside: avoid; border-radius: 0; }
  section.long { break-inside: auto; } tr { break-inside: avoid; } details { display: none; }
  .bar, .meter, svg, .legend i { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""
