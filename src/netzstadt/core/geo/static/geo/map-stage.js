/**
 * A map in an element (MapLibre GL) with outlines on it: what the maps of areas and the map picker
 * have in common. Nothing is loaded from another host unless a base map is configured (data-style).
 */

/** @param {string} name @returns {string} the value of a property of the style sheet */
export function token(name) {
  return getComputedStyle(document.body).getPropertyValue(name).trim();
}

/** @param {HTMLElement} host @param {() => void} start called when it comes near the window */
export function whenNear(host, start) {
  const near = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      near.disconnect();
      start();
    },
    { rootMargin: "300px" },
  );
  near.observe(host);
}

/** @param {any[]} features @returns {[number, number, number, number] | null} their extent */
export function extentOf(features) {
  const boxes = features.map((one) => one.bbox).filter(Boolean);
  if (!boxes.length) return null;
  return [
    Math.min(...boxes.map((box) => box[0])),
    Math.min(...boxes.map((box) => box[1])),
    Math.max(...boxes.map((box) => box[2])),
    Math.max(...boxes.map((box) => box[3])),
  ];
}

/** @param {DOMStringMap} data @returns {any} a base map, or the ground alone */
function styleOf(data) {
  if (data.style) return data.style;
  const paint = { "background-color": token("--ns-map-ground") };
  return { version: 8, sources: {}, layers: [{ id: "ground", type: "background", paint }] };
}

/** @param {any[]} features @returns {string[]} who made the outlines; as text, never as markup */
function sourcesOf(features) {
  const holder = document.createElement("span");
  const texts = features.map((one) => one.properties.attribution).filter(Boolean);
  return [...new Set(texts)].map((text) => {
    holder.textContent = text;
    return holder.innerHTML;
  });
}

/**
 * Draw the map in `stage`; `data` are the attributes of the element that it belongs to.
 * @param {HTMLElement} stage @param {DOMStringMap} data @param {Record<string, unknown>} options
 */
export async function drawMap(stage, data, options = {}) {
  const [library, outline] = await Promise.all([
    import(data.library ?? ""),
    fetch(data.outline ?? "").then((answer) => answer.json()),
  ]);
  library.setWorkerUrl(new URL(data.worker ?? "", document.baseURI).href);
  const bounds = extentOf(outline.features);
  const view = bounds
    ? {
        bounds,
        fitBoundsOptions: { padding: { top: 24, right: 24, bottom: 56, left: 24 }, maxZoom: 15 },
      }
    : { center: [10.4, 51.2], zoom: 5 }; // no outline: the country
  const map = new library.Map({
    container: stage,
    style: styleOf(data),
    ...view,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    fadeDuration: 0,
    locale: {
      "NavigationControl.ZoomIn": data.zoomIn,
      "NavigationControl.ZoomOut": data.zoomOut,
      "Map.Title": data.label,
      "AttributionControl.ToggleAttribution": data.sources,
    },
    ...options,
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new library.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(
    new library.AttributionControl({ customAttribution: sourcesOf(outline.features) }),
  );
  await new Promise((resolve) => map.on("load", resolve));
  addOutlines(map, outline, Boolean(data.style));
  return { library, map, outline };
}

/** @param {any} map @param {any} outline @param {boolean} hasBase */
function addOutlines(map, outline, hasBase) {
  map.addSource("areas", { type: "geojson", data: outline });
  map.addLayer({
    id: "areas",
    type: "fill",
    source: "areas",
    paint: { "fill-color": token("--ns-map-city"), "fill-opacity": hasBase ? 0.08 : 0.7 },
  });
  map.addLayer({
    id: "borders",
    type: "line",
    source: "areas",
    paint: {
      "line-color": token("--ns-map-border"),
      "line-width": ["match", ["get", "kind"], "CITY", 3, "DISTRICT", 2, 1],
    },
  });
  const repaint = () => {
    if (map.getLayer("ground")) {
      map.setPaintProperty("ground", "background-color", token("--ns-map-ground"));
    }
    map.setPaintProperty("areas", "fill-color", token("--ns-map-city"));
    map.setPaintProperty("borders", "line-color", token("--ns-map-border"));
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
}

/** @param {HTMLElement} host @param {unknown} error say that there is no map, and go on without */
export function fail(host, error) {
  console.warn("The map cannot be drawn.", error);
  const note = document.createElement("p");
  note.className = "ns-map__failed";
  note.textContent = host.closest("[data-failed]")?.getAttribute("data-failed") ?? "";
  host.replaceChildren(note);
}
