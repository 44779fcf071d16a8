/**
 * Draws the stations on a map (MapLibre GL) and keeps it in step with the list on the page.
 *
 * List entries are elements with data-station. Nothing is loaded from another host unless a base
 * map is configured (data-style).
 */

import { extentOf, listed, Stations, shapesOf, within } from "./map-stations.js";
import { momentText } from "./ns-live.js";

const CLOSE_ZOOM = 15; // from here on the server tells stations one by one
const MARGIN = { padding: { top: 24, right: 24, bottom: 48, left: 24 } };

/** @param {string} name @returns {string} the value of a property of the style sheet */
function token(name) {
  return getComputedStyle(document.body).getPropertyValue(name).trim();
}

/** @returns {Record<string, string>} the map's colours in the present theme */
function colours() {
  return {
    ground: token("--ns-map-ground"),
    city: token("--ns-map-city"),
    border: token("--ns-map-border"),
    station: token("--ns-map-station"),
    chosen: token("--ns-map-chosen"),
    ring: token("--ns-map-ring"),
  };
}

class StationMap extends HTMLElement {
  /** @type {any} */
  #map;
  /** @type {any} */
  #library;
  /** @type {any} */
  #popup;
  #stations = new Stations(this.dataset.stations ?? "");
  /** @type {any} */
  #outline = { type: "FeatureCollection", features: [] };
  #chosen = "";

