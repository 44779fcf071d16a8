// The bell asks again every minute while the page is looked at. Without this script its number is
// as old as the page.

const EVERY_MS = 60_000;

class Bell extends HTMLElement {
  connectedCallback() {
    this.timer = setInterval(() => this.ask(), EVERY_MS);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  async ask() {
    if (document.hidden || this.contains(document.activeElement)) return;
    try {
      const answer = await fetch(this.getAttribute("src") ?? "", {
        headers: { Accept: "text/html" },
        redirect: "error",
      });
      if (answer.ok) this.innerHTML = await answer.text();
      else clearInterval(this.timer);
    } catch {
      // Offline, or signed out: the number stays as it was.
    }
  }
}

customElements.define("ns-bell", Bell);
