/**
 * A point chosen by name, by coordinates or on a map. The fields are there without this script;
 * it adds the map, whose cross the arrow keys move, and a search that does not send the form.
 * Whatever is chosen stands in the fields for latitude and longitude, and is said aloud.
 */

import { drawMap, fail, whenNear } from "./map-stage.js";

const STEP = 24; // pixels of the map an arrow key goes; with Shift:
const SMALL_STEP = 4;
const ARROWS = new Map([
  ["ArrowLeft", [-1, 0]],
  ["ArrowRight", [1, 0]],
  ["ArrowUp", [0, -1]],
  ["ArrowDown", [0, 1]],
]);
const PAUSE_MS = 500; // so long nothing moves before it is said where the cross is

/** @param {string} tag @param {string} className @returns {HTMLElement} */
function make(tag, className) {
  const element = document.createElement(tag);
  element.className = className;
  return element;
}

class MapPicker extends HTMLElement {
  /** @type {any} */
  #map;
  /** @type {any} */
  #marker;
  #status = make("p", "ns-picker__status");
  #results = make("ul", "ns-picker__results");
  #stage = make("div", "ns-map ns-map--small ns-picker__map");
  #timer = 0;

  connectedCallback() {
    if (this.querySelector(".ns-picker__map")) return;
    this.#status.setAttribute("role", "status");
    this.#offerSearch();
    this.#addStage();
    for (const input of [this.#part("latitude"), this.#part("longitude")]) {
      input.addEventListener("change", () => this.#follow());
    }
    whenNear(this.#stage, () => this.#start().catch((error) => fail(this.#stage, error)));
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
    this.#map?.remove();
  }

  /** @param {string} name @returns {HTMLInputElement} one of the fields */
  #part(name) {
    const found = this.querySelector(`input[data-part="${name}"]`);
    if (!(found instanceof HTMLInputElement)) throw new Error(`There is no field ${name}.`);
    return found;
  }

  #offerSearch() {
    const input = this.#part("search");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "kern-btn kern-btn--secondary";
    const label = make("span", "kern-label");
    label.textContent = this.dataset.find ?? "";
    button.append(label);
    button.addEventListener("click", () => this.#search());
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !input.value.trim()) return;
      event.preventDefault(); // looks for the place; the form is sent by its button
      this.#search();
    });
    input.after(button);
    input.closest(".ns-picker__row")?.after(this.#results);
    this.#results.after(this.#status);
  }

  #addStage() {
    const keys = make("p", "kern-hint");
    keys.id = `${this.#part("search").id}_keys`;
    keys.textContent = this.dataset.keys ?? "";
    this.#stage.tabIndex = 0;
    this.#stage.setAttribute("role", "application");
    this.#stage.setAttribute("aria-label", this.dataset.label ?? "");
    this.#stage.setAttribute("aria-describedby", keys.id);
    this.#stage.addEventListener("keydown", (event) => this.#press(event));
    this.append(this.#stage, keys);
  }

  async #start() {
    const inner = make("div", "ns-map__stage");
    this.#stage.append(inner);
    const { library, map } = await drawMap(inner, this.dataset, { keyboard: false });
    this.#map = map;
    const canvas = map.getCanvas();
    canvas.tabIndex = -1; // the stage around it takes the keys
    canvas.removeAttribute("role");
    canvas.removeAttribute("aria-label");
    this.#marker = new library.Marker({ element: make("div", "ns-picker__cross") });
    map.on("click", (/** @type {any} */ event) => this.#choose(event.lngLat.wrap()));
    this.#follow();
    this.dataset.ready = "";
  }