  connectedCallback() {
    if (this.#map || this.childElementCount) return;
    // Drawn when it comes near the window: the list is there at once.
    const near = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        near.disconnect();
        this.#start().catch((error) => this.#fail(error));
      },
      { rootMargin: "300px" },
    );
    near.observe(this);
  }

  disconnectedCallback() {
    this.#map?.remove();
    this.#map = undefined;
  }

  /** @param {unknown} error */
  #fail(error) {
    console.warn("The map cannot be drawn.", error);
    this.#map?.remove();
    this.#map = undefined;
    this.replaceChildren();
    const note = document.createElement("p");
    note.className = "ns-map__failed";
    note.textContent = this.dataset.failed ?? "";
    this.append(note);
  }

  async #start() {
    const [library, outline] = await Promise.all([
      import(this.dataset.library ?? ""),
      fetch(this.dataset.outline ?? "").then((answer) => answer.json()),
      this.#stations.loadAll(),
    ]);
    this.#library = library;
    this.#outline = outline;
    library.setWorkerUrl(new URL(this.dataset.worker ?? "", document.baseURI).href);
    const stage = document.createElement("div");
    stage.className = "ns-map__stage";
    this.append(stage);
    this.#map = new library.Map({
      container: stage,
      style: this.dataset.style || this.#ownStyle(),
      ...this.#view(),
      attributionControl: false,
      cooperativeGestures: false,
      dragRotate: false,
      pitchWithRotate: false,
      fadeDuration: 0,
      locale: {
        "NavigationControl.ZoomIn": this.dataset.zoomIn,
        "NavigationControl.ZoomOut": this.dataset.zoomOut,
        "Popup.Close": this.dataset.close,
        "Map.Title": this.dataset.label,
        "AttributionControl.ToggleAttribution": this.dataset.sources,
      },
    });
    this.#map.touchZoomRotate.disableRotation();
    this.#map.keyboard.disableRotation();
    this.#map.addControl(new library.NavigationControl({ showCompass: false }), "top-right");
    this.#map.addControl(new library.ScaleControl(), "bottom-left");
    this.#map.addControl(new library.AttributionControl({ customAttribution: this.#sources() }));
    this.#map.getCanvas().setAttribute("aria-label", this.dataset.label ?? "");
    this.#map.on("load", () => this.#addLayers());
    if (!this.#stations.isWhole) this.#map.on("moveend", () => this.#loadPart());
    this.#watchTheme();
    this.#joinList();
    this.#offerAll();
  }

  /** Stations of the part that is looked at now; what cannot be loaded stays as it was. */
  async #loadPart() {
    const map = this.#map;
    try {
      if (!(await this.#stations.loadPart(map.getBounds(), map.getZoom()))) return;
    } catch (error) {
      const isReplaced = error instanceof DOMException && error.name === "AbortError";
      if (!isReplaced) console.warn("A part of the map cannot be loaded.", error);
      return;
    }
    const features = this.#drawn();
    map.getSource("stations")?.setData({ type: "FeatureCollection", features });
    const shapes = { type: "FeatureCollection", features: shapesOf(features) };
    map.getSource("shapes")?.setData(shapes);
    this.dataset.part = `${features.length}`;
  }

  /** @returns {any[]} stations and groups, the own one last: it is drawn above the others */
  #drawn() {
    const isOwn = (/** @type {any} */ one) => +(one.properties.station === this.dataset.station);
    return this.#stations.features.toSorted((one, other) => isOwn(one) - isOwn(other));
  }

  /** @returns {object} where the map looks first */
  #view() {
    const place = this.dataset.place?.split(",").map(Number);
    const all = this.#stations.features;
    const own = all.filter((one) => one.properties.station === this.dataset.station);
    const shape = extentOf(shapesOf(own));
    if (place && !shape) return { center: place, zoom: 12.2 };
    const bounds = shape ?? this.#home() ?? this.#stations.extent;
    if (!bounds) return { center: [10.4, 51.2], zoom: 5 }; // nothing has a place: the country
    return { bounds, fitBoundsOptions: { ...MARGIN, maxZoom: 15 } };
  }

  /** @returns {any} the city where it has a station, with the stations in it; else null */
  #home() {
    const city = extentOf(this.#outline.features);
    const all = this.#stations.features;
    if (!city || (all.length && !within(all, city).length)) return null;
    return city;
  }

  /** Stations outside the city are a click away; the map does not shrink the city for them. */
  #offerAll() {
    const home = this.#home();
    const all = this.#stations.extent;
    if (!home || !all || this.dataset.place) return;
    const corners = all.map((coordinates) => ({ geometry: { coordinates } }));
    if (within(corners, home).length === corners.length) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "kern-btn kern-btn--secondary kern-btn--x-small ns-map__all";
    const label = { className: "kern-label", textContent: this.dataset.all };
    button.append(Object.assign(document.createElement("span"), label));
    const everything = extentOf([...this.#outline.features, ...corners]);
    const options = { ...MARGIN, animate: false };
    button.addEventListener("click", () => this.#map.fitBounds(everything, options));
    this.append(button);
  }

  /** @returns {string[]} who made the outlines; as text, never as markup */
  #sources() {
    const holder = document.createElement("span");
    return this.#outline.features.map((/** @type {any} */ { properties }) => {
      holder.textContent = properties.attribution;
      return holder.innerHTML;
    });
  }

  /** @returns {object} a style without foreign hosts: the ground alone */
  #ownStyle() {
    return {
      version: 8,
      sources: {},
      layers: [
        { id: "ground", type: "background", paint: { "background-color": colours().ground } },
      ],
    };
  }

  #addLayers() {
    const map = this.#map;
    const colour = colours();
    const isWhole = this.#stations.isWhole;
    map.addSource("outline", { type: "geojson", data: this.#outline });
    map.addLayer({
      id: "city",
      type: "fill",
      source: "outline",
      paint: { "fill-color": colour.city, "fill-opacity": this.dataset.style ? 0.08 : 1 },
    });
    map.addLayer({
      id: "border",
      type: "line",
      source: "outline",
      paint: { "line-color": colour.border, "line-width": 1.5 },
    });
    map.addSource("shapes", {
      type: "geojson",
      data: { type: "FeatureCollection", features: shapesOf(this.#stations.features) },
    });
    const paint = this.#linePaint();
    map.addLayer({ id: "shapes", type: "line", source: "shapes", minzoom: 9, paint });
    map.addSource("stations", {
      type: "geojson",
      data: { type: "FeatureCollection", features: this.#drawn() },
      cluster: isWhole && this.#stations.features.length > 60 && !this.dataset.station,
      clusterRadius: 36,
      clusterMaxZoom: 14,
      promoteId: "station",
    });
    map.addLayer({
      id: "clusters",
      type: "circle",
      source: "stations",
      filter: ["has", "point_count"],
      paint: {
        "circle-color": colour.station,
        "circle-radius": ["interpolate", ["linear"], ["get", "point_count"], 2, 13, 1000, 30],
        "circle-stroke-color": colour.ring,
        "circle-stroke-width": 2,
      },
    });
    map.addLayer({
      id: "stations",
      type: "circle",
      source: "stations",
      filter: ["!", ["has", "point_count"]],
      paint: this.#stationPaint(),
    });
    this.#addCounts();
    map.on("click", "stations", (/** @type {any} */ event) => {
      this.choose(event.features[0].properties.station, { scroll: true });
    });
    map.on("click", "clusters", (/** @type {any} */ event) => this.#enter(event.features[0]));
    const pointed = ["stations", "clusters"];
    map.on("mouseenter", pointed, () => this.classList.add("ns-map--pointing"));
    map.on("mouseleave", pointed, () => this.classList.remove("ns-map--pointing"));
    if (!isWhole) this.#loadPart();
    // Drawn, not only asked for: a picture taken from now on has the stations.
    map.once("idle", () => {
      this.dataset.ready = "";
    });
  }

  /** Look into a group. @param {any} group */
  async #enter({ properties, geometry: { coordinates: center } }) {
    const own = this.#stations.features.find((one) => one.properties.group === properties.group);
    if (!this.#stations.isWhole && own) {
      this.#map.fitBounds(own.bbox, { padding: 60, maxZoom: 17 });
      return;
    }
    const source = this.#map.getSource("stations");
    const zoom = await source.getClusterExpansionZoom(properties.cluster_id);
    this.#map.easeTo({ center, zoom });
  }

  #stationPaint() {
    const colour = colours();
    const isChosen = ["==", ["get", "station"], this.#chosen || this.dataset.station || ""];
    return {
      "circle-color": ["case", isChosen, colour.chosen, colour.station],
      "circle-radius": ["case", isChosen, 10, 7],
      "circle-stroke-color": colour.ring,
      "circle-stroke-width": 2,
    };
  }

  #linePaint() {
    const colour = colours();
    const isChosen = ["==", ["get", "station"], this.#chosen || this.dataset.station || ""];
    return {
      "line-color": ["case", isChosen, colour.chosen, colour.station],
      "line-width": ["case", isChosen, 4, 2],
    };
  }

  /** Numbers on clusters: drawn with the browser's own fonts, no glyph server is asked. */
  #addCounts() {
    if (this.dataset.style) return;
    this.#map.addLayer({
      id: "counts",
      type: "symbol",
      source: "stations",
      filter: ["has", "point_count"],
      layout: {
        "text-field": ["get", "point_count_abbreviated"],
        "text-font": ["Fira Sans", "sans-serif"],
        "text-size": 13,
        "text-allow-overlap": true,
      },
      paint: { "text-color": colours().ring },
    });
  }

  /**
   * Show one station on the map and in the list.
   * @param {string} key @param {{scroll?: boolean, move?: boolean}} how
   */
  choose(key, { scroll = false, move = false } = {}) {
    const drawn = this.#stations.features.find((one) => one.properties.station === key);
    const feature = drawn ?? listed(key);
    if (!feature || !this.#map) return;
    this.#chosen = key;
    for (const [layer, paint] of [
      ["stations", this.#stationPaint()],
      ["shapes", this.#linePaint()],
    ]) {
      if (!this.#map.getLayer(layer)) continue;
      for (const [name, value] of Object.entries(paint)) {
        this.#map.setPaintProperty(layer, name, value);
      }
    }
    for (const entry of document.querySelectorAll("[data-station]:not(ns-map)")) {
      if (!(entry instanceof HTMLElement)) continue;
      const isChosen = entry.dataset.station === key;
      entry.classList.toggle("ns-chosen", isChosen);
      if (isChosen && scroll) entry.scrollIntoView({ block: "nearest" });
    }
    this.#popup?.remove();
    this.#popup = new this.#library.Popup({ offset: 12, focusAfterOpen: false, maxWidth: "18rem" })
      .setLngLat(feature.geometry.coordinates)
      .setDOMContent(this.#card(feature.properties))
      .addTo(this.#map);
    if (move) {
      const zoom = Math.max(this.#map.getZoom(), this.#stations.isWhole ? 13 : CLOSE_ZOOM);
      this.#map.jumpTo({ center: feature.geometry.coordinates, zoom });
    }
  }

  /** @param {any} station @returns {HTMLElement} what the popup says */
  #card(station) {
    const card = document.createElement("div");
    card.className = "ns-map__card";
    const [href, textContent] = [station.url, station.name];
    card.append(Object.assign(document.createElement("a"), { href, textContent }));
    const age = station.time ? momentText(new Date(station.time), this.dataset.now ?? "") : "";
    const lines = [station.value, age, station.simulated ? this.dataset.simulated : ""];
    for (const line of lines.filter(Boolean)) {
      const text = document.createElement("p");
      text.textContent = line;
      card.append(text);
    }
    return card;
  }

  /** The list's entries get a button that shows them here. */
  #joinList() {
    for (const entry of document.querySelectorAll("li[data-station][data-place]")) {
      if (!(entry instanceof HTMLElement)) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "ns-station__show";
      button.textContent = this.dataset.show ?? "";
      const name = entry.querySelector("a")?.textContent ?? "";
      button.setAttribute("aria-label", `${this.dataset.show}: ${name}`);
      button.addEventListener("click", () => {
        this.choose(entry.dataset.station ?? "", { move: true });
        this.scrollIntoView({ block: "nearest" });
      });
      (entry.querySelector(".ns-station__head") ?? entry).append(button);
    }
  }

  #watchTheme() {
    const repaint = () => {
      if (!this.#map?.getLayer("stations")) return;
      const colour = colours();
      if (this.#map.getLayer("ground")) {
        this.#map.setPaintProperty("ground", "background-color", colour.ground);
      }
      this.#map.setPaintProperty("city", "fill-color", colour.city);
      this.#map.setPaintProperty("border", "line-color", colour.border);
    };
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
  }
}

customElements.define("ns-map", StationMap);
