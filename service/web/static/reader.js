// Turning pages with the arrow keys, the marked quote in view, the next page's picture fetched ahead.
document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const way = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
  const link = way && document.querySelector(`a[rel="${way}"]`);
  if (link) link.click();
});

document.querySelector(".lit")?.scrollIntoView({ block: "center", behavior: "instant" });
const here = document.querySelector("[data-here]");
if (here) here.closest(".beside").scrollTop = here.offsetTop - 60;

const picture = document.querySelector(".sheet img");
const ahead = () => {
  const width = new URL(picture.currentSrc || picture.src).searchParams.get("width");
  if (picture.dataset.next) new Image().src = picture.dataset.next + width;
};
if (picture?.complete) ahead();
else picture?.addEventListener("load", ahead, { once: true });
