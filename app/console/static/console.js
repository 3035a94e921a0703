// The page works without this file. It draws charts from the page's tables and reloads the figures.
"use strict";
(() => {
  const DAY = 86400; // seconds
  const charts = new Map();
  const sent = new Map(); // the last HTML of each panel, so that only changed panels are replaced

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const percent = (rate, digits = 1) => `${(100 * rate).toFixed(digits)}%`;
  const inFull = (rate) => `${Number((100 * rate).toFixed(6))}%`; // not rounded: a rounded tick would be in the wrong place
  const number = (text) => (text === undefined ? null : Number(text));

  function read(figure) {
    const rows = [...document.getElementById(figure.dataset.table).tBodies[0].rows].map((row) => row.dataset);
    return rows
      .map((row) => ({
        x: Number(row.x), rate: number(row.rate), low: number(row.low), high: number(row.high),
        label: row.label, of: row.of, few: row.few !== undefined,
      }))
      .sort((one, other) => one.x - other.x);
  }

  function describe(row) {
    if (row.rate === null) return `${row.label}: no rate yet`;
    const few = row.few ? ", too few to read" : "";
    return `${row.label}: ${percent(row.rate)} (${percent(row.low)} to ${percent(row.high)}), ${row.of}${few}`;
  }

  // Readable rates set the scale. Intervals of the others that exceed it end at the top, under an arrow.
  function points(rows, end, accent, paper, soft, band) {
    return (u) => {
      const { ctx } = u;
      const ratio = devicePixelRatio;
      const { top } = u.bbox;
      const arrow = (x) => {
        const size = 4 * ratio;
        ctx.beginPath();
        ctx.moveTo(x - size, top + size);
        ctx.lineTo(x, top);
        ctx.lineTo(x + size, top + size);
        ctx.strokeStyle = soft;
        ctx.lineWidth = 1.5 * ratio;
        ctx.stroke();
      };
      rows.forEach((row) => {
        if (row.rate === null) return;
        const x = u.valToPos(row.x, "x", true);
        if (row.few) {
          ctx.beginPath();
          ctx.moveTo(x, u.valToPos(Math.min(row.low, end), "y", true));
          ctx.lineTo(x, u.valToPos(Math.min(row.high, end), "y", true));
          ctx.strokeStyle = band;
          ctx.lineWidth = 3 * ratio;
          ctx.stroke();
        }
        if (row.high > end) arrow(x);
        if (row.rate > end) return;
        ctx.beginPath();
        ctx.arc(x, u.valToPos(row.rate, "y", true), (rows.length > 40 ? 2.5 : 3.5) * ratio, 0, 2 * Math.PI);
        ctx.fillStyle = row.few ? paper : accent;
        ctx.strokeStyle = row.few ? soft : accent;
        ctx.lineWidth = 1.5 * ratio;
        ctx.fill();
        ctx.stroke();
      });
    };
  }

  function draw(figure) {
    const rows = read(figure);
    const ticks = figure.dataset.ticks.split(" ").map(Number);
    const end = ticks.at(-1);
    const inTime = figure.dataset.chart === "time";
    const [accent, soft, line, band, paper] = ["--accent", "--soft", "--line", "--band", "--paper"].map(colour);
    const font = `13px ${getComputedStyle(figure).fontFamily}`;
    const date = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
    const axis = { stroke: soft, font, ticks: { show: false }, grid: { stroke: line, width: 1 }, gap: 8 };
    const pad = inTime ? (rows.length > 1 ? (rows[1].x - rows[0].x) / 2 : DAY) : 0.4;
    const readout = document.createElement("p");
    readout.className = "readout soft";
    const room = document.createElement("div");
    figure.replaceChildren(readout, room);
    const height = () => figure.clientHeight - readout.offsetHeight;
    const last = rows.findLastIndex((row) => row.rate !== null && !row.few);
    let shown = last >= 0 ? last : rows.length - 1;
    const showReadout = (index) => {
      shown = index;
      readout.textContent = rows.length ? describe(rows[index]) : "No data in this selection.";
    };
    const chart = new uPlot(
      {
        width: figure.clientWidth,
        height: height(),
        legend: { show: false },
        padding: [8, inTime ? 24 : 8, 0, 0], // room for half a date beside the last point
        cursor: { drag: { x: false, y: false }, y: false, points: { size: 9, fill: accent } },
        scales: {
          x: { time: false, range: (u, low, high) => [low - pad, high + pad] },
          y: { range: [0, end] },
        },
        axes: [
          {
            ...axis, size: 32, grid: { show: false },
            splits: (u) => {
              const step = Math.max(1, Math.ceil((rows.length * (inTime ? 64 : 36)) / u.width));
              return rows.filter((row, place) => (rows.length - 1 - place) % step === 0).map((row) => row.x);
            },
            values: (u, splits) => splits.map((x) => (inTime ? date.format(new Date(x * 1000)) : `${x}`)),
          },
          { ...axis, size: 48, splits: () => ticks, values: (u, splits) => splits.map(inFull) },
        ],
        series: [
          {},
          { stroke: "transparent", points: { show: false } },
          { stroke: accent, width: 2, points: { show: false } },
          { stroke: "transparent", points: { show: false } },
        ],
        bands: [{ series: [3, 1], fill: band }],
        hooks: {
          draw: [points(rows, end, accent, paper, soft, band)],
          setCursor: [(u) => { if (u.cursor.idx !== null && u.cursor.idx !== undefined) showReadout(u.cursor.idx); }],
        },
      },
      // Rates of too few users are separate points, without a line or a band.
      ["x", "low", "rate", "high"].map((name) => rows.map((row) => (name !== "x" && row.few ? null : row[name]))),
      room,
    );
    room.setAttribute("aria-hidden", "true");
    showReadout(shown);
    figure.tabIndex = 0;
    figure.setAttribute("role", "group");
    figure.setAttribute("aria-roledescription", "chart; step through it with the arrow keys; its table follows");
    figure.onkeydown = (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!step || !rows.length) return;
      event.preventDefault();
      showReadout(Math.min(Math.max(shown + step, 0), rows.length - 1));
      readout.setAttribute("aria-live", "polite");
      chart.setCursor({ left: chart.valToPos(rows[shown].x, "x"), top: 0 }, false);
    };
    const resized = new ResizeObserver(() => {
      if (figure.clientWidth !== chart.width) chart.setSize({ width: figure.clientWidth, height: height() });
    });
    resized.observe(figure);
    charts.set(figure, { chart, resized });
  }

  function drawIn(part) {
    for (const [figure, { chart, resized }] of charts) {
      if (!figure.isConnected) {
        resized.disconnect();
        chart.destroy();
        charts.delete(figure);
      }
    }
    part.querySelectorAll("figure.chart").forEach((figure) => {
      const old = charts.get(figure);
      old?.resized.disconnect();
      old?.chart.destroy();
      draw(figure);
    });
  }

  // Replaces a panel's content but keeps open details open, and the scroll position and focus.
  function replace(old, fresh) {
    const open = [...old.querySelectorAll("details")].map((one) => one.open);
    const scrolled = [...old.querySelectorAll(".scroll")].map((one) => one.scrollTop);
    const reach = "a, button, summary, [tabindex], figure";
    const focus = [...old.querySelectorAll(reach)].indexOf(document.activeElement);
    old.innerHTML = fresh.innerHTML;
    for (const name of ["data-pending", "aria-busy"]) {
      if (fresh.hasAttribute(name)) old.setAttribute(name, fresh.getAttribute(name));
      else old.removeAttribute(name);
    }
    old.querySelectorAll("details").forEach((one, place) => { one.open = open[place] ?? one.open; });
    old.querySelectorAll(".scroll").forEach((one, place) => { one.scrollTop = scrolled[place] ?? 0; });
    drawIn(old);
    if (focus >= 0) old.querySelectorAll(reach)[focus]?.focus({ preventScroll: true });
  }

  function update(text) {
    const fresh = new DOMParser().parseFromString(text, "text/html");
    if (fresh.querySelectorAll("[data-panel]").length !== document.querySelectorAll("[data-panel]").length) {
      location.reload(); // the first figures have other panels
      return;
    }
    fresh.querySelectorAll("[data-panel]").forEach((panel) => {
      const old = document.getElementById(panel.id);
      const counted = !old.hasAttribute("data-pending");
      if (sent.get(panel.id) === panel.innerHTML || (counted && panel.hasAttribute("data-pending"))) return;
      sent.set(panel.id, panel.innerHTML);
      replace(old, panel);
    });
    fresh.querySelectorAll(".fields select").forEach((select) => {
      const old = document.getElementById(select.id);
      const known = new Set([...old.options].map((option) => option.value));
      old.append(...[...select.options].filter((option) => !known.has(option.value)));
    });
    document.body.dataset.reloadAfter = fresh.body.dataset.reloadAfter ?? document.body.dataset.reloadAfter;
  }

  const stopped = document.getElementById("stopped");
  function showStopped(text) {
    if (stopped.textContent !== text) stopped.textContent = text;
    stopped.hidden = !text;
  }

  async function reload() {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
      if (new URL(answer.url).pathname !== location.pathname) location.reload(); // signed out in the meantime
      else if (!answer.ok) showStopped(`These figures are not being updated: the console answered ${answer.status}. Trying again.`);
      else {
        showStopped("");
        update(await answer.text());
      }
    } catch {
      showStopped("These figures are not being updated: the console cannot be reached. Trying again.");
    }
  }

  // Reloads as often as the server says, never while the page is hidden, and at once when it is visible again.
  function live() {
    let timer;
    const later = () => { timer = setTimeout(turn, 1000 * Number(document.body.dataset.reloadAfter)); };
    async function turn() {
      timer = null;
      if (!document.hidden) await reload();
      later();
    }
    document.addEventListener("visibilitychange", () => {
      if (document.hidden || timer === null) return;
      clearTimeout(timer);
      turn();
    });
    later();
  }

  function filters() {
    const details = document.getElementById("filters");
    if (matchMedia("(max-width: 40rem)").matches && !details.querySelector("[role=alert]")) details.open = false;
    const [last, since, until] = ["f-last", "f-since", "f-until"].map((id) => document.getElementById(id));
    last.addEventListener("change", () => { if (last.value) since.value = until.value = ""; });
    [since, until].forEach((one) => one.addEventListener("change", () => { if (one.value) last.value = ""; }));
  }

  filters();
  document.querySelectorAll("[data-panel]").forEach((panel) => sent.set(panel.id, panel.innerHTML));
  drawIn(document);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawIn(document));
  if (document.body.dataset.reloadAfter) live();
})();
