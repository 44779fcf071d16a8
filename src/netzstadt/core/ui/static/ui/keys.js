// Keys of the page. "?" lists them. An element with data-key can be reached by that letter; the
// list is made of what the page holds, so it never lists what is not there. A part of the page that
// minds its key itself, as the search does, says so with aria-keyshortcuts. Single letters disturb
// who dictates (WCAG 2.1.4): they can be switched off in the list, for this browser.

const STORED = "netzstadt_keys";
/** @type {HTMLDialogElement | null} */
const dialog = document.querySelector("dialog.ns-keys");
const opener = document.querySelector("[data-opens-keys]");
/** @type {HTMLInputElement | null} */
const toggle = document.querySelector("[data-switches-keys]");

const areOn = () => {
  try {
    return localStorage.getItem(STORED) !== "off";
  } catch {
    return true; // no storage in this browser: as at first
  }
};

/** @param {boolean} on */
const remember = (on) => {
  try {
    localStorage.setItem(STORED, on ? "on" : "off");
  } catch {
    // The choice holds for this page only.
  }
};

/** @param {EventTarget | null} target */
const takesText = (target) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** @returns {HTMLElement[]} */
const keyed = () =>
  [...document.querySelectorAll("[data-key]")].filter((one) => one instanceof HTMLElement);

/** @returns {HTMLElement[]} */
const listed = () =>
  [...document.querySelectorAll("[data-key], [data-key-title][aria-keyshortcuts]")].filter(
    (one) => one instanceof HTMLElement,
  );

const list = () => {
  const rows = dialog?.querySelector("dl");
  if (!rows) return;
  for (const old of rows.querySelectorAll("[data-listed]")) old.remove();
  for (const one of listed()) {
    const key = document.createElement("dt");
    key.dataset.listed = "";
    key.append(document.createElement("kbd"));
    key
      .querySelector("kbd")
      ?.append(one.dataset.key ?? one.getAttribute("aria-keyshortcuts") ?? "");
    const name = document.createElement("dd");
    name.dataset.listed = "";
    name.append(one.dataset.keyTitle ?? one.textContent?.trim() ?? "");
    rows.append(key, name);
  }
};

const open = () => {
  list();
  if (toggle) toggle.checked = areOn();
  if (dialog && !dialog.open) dialog.showModal();
};

if (dialog && opener instanceof HTMLElement) {
  opener.hidden = false;
  opener.addEventListener("click", open);
  toggle?.addEventListener("change", () => remember(toggle.checked));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (takesText(event.target) || dialog.open || !areOn()) return;
    if (event.key === "?") {
      event.preventDefault();
      open();
      return;
    }
    const found = keyed().find((one) => one.dataset.key === event.key);
    if (!found) return;
    event.preventDefault();
    if (found.matches("a, button, summary")) found.click();
    else found.focus();
  });
}
