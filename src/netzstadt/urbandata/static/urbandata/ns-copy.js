/** A button that copies the text of another element. Without a clipboard it is not shown. */
class CopyButton extends HTMLElement {
  connectedCallback() {
    const source = document.getElementById(this.dataset.from ?? "");
    if (!source || !navigator.clipboard || this.childElementCount) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "kern-btn kern-btn--secondary";
    const label = document.createElement("span");
    label.className = "kern-label";
    label.setAttribute("role", "status");
    label.textContent = this.dataset.label ?? "";
    button.append(label);
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(source.textContent?.trim() ?? "");
      label.textContent = this.dataset.done ?? "";
    });
    this.append(button);
  }
}

customElements.define("ns-copy", CopyButton);
