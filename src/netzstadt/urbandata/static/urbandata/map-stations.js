/**
 * The stations of a map: all of them where they are few; of many those of the part that is looked
 * at, which the server counts in groups where they stand close together.
 */

const TILE = 512;
// What is loaded reaches to the next line of a grid of so many pixels: small moves ask for nothing.
const STEP = 256;

/** @param {any[]} features @returns {[[number, number], [number, number]] | null} their extent */
export function extentOf(features) {
  let [west, south, east, north] = [180, 90, -180, -90];
  /** @param {any} part */
  const visit = (part) => {
    if (typeof part[0] === "number") {
      west = Math.min(west, part[0]);
      east = Math.max(east, part[0]);
      south = Math.min(south, part[1]);
      north = Math.max(north, part[1]);
    } else for (const inner of part) visit(inner);
  };
  for (const feature of features) visit(feature.geometry.coordinates);
  if (west > east) return null;
  return [
    [west, south],
    [east, north],
  ];
}

/** @param {any[]} features @param {any} bounds @returns {any[]} the points within `bounds` */
export function within(features, [[west, south], [east, north]]) {
  return features.filter(({ geometry: { coordinates: point } }) => {
    return west <= point[0] && point[0] <= east && south <= point[1] && point[1] <= north;
  });
}

/** @param {any[]} stations @returns {any[]} what of them is a line or an area, as features */
export function shapesOf(stations) {
  const extended = stations.filter((one) => one.shape);
  return extended.map((one) => ({ ...one, geometry: one.shape }));
}

/**
 * A station as its entry in the list tells it, for one that the map has only counted in a group.
 * @param {string} key @returns {any}
 */
export function listed(key) {
  const entry = document.querySelector(`li[data-station="${CSS.escape(key)}"][data-place]`);
  const link = entry?.querySelector("a");
  if (!(entry instanceof HTMLElement) || !link) return undefined;
  const [first, time] = [entry.querySelector(".ns-latest"), entry.querySelector("time")];
  const [what, value] = ["dt", "[data-live=value]"].map((one) => first?.querySelector(one));
  return {
    geometry: { coordinates: entry.dataset.place?.split(",").map(Number) },
    properties: {
      station: key,
      name: link.textContent,
      url: link.href,
      value: what ? `${what.textContent}: ${value?.textContent}` : "",
      time: time?.dateTime,
      simulated: entry.dataset.simulated !== undefined,
    },
  };
}

/** @param {any} one @returns {any} a group of the server, named as the map library names its own */
function likeCluster(one) {
  const count = one.properties.stations;
  if (!count) return one;
  const short = new Intl.NumberFormat("en", { notation: "compact" }).format(count);
  const names = { point_count: count, point_count_abbreviated: short };
  return { ...one, properties: { ...one.properties, ...names } };
}

export class Stations {
  /** @type {any[]} stations and groups of stations */
  features = [];
  /** @type {[[number, number], [number, number]] | null} where all of them are */
  extent = null;
  /** Whether every station is there, one by one. */
  isWhole = true;
  /** @type {string} */
  #address;
  #loaded = "";
  /** @type {AbortController | undefined} */
  #loading;

  /** @param {string} address */
  constructor(address) {
    this.#address = address;
  }

  /** The first look, at everything. */
  async loadAll() {
    const found = await this.#fetch(this.#address);
    this.isWhole = !found.features.some((/** @type {any} */ one) => one.properties.stations);
    const [west, south, east, north] = found.bbox ?? [];
    if (found.bbox)
      this.extent = [
        [west, south],
        [east, north],
      ];
  }

  /**
   * The part of the map that is looked at.
   * @param {any} bounds @param {number} zoom
   * @returns {Promise<boolean>} whether there is anything new to draw
   */
  async loadPart(bounds, zoom) {
    const level = Math.floor(zoom);
    const step = (360 / (TILE * 2 ** level)) * STEP;
    /** @param {number} degree @param {number} most @param {(steps: number) => number} round */
    const line = (degree, most, round) =>
      Math.min(Math.max(round(degree / step) * step, -most), most).toFixed(6);
    const area = [
      line(bounds.getWest(), 180, Math.floor),
      line(bounds.getSouth(), 90, Math.floor),
      line(bounds.getEast(), 180, Math.ceil),
      line(bounds.getNorth(), 90, Math.ceil),
    ];
    const query = new URLSearchParams({ bounds: area.join(","), zoom: `${level}` });
    const address = `${this.#address}${this.#address.includes("?") ? "&" : "?"}${query}`;
    if (address === this.#loaded) return false;
    this.#loading?.abort();
    this.#loading = new AbortController();
    await this.#fetch(address, this.#loading.signal);
    this.#loaded = address;
    return true;
  }

  /** @param {string} address @param {AbortSignal} [signal] @returns {Promise<any>} */
  async #fetch(address, signal) {
    const answer = await fetch(address, { signal });
    if (!answer.ok) throw new Error(`${answer.status}`);
    const found = await answer.json();
    this.features = found.features.map(likeCluster);
    return found;
  }
}
