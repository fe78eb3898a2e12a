// Keys of the review page: each acts on what carries it, as a click would, or goes to the list that carries it;
// never while something is typed. Escape leaves a field.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const field = event.target.closest?.("input:not([type=checkbox]), select, textarea, [contenteditable]");
  if (field && event.key === "Escape") field.blur();
  if (field) return;
  const named = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!named) return;
  event.preventDefault();
  if (named.tagName !== "SELECT") return named.click();
  named.closest("details").open = true;
  named.focus();
});
