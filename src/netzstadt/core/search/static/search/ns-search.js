/** The search box: suggestions while typing (ARIA combobox with a list), and the key "/".

Without this script it is a plain form. What is typed is kept nowhere. */

const WAIT_MS = 150;
const SHORTEST = 3;
const KEY_OFF = "netzstadt-search-key-off";
const KEYS = "netzstadt_keys"; // the switch of all keys of the page (ui/keys.js)

const isKeyOn = () => !localStorage.getItem(KEY_OFF) && localStorage.getItem(KEYS) !== "off";

/** @typedef {{ url: string, kind: string, title: [string, boolean][] }} Suggestion */

class SearchBox extends HTMLElement {
  /** @type {Suggestion[]} */
  #found = [];
  #chosen = -1;
  #timer = 0;
  /** @type {AbortController | null} */
  #asking = null;

  connectedCallback() {
    const input = this.querySelector("input");
    if (!input || this.querySelector("[role=listbox]")) return;
    this.input = input;
    this.list = document.createElement("ul");
    this.list.id = `${input.id}-list`;
    this.list.className = "ns-search__list";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.dataset.some ?? "");
    this.list.hidden = true;
    this.status = document.createElement("p");
    this.status.className = "kern-sr-only";
    this.status.setAttribute("role", "status");
    this.append(this.list, this.status);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", this.list.id);
    input.setAttribute("aria-expanded", "false");
    if (isKeyOn()) input.setAttribute("aria-keyshortcuts", "/");
    input.addEventListener("input", () => this.#wait());
    input.addEventListener("keydown", (event) => this.#press(event));
    this.addEventListener("focusout", (event) => {
      if (!(event.relatedTarget instanceof Node && this.contains(event.relatedTarget))) {
        this.#close();
      }
    });
    document.addEventListener("keydown", this.#shortcut);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.#shortcut);
  }

  /** @param {KeyboardEvent} event */
  #shortcut = (event) => {
    const target = event.target;
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!isKeyOn()) return;
    if (target instanceof HTMLElement && target.closest("input, textarea, select, dialog")) return;
    if (target instanceof HTMLElement && target.isContentEditable) return;
    event.preventDefault();
    this.input?.focus();
    this.input?.select();
  };

  #wait() {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    const words = this.input?.value.trim() ?? "";
    if (words.length < SHORTEST) {
      this.#close();
      return;
    }
    this.#timer = setTimeout(() => this.#ask(words), WAIT_MS);
  }

  /** @param {string} words */
  async #ask(words) {
    this.#asking = new AbortController();
    const address = `${this.dataset.suggestions}?${new URLSearchParams({ words })}`;
    try {
      const answer = await fetch(address, { signal: this.#asking.signal });
      if (!answer.ok) return;
      const { suggestions } = await answer.json();
      if (document.activeElement === this.input) this.#show(suggestions);
    } catch (error) {
      // A newer question has taken its place, or the page is left; the form works all the same.
      if (!(error instanceof DOMException || error instanceof TypeError)) throw error;
    }
  }

  /** @param {Suggestion[]} found */
  #show(found) {
    if (!this.list || !this.status) return;
    // A late answer leaves the choice where it is, if it has it, too.
    const chosen = this.#found[this.#chosen]?.url;
    this.#found = found;
    this.list.replaceChildren(...found.map((one, place) => this.#option(one, place)));
    this.#choose(found.findIndex((one) => one.url === chosen));
    this.list.hidden = found.length === 0;
    this.input?.setAttribute("aria-expanded", String(found.length > 0));
    this.status.textContent = found.length
      ? `${found.length} ${this.dataset.some ?? ""}`
      : (this.dataset.none ?? "");
  }

  /**
   * @param {Suggestion} one
   * @param {number} place
   */
  #option(one, place) {
    const option = document.createElement("li");
    option.id = `${this.list?.id}-${place}`;
    option.className = "ns-search__option";
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    const title = document.createElement("span");
    for (const [text, isMarked] of one.title) {
      const piece = document.createElement(isMarked ? "mark" : "span");
      piece.textContent = text;
      title.append(piece);
    }
    const kind = document.createElement("span");
    kind.className = "ns-search__kind";
    kind.textContent = one.kind;
    option.append(title, " ", kind);
    // The press would take the focus away, and with it the list, before the click is one.
    option.addEventListener("pointerdown", (event) => event.preventDefault());
    option.addEventListener("click", () => location.assign(one.url));
    return option;
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.key === "Escape" && !this.list?.hidden) {
      event.preventDefault();
      this.#close();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && this.#found.length) {
      event.preventDefault();
      const count = this.#found.length + 1;
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (this.list) this.list.hidden = false;
      this.input?.setAttribute("aria-expanded", "true");
      this.#choose(((this.#chosen + 1 + step + count) % count) - 1);
    } else if (event.key === "Enter" && this.#chosen >= 0 && !this.list?.hidden) {
      event.preventDefault();
      location.assign(this.#found[this.#chosen].url);
    }
  }

  /** @param {number} place */
  #choose(place) {
    this.#chosen = place;
    for (const [number, option] of [...(this.list?.children ?? [])].entries()) {
      option.setAttribute("aria-selected", String(number === place));
      if (number === place) option.scrollIntoView({ block: "nearest" });
    }
    if (place < 0) this.input?.removeAttribute("aria-activedescendant");
    else this.input?.setAttribute("aria-activedescendant", `${this.list?.id}-${place}`);
  }

  #close() {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    if (this.list) this.list.hidden = true;
    this.input?.setAttribute("aria-expanded", "false");
    this.#choose(-1);
  }
}

/** A switch for the key "/": who dictates or hits keys by accident can do without it. */
class SearchKey extends HTMLElement {
  connectedCallback() {
    if (this.childElementCount) return;
    const box = document.createElement("input");
    box.type = "checkbox";
    box.id = "ns-search-key";
    box.className = "kern-form-check__checkbox";
    box.checked = !localStorage.getItem(KEY_OFF);
    const label = document.createElement("label");
    label.htmlFor = box.id;
    label.className = "kern-label";
    label.textContent = this.dataset.label ?? "";
    box.addEventListener("change", () => {
      if (box.checked) localStorage.removeItem(KEY_OFF);
      else localStorage.setItem(KEY_OFF, "yes");
    });
    this.className = "kern-form-check";
    this.append(box, label);
  }
}

customElements.define("ns-search", SearchBox);
customElements.define("ns-search-key", SearchKey);
