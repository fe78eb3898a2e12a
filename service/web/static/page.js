// What every page does beyond its HTML: colours, copying a link, folding facets, shorter addresses.
document.documentElement.classList.add("js");

const colours = document.querySelector("[data-colours-switch]");
if (colours) {
  colours.hidden = false;
  colours.addEventListener("click", () => {
    const root = document.documentElement;
    const dark = root.dataset.colours
      ? root.dataset.colours === "dark"
      : window.matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.colours = dark ? "light" : "dark";
    document.cookie = `colours=${root.dataset.colours};path=/;max-age=31536000;samesite=lax`;
  });
}

function enliven(root) {
  for (const button of root.querySelectorAll("[data-copy-link]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(window.location.href);
      button.textContent = button.dataset.done;
    });
  }
  for (const fold of root.querySelectorAll("[data-fold-small]")) {
    if (!window.matchMedia(`(max-width: ${fold.dataset.foldSmall || "55rem"})`).matches) continue;
    fold.open = !folded;
    fold.addEventListener("toggle", () => { folded = !fold.open; });
  }
}
let folded = true;
enliven(document);

let shown = "";
document.addEventListener("click", (event) => { shown = event.target.closest("[data-show]")?.dataset.show ?? ""; });
document.addEventListener("htmx:afterSettle", (event) => {
  enliven(event.target);
  if (shown) document.querySelector(shown)?.focus();
  shown = "";
  const title = event.target.dataset?.title;
  if (title) document.title = `${title} · strategi`;
});

// Fields left empty stay out of the address.
document.addEventListener("htmx:configRequest", (event) => {
  const values = event.detail.parameters;
  for (const name of Object.keys(values)) if (values[name] === "") delete values[name];
});
for (const form of document.querySelectorAll("form[data-drop-empty]")) {
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
  });
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, select, textarea, [contenteditable]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const box = document.querySelector("#q");
    if (box) { event.preventDefault(); box.focus(); box.select(); }
  }
});
