"use strict";
(() => {
  const form = document.getElementById("filter");
  const count = document.getElementById("count");
  const cases = Array.from(document.querySelectorAll("details.case"));
  const words = new Map();

  function wordsOf(one) {
    if (!words.has(one)) words.set(one, one.textContent.toLowerCase());
    return words.get(one);
  }

  function chosen(name) {
    const field = form.elements.namedItem(name);
    return field ? field.value : "";
  }

  function filter() {
    const outcome = chosen("outcome"), blame = chosen("blame"), tag = chosen("tag");
    const sought = chosen("words").toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const one of cases) {
      const fits = (!outcome || one.dataset.outcome === outcome)
        && (!blame || one.dataset.blame === blame)
        && (!tag || JSON.parse(one.dataset.tags).includes(tag))
        && sought.every((word) => wordsOf(one).includes(word));
      one.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    for (const group of document.querySelectorAll(".cases")) {
      group.hidden = !group.querySelector("details.case:not([hidden])");
    }
    count.textContent = `${shown} of ${cases.length} shown`;
  }

  function clear() {
    for (const field of form.elements) if ("value" in field) field.value = "";
  }

  function choose(event) {
    clear();
    form.elements.namedItem(event.currentTarget.dataset.choose).value = event.currentTarget.dataset.value;
    filter();
  }

  function openLinked() {
    const target = document.getElementById(location.hash.slice(1));
    const one = target && target.closest("details.case");
    if (!one) return;
    if (one.hidden) {
      clear();
      filter();
    }
    for (let outer = target; outer; outer = outer.parentElement) if (outer.tagName === "DETAILS") outer.open = true;
    target.scrollIntoView();
  }

  form.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter));
  for (const link of document.querySelectorAll("[data-choose]")) link.addEventListener("click", choose);
  window.addEventListener("hashchange", openLinked);
  filter();
  openLinked();
})();