  /** @returns {{lng: number, lat: number} | null} what stands in the fields */
  #typed() {
    const [lat, lng] = [this.#part("latitude"), this.#part("longitude")].map(({ value }) =>
      value.trim() ? Number(value.trim().replace(",", ".")) : Number.NaN,
    );
    return Math.abs(lat) <= 90 && Math.abs(lng) <= 180 ? { lng, lat } : null;
  }

  /** The map goes where the fields say. */
  #follow() {
    const point = this.#typed();
    if (!this.#map || !point) return;
    this.#marker.setLngLat(point).addTo(this.#map);
    this.#map.jumpTo({ center: point, zoom: Math.max(this.#map.getZoom(), 13) });
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.target !== this.#stage || !this.#map) return;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const arrow = ARROWS.get(event.key);
    if (arrow) this.#step(arrow, event.shiftKey ? SMALL_STEP : STEP);
    else if (event.key === "+" || event.key === "=") this.#zoom(1);
    else if (event.key === "-") this.#zoom(-1);
    else if (event.key === "Enter") this.#choose(this.#typed() ?? this.#map.getCenter());
    else return;
    event.preventDefault();
  }

  /** @param {number[]} direction @param {number} pixels */
  #step([right, down], pixels) {
    const at = this.#map.project(this.#typed() ?? this.#map.getCenter());
    this.#choose(this.#map.unproject([at.x + right * pixels, at.y + down * pixels]));
  }

  /** @param {number} by */
  #zoom(by) {
    const center = this.#typed() ?? this.#map.getCenter();
    this.#map.jumpTo({ center, zoom: this.#map.getZoom() + by });
  }

  /** @param {{lng: number, lat: number}} point it is put into the fields, shown and said */
  #choose(point) {
    this.#part("latitude").value = point.lat.toFixed(6);
    this.#part("longitude").value = point.lng.toFixed(6);
    if (this.#map) {
      this.#marker.setLngLat(point).addTo(this.#map);
      this.#keepInSight(point);
    }
    this.dispatchEvent(new CustomEvent("ns-pick", { detail: point, bubbles: true }));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tell(point), PAUSE_MS);
  }

  /** @param {{lng: number, lat: number}} point */
  #keepInSight(point) {
    const { x, y } = this.#map.project(point);
    const { clientWidth, clientHeight } = this.#map.getCanvas();
    const isSeen = x > 30 && y > 30 && x < clientWidth - 30 && y < clientHeight - 30;
    if (!isSeen) this.#map.jumpTo({ center: point });
  }

  /** Say where the cross is, and in which area. @param {{lng: number, lat: number}} point */
  async #tell(point) {
    const place = (this.dataset.here ?? "")
      .replace("{latitude}", point.lat.toFixed(5))
      .replace("{longitude}", point.lng.toFixed(5));
    /** @type {string[]} */
    let areas = [];
    try {
      const query = new URLSearchParams({ longitude: `${point.lng}`, latitude: `${point.lat}` });
      const answer = await fetch(`${this.dataset.at}?${query}`);
      if (answer.ok) areas = (await answer.json()).areas;
    } catch (error) {
      console.warn("Which area that is cannot be asked.", error);
    }
    const outside = this.#isOutside(point) ? [this.dataset.outside ?? ""] : [];
    this.#status.textContent = [place, ...(areas.length ? areas : outside)].join(", ");
  }

  /** @param {{lng: number, lat: number}} point @returns {boolean} */
  #isOutside({ lng, lat }) {
    if (!this.dataset.city) return false;
    const [west, south, east, north] = this.dataset.city.split(",").map(Number);
    return lng < west || lng > east || lat < south || lat > north;
  }

  async #search() {
    const text = this.#part("search").value.trim();
    if (!text) return;
    try {
      const answer = await fetch(`${this.dataset.locate}?${new URLSearchParams({ q: text })}`);
      if (!answer.ok) throw new Error(`${answer.status}`);
      this.#offer((await answer.json()).places);
    } catch (error) {
      console.warn("The search cannot be reached.", error);
      this.#status.textContent = this.dataset.unreachable ?? "";
    }
  }

  /** @param {any[]} places what is called so; the one that is just that is taken at once */
  #offer(places) {
    const exact = places.filter((one) => one.is_exact);
    if (exact.length === 1) {
      this.#results.replaceChildren();
      this.#take(exact[0]);
      return;
    }
    this.#results.replaceChildren(...places.map((one) => this.#entry(one)));
    const none = this.dataset.foundNone ?? "";
    const some = (this.dataset.found ?? "").replace("{n}", `${places.length}`);
    this.#status.textContent = places.length ? some : none;
  }

  /** @param {any} place @returns {HTMLElement} */
  #entry(place) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "ns-picker__result";
    button.textContent = [place.title, place.detail].filter(Boolean).join(", ");
    button.addEventListener("click", () => {
      this.#results.replaceChildren();
      this.#take(place);
      this.#part("search").focus();
    });
    const entry = document.createElement("li");
    entry.append(button);
    return entry;
  }

  /** @param {any} place */
  #take(place) {
    const [lng, lat] = place.point;
    this.#part("search").value = place.title;
    this.#choose({ lng, lat });
    this.#follow();
  }
}

customElements.define("ns-map-picker", MapPicker);
