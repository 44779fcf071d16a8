/**
 * Puts a zooming chart (uPlot) in the place of the fixed one when it is asked for.
 *
 * The fixed SVG and its table stay the way for print, for screen readers and without JavaScript.
 */

const language = document.documentElement.lang || "de";
const HEIGHT = 340;
const LEAST_S = 600; // nearer than ten minutes there is nothing to see

/**
 * What the buttons do with the stretch that is shown, for all who do not draw with a mouse.
 *
 * @type {[string, (from: number, to: number) => [number, number]][]}
 */
const MOVES = [
  ["earlier", (from, to) => [from - (to - from) / 2, to - (to - from) / 2]],
  ["later", (from, to) => [from + (to - from) / 2, to + (to - from) / 2]],
  ["nearer", (from, to) => [from + (to - from) / 4, to - (to - from) / 4]],
  ["farther", (from, to) => [from - (to - from) / 2, to + (to - from) / 2]],
  ["all", () => [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]],
];

/** @param {string} name @returns {string} the value of a property of the style sheet */
function token(name) {
  return getComputedStyle(document.body).getPropertyValue(name).trim();
}

class ZoomingChart extends HTMLElement {
  /** @type {any} */
  #plot;
  /** @type {AbortController | undefined} */
  #loading;
  /** @type {ResizeObserver | undefined} */
  #resized;
  /** @type {HTMLElement} */
  #stage = document.createElement("div");
  /** @type {HTMLElement} */
  #text = document.createElement("span");
  #isZooming = false;

