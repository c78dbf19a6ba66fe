import { dark, light, type Palette } from './palette.ts';

function variables(palette: Palette): string {
  return Object.entries(palette)
    .map(([name, value]) => `--${name}: ${value};`)
    .join(' ');
}

const layout = `
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: break-word; }
header, nav, main, footer { max-width: 72rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 1.5rem; }
footer { padding-bottom: 2rem; color: var(--soft); }
h1 { margin: 0; font-size: 1.75rem; line-height: 1.25; }
h2 { margin: 2.5rem 0 0.75rem; padding-top: 0.75rem; border-top: 1px solid var(--line); font-size: 1.35rem; }
h3 { margin: 1.5rem 0 0.5rem; font-size: 1.1rem; }
p, ul { margin: 0.5rem 0; }
a { color: var(--link); }
a:focus-visible, summary:focus-visible, .scroll:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
code { font: 0.925em/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
a.number { display: inline-block; min-width: 26px; margin: 1px 0; padding: 0 0.4rem; border: 1px solid currentColor; border-radius: 13px; text-align: center; text-decoration: none; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: 0.5rem; padding: 0.5rem; background: var(--ground); }
.passed { color: var(--pass); }
.failed, .rejected { color: var(--fail); }
.inconclusive { color: var(--unsure); }
.not-applicable { color: var(--soft); }
.mark { font-weight: 700; white-space: nowrap; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; padding: 0; list-style: none; }
nav a { display: inline-block; padding: 0.25rem 0; }
dl { display: grid; grid-template-columns: minmax(5rem, max-content) minmax(0, 1fr); gap: 0.25rem 1rem; margin: 0.75rem 0; }
dt { color: var(--soft); }
dd { margin: 0; }
.finding { margin: 1rem 0; padding: 0.25rem 1rem 0.5rem; border: 1px solid var(--line); border-left: 0.3rem solid var(--line); border-radius: 0.25rem; background: var(--panel); }
.finding.failure { border-left-color: var(--fail); }
.finding.inconclusive { border-left-color: var(--unsure); color: inherit; }
.finding h3 { margin-top: 0.5rem; }
.message { white-space: pre-line; }
:target { outline: 3px solid var(--link); outline-offset: 2px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { padding: 0.5rem 0; text-align: left; font-weight: 600; }
caption span { position: sticky; left: 0; display: inline-block; max-width: calc(100vw - 2rem); }
th, td { padding: 0.3rem 0.75rem 0.3rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; font-weight: 400; }
thead th { color: var(--soft); white-space: nowrap; }
.wide td, .wide th { max-width: 24rem; }
td, th { font-size: 0.875rem; }
summary { padding: 0.25rem 0; cursor: pointer; }
figure { margin: 0; }
figcaption { margin: 0.5rem 0; color: var(--soft); }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; padding: 0; list-style: none; font-size: 0.875rem; }
.legend svg { vertical-align: -0.2em; }
`;

// The dots are cloned by `use`, out of the `svg` around them: their rules name the class alone.
const picture = `
.picture { padding: 0 14px; overflow: hidden; }
.picture .canvas { display: block; width: 100%; overflow: visible; }
svg text { fill: var(--ink); font: 12px system-ui, sans-serif; stroke: var(--ground); stroke-width: 4px; stroke-linejoin: round; paint-order: stroke; }
svg .row-title { font-weight: 600; }
svg .tick-text, svg .lane { fill: var(--soft); }
svg .grid { stroke: var(--line); stroke-width: 1; }
svg .moment { stroke: var(--fail); stroke-width: 1; stroke-dasharray: 2 3; }
svg .phase { fill: var(--phase); stroke: var(--soft); stroke-width: 1; }
svg .open { stroke-dasharray: 4 3; }
svg .reached, svg .stretch { fill: var(--bar); stroke: var(--bar); stroke-width: 2; }
svg .unreached { fill: none; stroke: var(--soft); stroke-width: 1.5; stroke-dasharray: 3 2; }
svg .found { fill: var(--fail); stroke: var(--fail); stroke-width: 2; }
svg .point { stroke: var(--ink); stroke-width: 2; }
svg .ended { stroke: var(--fail); stroke-width: 3; }
.ok { fill: var(--bar); fill-opacity: 0.75; }
.bad { fill: none; stroke: var(--fail); stroke-width: 2; }
.unknown { fill: var(--ground); stroke: var(--unsure); stroke-width: 2; }
.named { fill: none; stroke: var(--ink); stroke-width: 1.5; }
svg .number { fill: var(--ground); stroke: var(--fail); stroke-width: 2; }
svg .number-text { fill: var(--fail); stroke: none; font-weight: 700; text-anchor: middle; }
svg a:focus-visible { outline: 3px solid var(--link); }
svg .line { fill: none; stroke: var(--bar); stroke-width: 1.5; }
`;

/**
 * The whole style sheet. It holds none of the characters that HTML would escape, so it stands in the
 * page as it is, and its hash in the page's policy fits.
 */
export const pageStyle = `
:root { color-scheme: light dark; ${variables(light)} }
@media (prefers-color-scheme: dark) { :root { ${variables(dark)} } }
${layout}${picture}
@media (max-width: 40rem) { h1 { font-size: 1.35rem; } dl { grid-template-columns: minmax(0, 1fr); gap: 0; } dd { margin-bottom: 0.4rem; } .wide { width: max-content; min-width: 100%; } .wide td, .wide th { max-width: 20rem; } td, th { padding-right: 0.5rem; } .narrow .mark { white-space: normal; } }
@media (forced-colors: active) { :root { --ground: Canvas; --panel: Canvas; --ink: CanvasText; --soft: CanvasText; --line: CanvasText; --pass: CanvasText; --fail: CanvasText; --unsure: CanvasText; --link: LinkText; --bar: CanvasText; --phase: Canvas; } }
@media print {
:root { color-scheme: light; ${variables(light)} }
body { font-size: 10pt; }
nav, .skip { display: none; }
.scroll { overflow: visible; }
td, th { font-size: 7.5pt; }
.wide td, .wide th { overflow-wrap: anywhere; }
.finding, figure, tr { break-inside: avoid; }
h2, h3, caption { break-after: avoid; }
thead { display: table-header-group; }
}
`;
