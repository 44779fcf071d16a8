// Menus are <details>: they open without this script. It closes them on Escape and on a click
// elsewhere, and moves the focus to the error summary of a form that came back.

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.ns-menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.ns-menu[open]")) {
    const hadFocus = menu.contains(document.activeElement);
    menu.open = false;
    if (hadFocus) menu.querySelector("summary")?.focus();
  }
});

const summary = document.querySelector(".ns-error-summary");
if (summary && document.querySelectorAll("form.ns-form").length === 1) summary.focus();
