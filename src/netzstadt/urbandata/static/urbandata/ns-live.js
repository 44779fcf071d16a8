/**
 * Listens to new values of the series on the page and writes them where they are shown.
 *
 * Places are elements with data-series (and data-unit, data-name); inside them data-live="value" and
 * data-live="age". Every value is also sent as the event "ns-value" to the document.
 *
 * @typedef {{series: number, time: string, value: unknown, quality: string[]}} Latest
 */

const language = document.documentElement.lang || "de";
const ANNOUNCE_EVERY_MS = 30_000;
const AGE_EVERY_MS = 20_000;
/** After a refusal: as long as the server asks with Retry-After, which no script is told. */
const AGAIN_AFTER_MS = 30_000;

/** @param {number} value @returns {string} as the server writes it: about three digits */
function numberText(value) {
  const size = Math.abs(value);
  const digits = size >= 1000 ? 0 : size >= 10 ? 1 : 2;
  return new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value);
}

/** @param {unknown} value @param {string} unit @returns {string} */
function valueText(value, unit) {
  if (typeof value !== "number") return typeof value === "string" ? value : JSON.stringify(value);
  return unit ? `${numberText(value)} ${unit}` : numberText(value);
}

/**
 * @param {Date} then @param {string} justNow
 * @returns {string} how long ago, and the date of what is old, as the server
 */
export function momentText(then, justNow) {
  if (Date.now() - then.getTime() < 60_000) return justNow;
  if (Date.now() - then.getTime() < 30 * 86_400_000) return ageText(then);
  const date = new Intl.DateTimeFormat(language, {
    day: "2-digit",
    month: "2-digit",
    year: "numeric",
  });
  return `${ageText(then)} (${date.format(then)})`;
}

/** @param {Date} then @returns {string} how long ago, in words */
function ageText(then) {
  const seconds = Math.round((Date.now() - then.getTime()) / 1000);
  const format = new Intl.RelativeTimeFormat(language, { numeric: "always" });
  if (seconds < 3600) return format.format(-Math.floor(seconds / 60), "minute");
  if (seconds < 48 * 3600) return format.format(-Math.floor(seconds / 3600), "hour");
  if (seconds < 60 * 86400) return format.format(-Math.floor(seconds / 86400), "day");
  if (seconds < 730 * 86400) return format.format(-Math.floor(seconds / 2592000), "month");
  return format.format(-Math.floor(seconds / 31536000), "year");
}

class LiveValues extends HTMLElement {
  /** @type {EventSource | undefined} */
  #source;
  /** @type {number | undefined} */
  #clock;
  /** @type {number | undefined} */
  #again;
  #announced = 0;
  /** @type {HTMLElement} */
  #state = document.createElement("span");
  /** @type {HTMLElement} */
  #said = document.createElement("span");

  connectedCallback() {
    if (!this.dataset.address || this.#source) return;
    this.#state.className = "ns-live__state";
    this.#said.className = "kern-sr-only";
    this.#said.setAttribute("role", "status");
    this.append(this.#state, this.#said);
    this.#listen();
    this.#clock = window.setInterval(() => this.#refreshAges(), AGE_EVERY_MS);
  }

  #listen() {
    this.#source = new EventSource(this.dataset.address ?? "");
    this.#source.addEventListener("open", () => this.#show(true));
    this.#source.addEventListener("error", () => {
      this.#show(false);
      // The browser comes back by itself after a lost connection, but not after a refusal.
      if (this.#source?.readyState !== EventSource.CLOSED) return;
      this.#again = window.setTimeout(() => this.#listen(), AGAIN_AFTER_MS);
    });
    this.#source.addEventListener("values", (event) => {
      this.#show(true);
      for (const latest of JSON.parse(event.data)) this.#write(latest);
    });
  }

  disconnectedCallback() {
    this.#source?.close();
    this.#source = undefined;
    window.clearInterval(this.#clock);
    window.clearTimeout(this.#again);
  }

  /** @param {boolean} isConnected */
  #show(isConnected) {
    const isRefused = this.#source?.readyState === EventSource.CLOSED;
    const { connected, waiting, refused } = this.dataset;
    const text = isConnected ? connected : isRefused ? refused : waiting;
    if (this.#state.textContent !== text) this.#state.textContent = text ?? "";
    this.classList.toggle("ns-live--on", isConnected);
  }

  /** @param {Latest} latest */
  #write(latest) {
    const places = document.querySelectorAll(`[data-series="${latest.series}"]:not(ns-chart)`);
    for (const place of places) {
      if (!(place instanceof HTMLElement)) continue;
      const value = place.querySelector('[data-live="value"]');
      const age = place.querySelector('[data-live="age"]');
      const text = valueText(latest.value, place.dataset.unit ?? "");
      const isNew = !(age instanceof HTMLTimeElement) || age.dateTime < latest.time;
      if (value && value.textContent !== text) {
        value.textContent = text;
        if (isNew) this.#flash(place);
      }
      if (age instanceof HTMLTimeElement) {
        const moment = new Date(latest.time);
        age.dateTime = latest.time;
        age.title = moment.toLocaleString(language);
        age.textContent = momentText(moment, this.dataset.now ?? "");
        age.classList.remove("ns-latest__age--stale");
        place.querySelector('[data-live="overdue"]')?.remove();
      }
      // Doubts about the value before are none about this one.
      if (isNew && !latest.quality.length) {
        for (const flag of place.querySelectorAll('[data-live="flag"]')) flag.remove();
      }
      if (isNew) this.#announce(place.dataset.name ?? "", text);
    }
    document.dispatchEvent(new CustomEvent("ns-value", { detail: latest }));
  }

  /** @param {HTMLElement} place */
  #flash(place) {
    place.classList.remove("ns-fresh");
    void place.offsetWidth; // restarts the animation
    place.classList.add("ns-fresh");
  }

  /** @param {string} name @param {string} text */
  #announce(name, text) {
    if (this.dataset.announce === undefined) return;
    if (Date.now() - this.#announced < ANNOUNCE_EVERY_MS) return;
    this.#announced = Date.now();
    this.#said.textContent = `${this.dataset.new}: ${name} ${text}`;
  }

  #refreshAges() {
    for (const time of document.querySelectorAll('time[data-live="age"]')) {
      if (time instanceof HTMLTimeElement) {
        time.textContent = momentText(new Date(time.dateTime), this.dataset.now ?? "");
      }
    }
  }
}

customElements.define("ns-live", LiveValues);
