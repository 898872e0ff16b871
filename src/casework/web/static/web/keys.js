// Keys of a page of proposals: each presses a button or follows a link that is there for the mouse as well.
(() => {
  "use strict";
  const all = [...document.querySelectorAll("[data-proposal]")];
  const open = all.filter((one) => one.dataset.proposal === "open");
  let here = all.find((one) => `#${one.id}` === location.hash) || null;

  const show = (one, scroll = true) => {
    if (!one) return;
    here = one;
    one.focus({ preventScroll: true });
    if (scroll) one.scrollIntoView({ block: "nearest" });
    const mark = document.getElementById(one.id.replace("p", "m"));
    const text = mark && mark.closest(".original");
    if (text && text.scrollHeight > text.clientHeight) {
      text.scrollTop = mark.offsetTop - text.clientHeight / 3;
    }
    document.querySelectorAll(".original .here").forEach((old) => old.classList.remove("here"));
    if (mark) mark.classList.add("here");
  };
  const step = (by) => show(all[Math.min(Math.max(all.indexOf(here) + by, 0), all.length - 1)]);
  const press = (root, key) => {
    const found = root && root.querySelector(`[data-key="${key}"]`);
    if (found) found.click();
  };

  let sent = false;
  document.addEventListener("submit", (event) => {
    // A key that is held down decides once.
    if (sent) event.preventDefault();
    sent = true;
  });
  addEventListener("pageshow", () => { sent = false; });
  document.addEventListener("keydown", (event) => {
    const busy = event.target.closest("input, select, textarea, [contenteditable]");
    if (busy || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    const inside = event.target.closest("[data-proposal]");
    if (inside) here = inside;
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if ("aer".includes(event.key)) press(here, event.key);
    else if (event.key === "u") press(document, "u");
    else return;
    event.preventDefault();
  });
  addEventListener("hashchange", () => show(all.find((one) => `#${one.id}` === location.hash)));
  if (all.length) show(here || open[0] || all[0], here !== null);
})();
