/**
 * Draws areas; a click leads to the page of the smallest one. The list on the page says the same.
 */

import { drawMap, fail, whenNear } from "./map-stage.js";

class AreaMap extends HTMLElement {
  /** @type {any} */
  #map;

  connectedCallback() {
    if (this.childElementCount) return;
    whenNear(this, () => this.#start().catch((error) => fail(this, error)));
  }

  disconnectedCallback() {
    this.#map?.remove();
  }

  async #start() {
    const stage = document.createElement("div");
    stage.className = "ns-map__stage";
    this.append(stage);
    const { map, outline } = await drawMap(stage, this.dataset);
    this.#map = map;
    map.getCanvas().setAttribute("aria-label", this.dataset.label ?? "");
    if (outline.features.length > 1) {
      map.on("click", "areas", (/** @type {any} */ event) => this.#open(event.features));
      map.on("mouseenter", "areas", () => this.classList.add("ns-map--pointing"));
      map.on("mouseleave", "areas", () => this.classList.remove("ns-map--pointing"));
    }
    this.dataset.ready = "";
  }

  /** @param {any[]} features those under the pointer, the large kinds first in the file */
  #open(features) {
    const kinds = ["CITY", "DISTRICT", "SUBURB", "QUARTER", "STATISTICAL"];
    const rank = (/** @type {any} */ one) => kinds.indexOf(one.properties.kind);
    const [smallest] = features.toSorted((one, other) => rank(other) - rank(one));
    location.assign(smallest.properties.url);
  }
}

customElements.define("ns-area-map", AreaMap);
