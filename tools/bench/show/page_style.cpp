// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/show/page.h"

namespace parley::bench {

namespace {

// Colours are named by their part: s0..s5 lines (in pairs of different lightness, told apart by dashes too), h0..h6 heat of a cell.
constexpr const char* kStyle = R"css(
:root{color-scheme:light dark;--bg:#f6f5f1;--card:#fff;--ink:#191d21;--soft:#5b646d;--rule:#e2dfd7;--tint:#f0eee8;--accent:#0b6b52;
--s0:#0b7a5b;--s1:#d4580a;--s2:#2456c9;--s3:#8a2bbf;--s4:#8f6a00;--s5:#56616d;--good:#0b6b52;--bad:#b3261e;
--h0:#d5ecdd;--h1:#e4efcf;--h2:#f4efc4;--h3:#fbe3ba;--h4:#f9d0ae;--h5:#f5b7a3;--h6:#ec9a92}
@media (prefers-color-scheme:dark){:root{--bg:#0e1114;--card:#161a1f;--ink:#e6e8eb;--soft:#98a2ad;--rule:#2a3038;--tint:#1d2228;--accent:#53cfa6;
--s0:#53cfa6;--s1:#ff9a56;--s2:#83b0ff;--s3:#cda0ff;--s4:#e3c25a;--s5:#a5b1bd;--good:#53cfa6;--bad:#ff8a80;
--h0:#16402f;--h1:#2c431f;--h2:#46431a;--h3:#54401a;--h4:#5e361c;--h5:#662c22;--h6:#6f2227}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif}
.wrap{max-width:1120px;margin:0 auto;padding:0 20px}
a{color:var(--accent)}
.skip{position:absolute;left:-999px}.skip:focus{left:8px;top:8px;background:var(--card);padding:8px}
header{padding:44px 0 8px}
.brand{display:flex;align-items:center;gap:10px;font-weight:600;color:var(--accent)}
.brand svg{width:26px;height:26px;flex:none}
h1{font-size:clamp(1.8rem,5vw,2.7rem);line-height:1.1;letter-spacing:-.02em;margin:14px 0 6px}
h2{font-size:1.5rem;letter-spacing:-.01em;margin:0 0 4px}
h3{font-size:1.05rem;margin:28px 0 8px}
.soft{color:var(--soft)}p.soft{margin:8px 0 0;font-size:.92rem}
nav ul{display:flex;flex-wrap:wrap;gap:8px;list-style:none;padding:0;margin:22px 0 0}
nav a{display:block;padding:5px 14px;border:1px solid var(--rule);border-radius:99px;background:var(--card);text-decoration:none;font-size:.92rem}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(132px,1fr));gap:12px;margin:24px 0 0;padding:0}
.tiles div,.card,.scroll{background:var(--card);border:1px solid var(--rule);border-radius:12px}
.tiles div{padding:14px 16px;display:flex;flex-direction:column-reverse;justify-content:flex-end}
.tiles dd{margin:0;font-size:1.6rem;font-weight:650;line-height:1.2;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.tiles dt{color:var(--soft);font-size:.86rem}
section{margin:44px 0 0;padding-top:28px;border-top:1px solid var(--rule)}
code{font:.88rem/1.5 ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
.command{display:block;background:var(--tint);border-radius:8px;padding:8px 12px;margin:8px 0 0}
.grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,460px),1fr));gap:16px;margin:12px 0 0;align-items:start}
figure{margin:0;padding:16px 16px 10px;min-width:0}
figcaption{font-weight:600;margin:0 0 6px}
figure>svg{display:block;width:100%;height:auto;overflow:visible;margin:6px 0}
figure:only-child>svg{max-width:620px}
.legend{display:flex;flex-wrap:wrap;gap:2px 16px;list-style:none;margin:0;padding:0;font-size:.88rem;color:var(--soft)}
.legend li{display:flex;align-items:center;gap:7px}
.swatch{width:28px;height:8px;flex:none}
svg text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;fill:var(--ink)}
svg text.tick{fill:var(--soft);font-size:11.5px}svg .end{text-anchor:end}svg .mid{text-anchor:middle}svg text.strong{font-weight:650}
svg text.name{font-size:13px}
.grid line,svg .grid{stroke:var(--rule)}svg .axis{stroke:var(--soft)}svg .whisker{stroke:var(--ink);stroke-width:1.5}
.line{fill:none;stroke-width:2.2;stroke-linejoin:round;stroke-linecap:round}
.s0{stroke:var(--s0)}.s1{stroke:var(--s1);stroke-dasharray:7 4}.s2{stroke:var(--s2);stroke-dasharray:2 4.5}
.s3{stroke:var(--s3);stroke-dasharray:10 4 2 4}.s4{stroke:var(--s4);stroke-dasharray:4 4}.s5{stroke:var(--s5);stroke-dasharray:12 5}
.dot{fill:transparent}.dot:hover{fill:var(--ink);fill-opacity:.25}
.bar{fill:var(--s5)}.bar.ours{fill:var(--s0)}
details{margin:4px 0 0;font-size:.92rem}summary{cursor:pointer;color:var(--soft);padding:6px 0}
.scroll{overflow-x:auto;margin:12px 0 0}
.scroll:focus-visible,summary:focus-visible,a:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
details .scroll{margin:4px 0 8px}
table{border-collapse:collapse;width:100%;font-size:.92rem;font-variant-numeric:tabular-nums}
caption{text-align:left;font-weight:600;padding:12px 14px 6px}
details caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
th,td{padding:7px 14px;text-align:left;border-top:1px solid var(--rule);vertical-align:baseline}
thead th,thead td{color:var(--soft);font-weight:500;border-top:0;white-space:nowrap}thead th:not(:first-child){text-align:right}
tbody th{font-weight:500}.n{text-align:right;white-space:nowrap}
.goals thead th:nth-child(4),.goals thead th:nth-child(5){text-align:left}.goals .meter{width:30%;min-width:120px}.meter svg{display:block;width:100%;height:14px}
.met{color:var(--good);font-weight:650;white-space:nowrap}.missed{color:var(--bad);font-weight:650;white-space:nowrap}
.meter .bar{fill:var(--good)}.meter .bar.over{fill:var(--bad)}.meter .track{fill:var(--tint)}.meter .limit{stroke:var(--ink);stroke-width:2}
.loss th,.loss td{padding:7px 10px}.loss thead th{text-align:center}.heat .met,.heat .missed{color:inherit}
.h0{background:var(--h0)}.h1{background:var(--h1)}.h2{background:var(--h2)}.h3{background:var(--h3)}.h4{background:var(--h4)}.h5{background:var(--h5)}
.h6{background:var(--h6)}
.notes{margin:14px 0 0;padding-left:20px;color:var(--soft);font-size:.94rem}
footer{margin:56px 0 0;padding:20px 0 48px;border-top:1px solid var(--rule);color:var(--soft);font-size:.9rem}
@media (max-width:640px){.tiles{grid-template-columns:repeat(auto-fit,minmax(96px,1fr))}.tiles dd{font-size:1.25rem}.tiles div{padding:11px 13px}header{padding-top:28px}.goals .meter,.goals thead th:nth-child(4){display:none}th,td{padding:7px 10px}section{margin-top:32px}}
@media print{:root{color-scheme:light;--bg:#fff;--tint:#f4f4f4}body{font-size:11pt}.wrap{max-width:none;padding:0}nav,.skip,summary{display:none}
header{padding-top:0}.card,.scroll,.tiles div{border-radius:4px;break-inside:avoid}section{break-before:auto}.grid{grid-template-columns:1fr 1fr}
.scroll{overflow:visible}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
)css";

}  // namespace

const char* page_style() { return kStyle; }

}  // namespace parley::bench