  connectedCallback() {
    if (this.querySelector(".ns-chart__bar")) return;
    const bar = document.createElement("p");
    bar.className = "ns-chart__bar";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "kern-btn kern-btn--secondary kern-btn--x-small";
    button.setAttribute("aria-pressed", "false");
    this.#text.className = "kern-label";
    this.#text.textContent = this.dataset.open ?? "";
    button.append(this.#text);
    button.addEventListener("click", () => this.#toggle(button));
    bar.append(button);
    this.prepend(bar);
    this.#stage.className = "ns-chart__stage";
    this.#stage.hidden = true;
    this.append(this.#stage);
    this.#showNewest();
    document.addEventListener("ns-value", this);
  }

  disconnectedCallback() {
    document.removeEventListener("ns-value", this);
    this.#resized?.disconnect();
    this.#plot?.destroy();
    this.#plot = undefined;
  }

  /** @param {Event} event a new value, written at the end of the line */
  handleEvent(event) {
    if (!(event instanceof CustomEvent) || !this.#plot) return;
    const { series, time, value } = event.detail;
    if (String(series) !== this.dataset.series || typeof value !== "number") return;
    if (this.dataset.bars !== undefined) return; // a sum grows on the server
    const [times, values, low, high] = this.#plot.data;
    const seconds = Date.parse(time) / 1000;
    const end = Date.parse(this.dataset.end ?? "") / 1000;
    if (seconds >= end || (times.length && seconds <= times[times.length - 1])) return;
    this.#plot.setData(
      [
        [...times, seconds],
        [...values, value],
        [...low, value],
        [...high, value],
      ],
      false,
    );
    this.#plot.redraw();
  }

  /** On a narrow screen the fixed chart is wider than its place: begin at today's values. */
  #showNewest() {
    const frame = this.querySelector(".ns-chart-scroll");
    const svg = frame?.querySelector("svg");
    if (!frame || !svg) return;
    const [first, last] = this.#whole();
    const end = Date.parse(this.dataset.end ?? "") / 1000;
    if (last === end) return; // a period that is over is read from its beginning
    const newest = ((last - first) / (end - first)) * svg.clientWidth;
    frame.scrollLeft = newest - frame.clientWidth * 0.8;
  }

  /** @returns {[number, number]} seconds: the period, without what is still to come */
  #whole() {
    const [start, end] = [this.dataset.start, this.dataset.end].map((at) => Date.parse(at ?? ""));
    const now = Date.now() > start ? Date.now() : end;
    return [start / 1000, Math.min(end, now) / 1000];
  }

  /** @returns {HTMLElement} buttons that move and zoom */
  #tools() {
    const bar = document.createElement("p");
    bar.className = "ns-chart__tools";
    for (const [name, move] of MOVES) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "kern-btn kern-btn--secondary kern-btn--x-small";
      const label = document.createElement("span");
      label.className = "kern-label";
      label.textContent = this.dataset[name] ?? "";
      button.append(label);
      button.addEventListener("click", () => {
        const { min, max } = this.#plot.scales.x;
        const [first, last] = this.#whole();
        let [from, to] = move(min, max);
        if (to - from < LEAST_S) return;
        if (from < first) [from, to] = [first, Math.min(last, first + to - from)];
        if (to > last) [from, to] = [Math.max(first, last - to + from), last];
        this.#refine(from, to);
      });
      bar.append(button);
    }
    return bar;
  }

  /** Say that the values did not come, in the place of the chart. */
  #fail() {
    const text = document.createElement("p");
    text.setAttribute("role", "alert");
    text.textContent = this.dataset.failed ?? "";
    this.#stage.replaceChildren(text);
  }

  /** @param {HTMLButtonElement} button */
  async #toggle(button) {
    this.#isZooming = !this.#isZooming;
    button.setAttribute("aria-pressed", String(this.#isZooming));
    this.#text.textContent = (this.#isZooming ? this.dataset.close : this.dataset.open) ?? "";
    const fixed = this.querySelector(".ns-chart-scroll");
    if (fixed instanceof HTMLElement) fixed.hidden = this.#isZooming;
    this.#stage.hidden = !this.#isZooming;
    if (!this.#isZooming || this.#plot) return;
    this.#stage.replaceChildren();
    try {
      await this.#draw();
    } catch {
      this.#fail();
    }
  }

  /** @param {number} start @param {number} end seconds @returns {Promise<any[]>} uPlot's columns */
  async #load(start, end) {
    this.#loading?.abort();
    this.#loading = new AbortController();
    const query = new URLSearchParams({
      start: new Date(start * 1000).toISOString(),
      end: new Date(end * 1000).toISOString(),
    });
    const answer = await fetch(`${this.dataset.address}?${query}`, {
      signal: this.#loading.signal,
    });
    if (!answer.ok) throw new Error(`${answer.status}`);
    const found = await answer.json();
    return [found.times, found.values, found.minimum, found.maximum];
  }

  async #draw() {
    const { default: Plot } = await import(this.dataset.library ?? "");
    const [start, end] = this.#whole();
    const data = await this.#load(start, end);
    const zone = this.dataset.zone ?? "UTC";
    const line = token("--ns-chart-line");
    const text = token("--ns-muted");
    const grid = { stroke: token("--ns-chart-grid"), width: 1 };
    const axis = { stroke: text, grid, ticks: grid, font: "14px Fira Sans, sans-serif" };
    const moment = new Intl.DateTimeFormat(language, {
      dateStyle: "short",
      timeStyle: "short",
      timeZone: zone,
    });
    const isBars = this.dataset.bars !== undefined;
    /** @param {Intl.DateTimeFormatOptions} parts */
    const written = (parts) => new Intl.DateTimeFormat(language, { ...parts, timeZone: zone });
    const [hours, days, months] = [
      written({ hour: "2-digit", minute: "2-digit" }),
      written({ day: "numeric", month: "numeric" }),
      written({ month: "short", year: "numeric" }),
    ];
    const number = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
    const labels = (
      /** @type {any} */ _plot,
      /** @type {number[]} */ places,
      /** @type {number} */ _axis,
      /** @type {number} */ _space,
      /** @type {number} */ step,
    ) => {
      const format = step < 86400 ? hours : step < 28 * 86400 ? days : months;
      let day = "";
      return places.map((place) => {
        const at = new Date(place * 1000);
        const isSameDay = day === days.format(at);
        day = days.format(at);
        // Hours alone would not say of which day: each day's first place has it in a second line.
        return step < 86400 && !isSameDay ? `${hours.format(at)}\n${day}` : format.format(at);
      });
    };
    const options = {
      width: this.clientWidth,
      height: HEIGHT,
      tzDate: (/** @type {number} */ seconds) => Plot.tzDate(new Date(seconds * 1000), zone),
      scales: { x: { time: true, min: start, max: end } },
      axes: [
        { ...axis, values: labels },
        {
          ...axis,
          size: 70,
          values: (/** @type {any} */ _, /** @type {number[]} */ places) =>
            places.map((place) => number.format(place)),
        },
      ],
      series: [
        {
          label: this.dataset.time,
          value: (/** @type {any} */ _, /** @type {number} */ v) =>
            v == null ? "–" : moment.format(new Date(v * 1000)),
        },
        {
          label: `${this.dataset.name}${this.dataset.unit ? ` (${this.dataset.unit})` : ""}`,
          stroke: line,
          fill: isBars ? token("--ns-chart-band") : undefined,
          width: 2,
          value: (/** @type {any} */ _, /** @type {number | null} */ v) =>
            v == null ? "–" : number.format(v),
          spanGaps: false,
          paths: isBars ? Plot.paths.bars({ size: [0.86, 60] }) : undefined,
          points: { show: data[0].length < 60 && !isBars },
        },
        { label: this.dataset.range, stroke: "transparent", width: 0, points: { show: false } },
        { label: "", stroke: "transparent", width: 0, points: { show: false } },
      ],
      bands: isBars ? [] : [{ series: [3, 2], fill: token("--ns-chart-band") }],
      legend: { live: true },
      hooks: {
        setSelect: [
          (/** @type {any} */ plot) => {
            if (plot.select.width < 4) return;
            const from = plot.posToVal(plot.select.left, "x");
            const to = plot.posToVal(plot.select.left + plot.select.width, "x");
            plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            this.#refine(from, to);
          },
        ],
      },
      cursor: { drag: { x: true, y: false, setScale: false } },
    };
    this.#plot = new Plot(options, data, this.#stage);
    this.#plot.over.addEventListener("dblclick", () => this.#refine(...this.#whole()));
    this.#plot.over.title = this.dataset.zoom ?? "";
    const hint = document.createElement("p");
    hint.className = "ns-muted";
    hint.textContent = this.dataset.zoom ?? "";
    this.#stage.prepend(this.#tools());
    this.#stage.append(hint);
    this.#resized = new ResizeObserver(() => {
      if (!this.#stage.hidden) this.#plot?.setSize({ width: this.clientWidth, height: HEIGHT });
    });
    this.#resized.observe(this);
  }

  /** @param {number} start @param {number} end seconds: what is zoomed into is loaded finer */
  async #refine(start, end) {
    try {
      const data = await this.#load(start, end);
      this.#plot.setData(data, false);
      this.#plot.setScale("x", { min: start, max: end });
    } catch (error) {
      if (error instanceof DOMException) return; // replaced by a newer request
      this.#plot.destroy();
      this.#plot = undefined;
      this.#fail();
    }
  }
}

customElements.define("ns-chart", ZoomingChart);
