//! The looks of the page. `tests/interop/report.py` holds colours, widths and the keyboard's way in a real browser.

pub(super) const STYLE: &str = "
:root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--page:#f3f5f7;--dim:#57606a;--line:#d0d7de;--link:#0550ae;\
--block:#f6f8fa;--cause:#b3261e;--bar:#bc4c00;--track:#e4e8ec;\
--blocked:#6e7781;--name:#1b7f79;--connect:#9a6700;--tls:#8250df;--send:#0969da;--wait:#1a7f37;--receive:#bc4c00;--mark:#6e7781}
@media screen and (prefers-color-scheme:dark){:root{--ink:#e6edf3;--paper:#151b23;--page:#0d1117;--dim:#9aa5b1;--line:#3a424c;--link:#79b8ff;\
--block:#0d1117;--cause:#ff8a80;--bar:#e5824a;--track:#262e37;\
--blocked:#8c959f;--name:#39b5ad;--connect:#d29922;--tls:#b392f0;--send:#58a6ff;--wait:#3fb950;--receive:#e5824a;--mark:#8c959f}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;-webkit-text-size-adjust:100%}
@media(prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,'Segoe UI',Roboto,sans-serif;overflow-wrap:anywhere}
header,nav,main{max-width:70rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:1.5rem}header p{color:var(--dim);margin:.25rem 0 1rem}
h1{font-size:1.75rem;line-height:1.2;margin:0}
h2{font-size:1.25rem;line-height:1.3;margin:0 0 .5rem}
h3{font-size:1rem;margin:1.5rem 0 .5rem}
p{margin:.5rem 0}
a{color:var(--link)}
a:focus-visible,pre:focus-visible,summary:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:2px}
nav ol{margin:0 0 1rem;padding-left:1.75rem}
nav small{color:var(--dim);font-size:.875rem}
section,details{background:var(--paper);border:1px solid var(--line);border-radius:8px;padding:1.25rem;margin:0 0 1.25rem;scroll-margin-top:1rem}
details{padding:.75rem 1.25rem}summary{cursor:pointer;font-weight:600}
ul{padding-left:1.25rem;margin:.5rem 0}li{margin:.15rem 0}
.id{color:var(--dim);font-weight:400}
.tags{color:var(--dim);margin:.25rem 0 .75rem}
.tag{display:inline-block;border:1px solid currentColor;border-radius:1rem;padding:0 .6rem;font-size:.875rem;font-weight:600;white-space:nowrap}
.server{color:var(--cause)}.setup{color:var(--tls)}.caller{color:var(--send)}.way{color:var(--connect)}.open{color:var(--dim)}
dl{display:grid;grid-template-columns:5.5rem minmax(0,1fr);gap:.35rem 1rem;margin:.75rem 0}
dt{color:var(--dim)}dd{margin:0}
.chain{list-style:none;margin:.5rem 0;padding:0}
.chain li{position:relative;display:grid;grid-template-columns:5.5rem minmax(0,1fr);gap:0 1rem;margin:0;padding:.3rem 0 .3rem 1.5rem}
.chain li::before{content:'';position:absolute;left:.25rem;top:.75rem;width:.65rem;height:.65rem;border-radius:50%;background:var(--dim)}
.chain li::after{content:'';position:absolute;left:.5rem;top:1.4rem;bottom:-.75rem;width:2px;background:var(--line)}
.chain li:last-child::before{background:var(--cause)}.chain li:last-child::after{display:none}
.chain b{font-weight:400;color:var(--dim)}
.log{list-style:none;padding:0;margin:0}
.log li{margin:0 0 .6rem}
pre{background:var(--block);border:1px solid var(--line);border-radius:6px;padding:.6rem .75rem;margin:.25rem 0;overflow-x:auto;\
font:.8125rem/1.5 ui-monospace,'Cascadia Mono',Consolas,'DejaVu Sans Mono',monospace;overflow-wrap:normal;tab-size:4}
cite{font-style:normal;font-weight:600}time{color:var(--dim);white-space:nowrap}
.cause pre{border-color:var(--cause);border-left-width:4px}.cause strong{color:var(--cause)}
table{border-collapse:collapse;width:100%;table-layout:fixed;font-size:.9375rem;font-variant-numeric:tabular-nums}
caption{text-align:left;font-weight:600;padding:.25rem 0}
th,td{text-align:left;vertical-align:top;padding:.2rem .75rem .2rem 0;font-weight:400}
thead th{color:var(--dim);border-bottom:1px solid var(--line)}
.tables{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(18rem,100%),1fr));gap:1.25rem 2rem;margin:1rem 0}
.meter,.track{display:block;position:relative;height:.5rem;background:var(--track);border-radius:3px;overflow:hidden;margin:.15rem 0}
.meter i{display:block;height:100%;background:var(--bar)}
.track{height:.65rem}.track i{position:absolute;top:0;bottom:0;min-width:3px;border-radius:2px}
.waterfall th:first-child{width:32%}.steps th:first-child{width:12rem}
.says{display:inline-block;width:12rem;vertical-align:top}
.says+.meter,.says+.track{display:inline-block;width:calc(100% - 13rem);vertical-align:middle}
.causes{list-style:none;padding:0;margin:0}.causes>li{border-top:1px solid var(--line);padding:.75rem 0}
.causes>li:first-child{border-top:0;padding-top:0}.causes p{margin:.15rem 0}
.n{display:inline-block;min-width:2.5rem;font-size:1.125rem;font-variant-numeric:tabular-nums}
.blocked{background:var(--blocked)}.name{background:var(--name)}.connect{background:var(--connect)}.tls{background:var(--tls)}
.send{background:var(--send)}.wait{background:var(--wait)}.receive{background:var(--receive)}
.track .mark{background:var(--mark)}.track .cause{background:var(--cause)}
@media(max-width:48rem){.says,.says+.meter,.says+.track{display:block;width:auto}.steps th:first-child{width:45%}}
@media(max-width:40rem){header,nav,main{padding-left:.75rem;padding-right:.75rem}section{padding:.9rem}
dl,.chain li{grid-template-columns:minmax(0,1fr)}dt{margin-top:.4rem}time{white-space:normal}}
@media print{:root{color-scheme:light;--ink:#000;--paper:#fff;--page:#fff;--dim:#444;--block:#fff;--line:#999;--link:#000;--cause:#9b1c14}
body{font-size:11pt}header,nav,main{max-width:none;padding-left:0;padding-right:0}
section,details{border:0;border-top:1px solid var(--line);border-radius:0;padding:.75rem 0}
pre{white-space:pre-wrap;overflow-wrap:anywhere}h2,h3{break-after:avoid}.log li,tr,.causes>li{break-inside:avoid}
.meter,.track,.chain li::before{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
";
