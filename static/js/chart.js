"use strict";

// The power chart: one local day or one session, gaps hatched, sessions as lanes above the plot.
(() => {
  const element = document.querySelector("[data-chart]");
  if (!element) return;
  const locale = document.documentElement.lang.startsWith("en") ? "en-GB" : "nl-NL";
  const LINES = ["--brand", "--warn-s", "--go-s", "--two-s"];
  const DASHES = [[], [5, 3], [2, 3], [8, 3, 2, 3]];
  const FONT = "12px Plex";
  let data = JSON.parse(document.getElementById(element.dataset.chart).textContent);
  let plot = null;

  function colour(name) {
    const probe = document.createElement("i");
    probe.style.color = `var(${name})`;
    document.body.append(probe);
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
  }

  const clock = new Intl.DateTimeFormat(locale, {
    hour: "2-digit", minute: "2-digit", hour12: false, timeZone: data.zone,
  });
  const decimal = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });

  // Ticks on the hours of the place: a day of 23 or 25 hours shows the missing or doubled one.
  function ticks() {
    const hours = (data.end - data.begin) / 3600;
    const narrow = element.clientWidth < 520;
    const every = hours > 30 ? 6 : hours > 12 ? (narrow ? 6 : 3) : hours > 5 ? 2 : hours > 1.5 ? 1 : 0.25;
    const step = every * 3600;
    const found = [];
    const first = Math.ceil(data.begin / 900) * 900;
    for (let at = first; at <= data.end; at += 900) {
      const [hour, minute] = clock.format(at * 1000).split(":").map(Number);
      if (((hour % 24) * 3600 + minute * 60) % step === 0) found.push(at);
    }
    return found;
  }

  function axisX() {
    return {
      stroke: colour("--ink3"), font: FONT, size: 24, gap: 4, ticks: { show: false },
      grid: { stroke: colour("--line"), width: 1 },
      splits: ticks, values: (_, moments) => moments.map((at) => clock.format(at * 1000)),
    };
  }

  function axisY(top) {
    const step = top > 60 ? 40 : top > 30 ? 16 : top > 12 ? 8 : top > 6 ? 4 : top > 2.5 ? 2 : 1;
    return {
      stroke: colour("--ink3"), font: FONT, size: 52, gap: 6, ticks: { show: false },
      grid: { stroke: colour("--line"), width: 1 },
      splits: () => { const all = []; for (let v = 0; v <= top + 0.001; v += step) all.push(v); return all; },
      values: (_, all) => all.map((v, i) => (i === all.length - 1 ? `${decimal.format(v)} kW` : decimal.format(v))),
    };
  }

  function roundUp(value) {
    for (const step of [2, 4, 6, 8, 12, 16, 24, 32, 48, 80, 120, 160, 240, 320, 400]) {
      if (value <= step) return step;
    }
    return value;
  }

  // Where nothing was measured the background is hatched: a gap is information, never a line.
  function gaps(chart) {
    const { ctx, bbox } = chart;
    ctx.save();
    ctx.strokeStyle = colour("--line2");
    ctx.lineWidth = 1;
    for (const line of data.lines) {
      line.y.forEach((value, i) => {
        if (value !== null || i === 0 || i === line.y.length - 1) return;
        const left = chart.valToPos(line.x[i - 1], "x", true);
        const right = chart.valToPos(line.x[i + 1], "x", true);
        ctx.save();
        ctx.beginPath();
        ctx.rect(left, bbox.top, right - left, bbox.height);
        ctx.clip();
        for (let x = left - bbox.height; x < right; x += 7) {
          ctx.beginPath();
          ctx.moveTo(x, bbox.top + bbox.height);
          ctx.lineTo(x + bbox.height, bbox.top);
          ctx.stroke();
        }
        ctx.restore();
      });
    }
    ctx.restore();
  }

  function evses() {
    return [...new Set(data.sessions.map((session) => session.connector))].sort((a, b) => a - b);
  }

  function lanes(chart) {
    const { ctx, bbox } = chart;
    const scale = devicePixelRatio;
    const rows = evses();
    ctx.save();
    ctx.font = `${12 * scale}px Plex`;
    for (const session of data.sessions) {
      const row = rows.indexOf(session.connector);
      const left = Math.max(bbox.left, chart.valToPos(session.from, "x", true));
      const end = session.to ?? data.now ?? data.end;
      const right = Math.min(bbox.left + bbox.width, chart.valToPos(end, "x", true));
      const top = bbox.top - (17 * (rows.length - row)) * scale;
      ctx.fillStyle = colour(row % 2 ? "--warn-t" : "--go-t");
      ctx.strokeStyle = colour(row % 2 ? "--warn-s" : "--go-s");
      ctx.lineWidth = scale;
      ctx.beginPath();
      ctx.rect(left, top, Math.max(2, right - left), 14 * scale);
      ctx.fill();
      ctx.stroke();
      if (right - left > 18 * scale) {
        ctx.fillStyle = colour(row % 2 ? "--warn" : "--go");
        ctx.textAlign = "left";
        ctx.textBaseline = "middle";
        ctx.fillText(String(session.connector), left + 5 * scale, top + 7.5 * scale);
      }
    }
    ctx.restore();
  }

  function now(chart) {
    if (!data.now || data.now < data.begin || data.now > data.end) return;
    const { ctx, bbox } = chart;
    const x = chart.valToPos(data.now, "x", true);
    ctx.save();
    ctx.strokeStyle = colour("--ink3");
    ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.restore();
  }

  function series() {
    return data.lines.map((line, i) => ({
      stroke: colour(LINES[i % LINES.length]),
      fill: data.lines.length === 1 ? colour("--brand-t") : undefined,
      dash: DASHES[i % DASHES.length],
      width: 1.75,
      points: { show: line.y.length < 3 },
      spanGaps: false,
    }));
  }

  function draw() {
    plot?.destroy();
    element.replaceChildren();
    const tables = data.lines.map((line) => [line.x, line.y]);
    if (!tables.length) return;
    const columns = tables.length > 1 ? uPlot.join(tables) : tables[0];
    const highest = Math.max(0.1, ...data.lines.flatMap((line) => line.y.filter((v) => v !== null)));
    const top = roundUp(highest);
    const rows = evses().length;
    plot = new uPlot({
      width: element.clientWidth,
      height: element.clientWidth < 520 ? 200 : 230,
      padding: [10 + 17 * rows, 20, 0, 0],
      cursor: { show: false },
      legend: { show: false },
      scales: { x: { time: true, range: [data.begin, data.end] }, y: { range: [0, top] } },
      axes: [axisX(), axisY(top)],
      series: [{}, ...series()],
      hooks: { drawAxes: [gaps], draw: [lanes, now] },
    }, columns, element);
  }

  let asked = 0;
  async function refresh() {
    if (!element.dataset.source || Date.now() - asked < 10000) return;
    asked = Date.now();
    const answer = await fetch(element.dataset.source, { credentials: "same-origin" });
    if (!answer.ok) return;
    data = await answer.json();
    draw();
  }

  document.fonts.load(FONT).then(draw);
  addEventListener("resize", () => plot && draw());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => plot && draw());
  // A live hint says that something was measured: only then the page asks for the day again.
  document.addEventListener("lb:measured", refresh);
})();
