#!/usr/bin/env python3
"""report.py MWSCOPE CASE [FOLDER]: the HTML report in a real browser.

Opens the report of CASE, and of a made-up case of many failures, in Chromium and holds: no request but for the page
itself, no script, no width on which it scrolls sideways, colours that can be read (WCAG 2.1, 1.4.3 and 1.4.11) in light
and dark and on paper, headings in order, the keyboard's way through it, and no secret. With FOLDER, screenshots stay
there. Ends with 'N passed, N failed'.
"""

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

import checks
from checks import check

MWSCOPE, CASE = os.path.abspath(sys.argv[1]), sys.argv[2]
SHOTS = sys.argv[3] if len(sys.argv) > 3 else None


class Browser:
    """Chromium, spoken to in the DevTools protocol over a pipe: messages of JSON, each ended by NUL."""

    def __init__(self, folder):
        to_browser, self.write = os.pipe()
        self.read, from_browser = os.pipe()

        def descriptors():  # Chromium reads from 3 and writes to 4.
            # Out of the way first: one of the two may be 3 or 4 itself.
            high = (os.dup2(to_browser, 60), os.dup2(from_browser, 61))
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)

        self.process = subprocess.Popen(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
             f"--user-data-dir={folder}/profile", "--remote-debugging-pipe", "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, close_fds=False,
            preexec_fn=descriptors,
        )
        os.close(to_browser)
        os.close(from_browser)
        self.number, self.buffer, self.events, self.session = 0, b"", [], None
        page = next(t for t in self.call("Target.getTargets")["targetInfos"] if t["type"] == "page")
        self.session = self.call("Target.attachToTarget", targetId=page["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.message()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise SystemExit(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def message(self):
        while b"\0" not in self.buffer:
            piece = os.read(self.read, 1 << 20)
            if not piece:
                raise SystemExit("chromium ended")
            self.buffer += piece
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def open(self, url):
        self.events.clear()
        self.call("Page.navigate", url=url)
        while not any(e.get("method") == "Page.loadEventFired" for e in self.events):
            self.events.append(self.message())

    def ask(self, script):
        result = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        if "exceptionDetails" in result:
            raise SystemExit(f"script: {result['exceptionDetails']}")
        return result["result"].get("value")

    def look(self, scheme="light", width=1280, media="screen"):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.call("Emulation.setEmulatedMedia", media=media, features=features)

    def shot(self, name):
        if not SHOTS:
            return
        os.makedirs(SHOTS, exist_ok=True)
        data = self.call("Page.captureScreenshot", captureBeyondViewport=True, format="png",
                         clip={"x": 0, "y": 0, "width": self.ask("innerWidth"), "height": min(self.ask("document.documentElement.scrollHeight"), 6000), "scale": 1})
        with open(os.path.join(SHOTS, f"{name}.png"), "wb") as file:
            file.write(base64.b64decode(data["data"]))

    def stop(self):
        self.call("Browser.close")
        self.process.wait(timeout=20)


# Texts whose colour stands out too little from what is behind them, and bars that do.
CONTRAST = """(() => {
  const parse = c => (c.match(/[\\d.]+/g) || []).map(Number);
  const part = v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = c => 0.2126 * part(c[0]) + 0.7152 * part(c[1]) + 0.0722 * part(c[2]);
  const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  const behind = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c.length && c[3] !== 0) return c; }
    return matchMedia('(prefers-color-scheme: dark)').matches && !matchMedia('print').matches ? [0, 0, 0] : [255, 255, 255]; };
  const poor = []; let seen = 0, bars = 0;
  for (const e of document.querySelectorAll('body *')) {
    const s = getComputedStyle(e);
    if (!e.getClientRects().length) continue;
    if ([...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) {
      seen++;
      const size = parseFloat(s.fontSize), large = size >= 24 || (size >= 18.66 && Number(s.fontWeight) >= 700);
      const r = ratio(parse(s.color), behind(e));
      if (r < (large ? 3 : 4.5)) poor.push([e.tagName + '.' + e.className, e.textContent.slice(0, 30), r.toFixed(2)]);
    }
    if (e.matches('.track > i, .meter > i')) {
      bars++;
      const r = ratio(parse(s.backgroundColor), behind(e.parentElement));
      if (r < 3) poor.push([e.className, 'bar', r.toFixed(2)]);
    }
  }
  return {poor, seen, bars};
})()"""

STRUCTURE = """(() => {
  const levels = [...document.querySelectorAll('h1,h2,h3,h4')].map(h => Number(h.tagName[1]));
  const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
  const links = [...document.querySelectorAll('a[href]')].map(a => a.getAttribute('href'));
  return {
    lang: document.documentElement.lang, title: document.title, levels,
    main: document.querySelectorAll('main').length,
    skipped: levels.some((l, n) => n && l > levels[n - 1] + 1),
    ones: levels.filter(l => l === 1).length,
    twice: ids.filter((id, n) => ids.indexOf(id) !== n),
    away: links.filter(l => !l.startsWith('#') || !document.getElementById(l.slice(1))),
    scripts: document.querySelectorAll('script, iframe, object, link, img, [onclick]').length,
    unnamed: [...document.querySelectorAll('[role=region], nav, section[aria-labelledby]')].filter(e => {
      const by = e.getAttribute('aria-labelledby');
      return !(e.getAttribute('aria-label') || (by && document.getElementById(by) && document.getElementById(by).textContent.trim())); }).length,
    headless: [...document.querySelectorAll('table')].filter(t => !t.querySelector('th[scope=col]') || !t.querySelector('th[scope=row]')).length,
    unreachable: [...document.querySelectorAll('body *')].filter(e => e.scrollWidth > e.clientWidth + 1 && ['auto', 'scroll'].includes(getComputedStyle(e).overflowX) && e.tabIndex < 0).length,
  };
})()"""

FOCUSABLE = "[...document.querySelectorAll('a[href], summary, [tabindex=\"0\"]')].filter(e => e.getClientRects().length)"
FOCUSED = """(() => { const e = document.activeElement; if (!e || e === document.body) return null; const s = getComputedStyle(e);
  return {at: FOCUSABLE.indexOf(e), outline: s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0, seen: e.getBoundingClientRect().bottom > 0}; })()""".replace("FOCUSABLE", FOCUSABLE)


def keyboard(browser, name):
    """The Tab key reaches everything that can be followed or scrolled, in the order in which it stands, and shows where it is."""
    count = browser.ask(FOCUSABLE + ".length")
    order, invisible = [], 0
    for _ in range(min(count, 120)):
        for kind in ("rawKeyDown", "keyUp"):
            browser.call("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)
        focused = browser.ask(FOCUSED)
        if focused is None:
            break
        order.append(focused["at"])
        invisible += not (focused["outline"] and focused["seen"])
    check(f"{name}: Tab goes through all {count} places in order", order == list(range(min(count, 120))), order)
    check(f"{name}: the focus is seen everywhere", invisible == 0, invisible)


def examine(browser, name, page, parts):
    browser.look()
    browser.open(f"file://{page}")
    asked = [e["params"]["request"]["url"] for e in browser.events if e.get("method") == "Network.requestWillBeSent"]
    check(f"{name}: nothing is requested but the page", asked == [f"file://{page}"], asked)
    said = [e["params"] for e in browser.events if e.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled")]
    check(f"{name}: the browser has nothing to complain of", not said, said)
    structure = browser.ask(STRUCTURE)
    for what, right in (("lang", "en"), ("title", "What failed, and why"), ("main", 1), ("skipped", False), ("ones", 1), ("twice", []),
                        ("away", []), ("scripts", 0), ("unnamed", 0), ("headless", 0), ("unreachable", 0)):
        check(f"{name}: {what} is {right}", structure[what] == right, structure)
    for selector, what in parts.items():
        text = browser.ask(f"[...document.querySelectorAll({json.dumps(selector)})].map(e => e.textContent).join('\\n')")
        check(f"{name}: {selector} shows {what!r}", what in text, text)
    keyboard(browser, name)
    for scheme in ("light", "dark"):
        for width in (1280, 768, 400, 320):
            browser.look(scheme, width)
            wide = browser.ask("document.documentElement.scrollWidth")
            check(f"{name}: {scheme}, {width} px: nothing scrolls sideways", wide <= width, wide)
            contrast = browser.ask(CONTRAST)
            check(f"{name}: {scheme}, {width} px: all can be read", not contrast["poor"] and contrast["seen"] > 10, contrast)
            if width in (1280, 400):
                browser.shot(f"{name}-{scheme}-{width}")
    background = lambda: browser.ask("getComputedStyle(document.body).backgroundColor")
    browser.look("dark")
    dark = background()
    browser.look("light")
    check(f"{name}: dark is another page than light", dark != background(), dark)
    browser.look("dark", 800, "print")
    check(f"{name}: paper is white", background() == "rgb(255, 255, 255)", background())
    contrast = browser.ask(CONTRAST)
    check(f"{name}: paper can be read", not contrast["poor"], contrast)
    check(f"{name}: no excerpt is cut on paper", browser.ask("[...document.querySelectorAll('pre')].every(e => e.scrollWidth <= e.clientWidth + 1)"))
    browser.shot(f"{name}-print")
    browser.look()
    pdf = base64.b64decode(browser.call("Page.printToPDF", preferCSSPageSize=True)["data"])
    check(f"{name}: it prints", pdf.startswith(b"%PDF-") and len(pdf) > 5_000, len(pdf))


def many(folder):
    """A recording of calls of which those for facility C01 fail; gives its path. Made up."""
    envelope = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>{}</s:Body></s:Envelope>'
    entries = []
    for n in range(244):
        bad = n % 17 == 6
        value = "C01" if bad else f"A{n % 40:02}"
        body = envelope.format(f'<c:Create xmlns:c="http://your.company.net/Facility/Create"><c:CRS008><c:Facility>{value}</c:Facility><c:Name>N{n}</c:Name></c:CRS008></c:Create>')
        answer = envelope.format("<s:Fault><faultcode>s:Server</faultcode><faultstring>Facility group '&lt;b&gt;X%d' is blocked</faultstring></s:Fault>" % n if bad else "<r/>")
        entries.append({
            "startedDateTime": f"2026-01-13T{9 + n // 60:02}:{n % 60:02}:00.000Z", "time": 20,
            "request": {"method": "POST", "url": "http://m3.example.com:21007/mws-ws/services/Facility", "httpVersion": "HTTP/1.1", "cookies": [],
                        "headers": [{"name": "Content-Type", "value": "text/xml"}, {"name": "Authorization", "value": "Basic " + base64.b64encode(b"MWSUSR:not-a-secret").decode()}],
                        "queryString": [], "headersSize": -1, "bodySize": len(body), "postData": {"mimeType": "text/xml", "text": body}},
            "response": {"status": 500 if bad else 200, "statusText": "", "httpVersion": "HTTP/1.1", "cookies": [], "headers": [{"name": "Content-Type", "value": "text/xml"}],
                         "content": {"size": len(answer), "mimeType": "text/xml", "text": answer}, "redirectURL": "", "headersSize": -1, "bodySize": len(answer)},
            "cache": {}, "timings": {"send": 1, "wait": 18, "receive": 1},
        })
    path = os.path.join(folder, "many.har")
    with open(path, "w") as file:
        json.dump({"log": {"version": "1.2", "creator": {"name": "report.py", "version": "1"}, "entries": entries}}, file)
    return path


def written(folder, name, source):
    page = os.path.join(folder, f"{name}.html")
    with open(page, "w") as file:
        done = subprocess.run([MWSCOPE, "investigate", source, "--format", "html"], stdout=file, stderr=subprocess.PIPE, timeout=120)
    check(f"{name}: exit 0", done.returncode == 0, done.stderr)
    with open(page) as file:
        text = file.read()
    for secret in ("not-a-secret", base64.b64encode(b"MWSUSR:not-a-secret").decode()):
        check(f"{name}: no secret is in it", secret not in text)
    return page


def main():
    if not shutil.which("chromium"):
        print("skipped: chromium isn't installed\n0 passed, 0 failed")
        return
    with tempfile.TemporaryDirectory() as folder:
        one, more = written(folder, "case", CASE), written(folder, "many", many(folder))
        browser = Browser(folder)
        examine(browser, "case", one, {
            "h2": "CRS008 ended abnormally", ".chain": "READ_DSP ICFCMD", ".waterfall": "wait", ".log pre": "Abnormal termination of",
            "section pre": "CRS008", "dl": "M3 developer"})
        examine(browser, "many", more, {
            "#causes": "Causes", ".causes": "all 14 failing calls of Facility.Create have CRS008/Facility=C01, none of 230 succeeding ones",
            ".tables": "Facility", ".steps": "1 of 15", "details": "13 more"})
        browser.stop()
    sys.exit(checks.counted())


main()
