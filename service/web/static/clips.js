// Quotes that the reader keeps: in this browser's own storage, never on the server.
const NAME = "clips";
const MOST = 1000;

// What else may lie in the storage under this name is no clip and does not hide those that are.
const isClip = (one) => typeof one?.quote === "string" && typeof one.document === "string";

function load() {
  try {
    const held = JSON.parse(localStorage.getItem(NAME) ?? "[]");
    return Array.isArray(held) ? held.filter(isClip) : [];
  } catch {
    return [];
  }
}

function save(clips) {
  try {
    localStorage.setItem(NAME, JSON.stringify(clips.slice(0, MOST)));
  } catch {
    return; // Storage is full or forbidden: what is kept stays as it was.
  }
  count();
}

const same = (one, other) => one.document === other.document && one.quote === other.quote;

function count() {
  const held = load().length;
  for (const badge of document.querySelectorAll("[data-clips-count]")) {
    badge.textContent = held || "";
    badge.hidden = !held;
  }
}

function readClip(button) {
  const quote = button.closest("[data-clip]").querySelector("blockquote");
  return {
    document: button.dataset.keep,
    page: Number(button.dataset.page),
    quote: quote.textContent,
    language: quote.lang,
    about: button.dataset.about,
    address: quote.querySelector("a")?.getAttribute("href") ?? "",
    note: "",
  };
}

function press(root) {
  const held = load();
  for (const button of root.querySelectorAll("[data-keep]")) {
    const clip = readClip(button);
    button.hidden = false;
    button.setAttribute("aria-pressed", String(held.some((one) => same(one, clip))));
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-keep]");
  if (!button) return;
  const clip = readClip(button);
  const held = load();
  const rest = held.filter((one) => !same(one, clip));
  save(rest.length < held.length ? rest : [...held, clip]);
  press(document);
});

// The basket itself.
const list = document.querySelector("[data-clips]");
const told = document.querySelector("[data-clips-told]");

function show() {
  const held = load();
  const row = document.querySelector("[data-clip-row]").content.firstElementChild;
  list.replaceChildren(...held.map((clip) => {
    const made = row.cloneNode(true);
    const quote = made.querySelector("blockquote");
    const link = quote.querySelector("a");
    quote.lang = clip.language ?? "";
    link.textContent = clip.quote;
    // Only ever a place in the reader, whatever the storage holds.
    if (String(clip.address).startsWith("/read/")) link.href = clip.address;
    made.querySelector("[data-about]").textContent = clip.about;
    made.querySelector("textarea").value = clip.note;
    return made;
  }));
  for (const [at, button] of [[0, "-1"], [-1, "1"]]) {
    const edge = [...list.children].at(at)?.querySelector(`[data-move="${button}"]`);
    if (edge) edge.disabled = true;
  }
  document.querySelector("[data-clips-empty]").hidden = held.length > 0;
  document.querySelector("[data-clips-form]").hidden = held.length === 0;
}

function move(button) {
  const step = Number(button.dataset.move);
  const at = [...list.children].indexOf(button.closest("li"));
  const held = load();
  const [clip] = held.splice(at, 1);
  if (step) held.splice(at + step, 0, clip);
  save(held);
  show();
  told.textContent = step ? told.dataset.moved : told.dataset.removed;
  const there = list.children[step ? at + step : Math.min(at, held.length - 1)];
  const again = there?.querySelector(`[data-move="${step}"]`);
  (again?.disabled ? there.querySelector("textarea") : again)?.focus();
}

if (list) {
  const form = document.querySelector("[data-clips-form]");
  const clear = document.querySelector("[data-clips-clear]");
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (button) move(button);
  });
  list.addEventListener("input", (event) => {
    const held = load();
    const clip = held[[...list.children].indexOf(event.target.closest("li"))];
    if (clip) clip.note = event.target.value;
    save(held);
  });
  form.addEventListener("submit", () => { form.elements.clips.value = JSON.stringify(load()); });
  clear.addEventListener("click", () => {
    if (!clear.dataset.asked) {
      clear.dataset.asked = "yes";
      clear.textContent = clear.dataset.sure;
      return;
    }
    save([]);
    show();
  });
  show();
}

count();
press(document);
document.addEventListener("htmx:afterSettle", (event) => press(event.target));
window.addEventListener("storage", () => { count(); press(document); if (list && !list.contains(document.activeElement)) show(); });
