// A field for terms asks the server what fits while somebody types; the browser shows the list.
// Without this script the list has the first terms of the vocabulary. Behind a comma it begins anew.

const WAIT_MS = 200;

class Terms extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("input[list]");
    this.list = this.querySelector("datalist");
    if (!this.field || !this.list) return;
    this.field.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.ask(), WAIT_MS);
    });
    // Somebody may have typed before this script was there.
    if (document.activeElement === this.field) this.ask();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  /** The address of the chosen vocabulary's suggestions. */
  address() {
    const select = this.closest("form")?.querySelector("select[name=scheme]");
    const scheme = this.getAttribute("scheme") ?? select?.value ?? "";
    return this.getAttribute("address").replace("KEY", encodeURIComponent(scheme));
  }

  async ask() {
    const parts = this.field.value.split(",");
    const text = parts.pop().trim();
    if (!text) return;
    const before = parts.length ? `${parts.join(",")}, ` : "";
    const asked = this.field.value;
    const answer = await fetch(`${this.address()}?q=${encodeURIComponent(text)}`).catch(() => null);
    if (!answer?.ok || this.field.value !== asked) return;
    const { terms } = await answer.json();
    this.list.replaceChildren(
      ...terms.map((term) => {
        const option = document.createElement("option");
        option.value = before + term;
        return option;
      }),
    );
  }
}

customElements.define("ns-terms", Terms);
