// A form with a file field takes a file that is dropped on it. Without this script the field is used.

class Drop extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("input[type=file]");
    if (!this.field) return;
    this.querySelector(".ns-drop__hint")?.removeAttribute("hidden");
    this.addEventListener("dragover", (event) => this.over(event));
    this.addEventListener("dragleave", () => this.classList.remove("ns-drop--over"));
    this.addEventListener("drop", (event) => this.take(event));
  }

  /** @param {DragEvent} event */
  over(event) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.classList.add("ns-drop--over");
  }

  /** @param {DragEvent} event */
  take(event) {
    this.classList.remove("ns-drop--over");
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    // The field takes one file; the first is it, as where several are chosen by hand.
    const one = new DataTransfer();
    one.items.add(event.dataTransfer.files[0]);
    this.field.files = one.files;
    this.field.focus();
  }
}

customElements.define("ns-drop", Drop);
