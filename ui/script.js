// Opens the source of a marker: in the panel beside the chat, or under the answer where there is no room for a panel.
// It only moves markup that the server has escaped; nothing is built from text here.
(() => {
  const numberOf = (element, prefix) => {
    const name = [...element.classList].find((each) => each.startsWith(prefix));
    return name ? name.slice(prefix.length) : null;
  };
  const cardsOf = (answer) => [...answer.querySelectorAll(".or-source")];
  let shown = null; // the card whose copy stands in the panel
  let empty = null; // what the panel says before anything is shown

  // With the last answer its source goes too.
  const clearPanel = () => {
    if (!shown || shown.isConnected || document.querySelector("#or-chat .or-answer")) return;
    const panel = document.querySelector(".or-panel");
    panel?.classList.remove("or-filled");
    panel?.querySelector(".or-panel-body").replaceChildren(...empty.map((each) => each.cloneNode(true)));
    shown = null;
  };

  const mark = (card) => {
    document.querySelectorAll(".or-marker.or-on").forEach((each) => each.classList.remove("or-on"));
    const number = numberOf(card, "or-n-");
    card.closest(".or-answer").querySelectorAll(`.or-to-${number}`).forEach((each) => each.classList.add("or-on"));
  };

  const showInPanel = (panel, card) => {
    const body = panel.querySelector(".or-panel-body");
    empty ??= [...body.childNodes].map((each) => each.cloneNode(true));
    const parts = [".or-origin", ".or-paragraph", ".or-file", ".or-page"].map((each) => card.querySelector(each));
    body.replaceChildren(...parts.filter(Boolean).map((part) => part.cloneNode(true)));
    const cards = cardsOf(card.closest(".or-answer"));
    const at = cards.indexOf(card);
    panel.classList.add("or-filled");
    panel.querySelector(".or-panel-place").textContent = `${at + 1} of ${cards.length}`;
    panel.querySelector(".or-back").disabled = at === 0;
    panel.querySelector(".or-forth").disabled = at === cards.length - 1;
    shown = card;
    body.querySelector("mark")?.scrollIntoView({ block: "nearest" });
  };

  const open = (card) => {
    const panel = document.querySelector(".or-panel");
    mark(card);
    if (panel && panel.offsetParent !== null) {
      showInPanel(panel, card);
    } else {
      card.open = true;
      card.scrollIntoView({ block: "nearest" });
    }
  };

  const step = (by) => {
    if (!shown?.isConnected) return;
    const cards = cardsOf(shown.closest(".or-answer"));
    const next = cards[cards.indexOf(shown) + by];
    if (next) open(next);
  };

  document.addEventListener("click", (event) => {
    const marker = event.target.closest?.("button.or-marker");
    if (marker) {
      const card = marker.closest(".or-answer")?.querySelector(`.or-n-${numberOf(marker, "or-to-")}`);
      if (card) open(card);
      return;
    }
    const original = event.target.closest?.("a.or-original");
    if (original) {
      event.preventDefault();
      window.open(original.href, "_blank", "noopener");
      return;
    }
    const flag = event.target.closest?.("button.or-flag");
    if (flag) {
      const answers = [...document.querySelectorAll("#or-chat .or-answer")];
      const field = document.querySelector("#or-flagged textarea, #or-flagged input");
      if (!field || flag.classList.contains("or-on")) return;
      flag.classList.add("or-on");
      field.value = `${answers.indexOf(flag.closest(".or-answer"))}/${numberOf(flag, "or-flag-")}#${Date.now()}`;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      return;
    }
    const button = event.target.closest?.(".or-step");
    if (button) step(button.classList.contains("or-back") ? -1 : 1);
  });

  // Arrows step through the sources while nobody writes; Escape stops an answer that is being written.
  document.addEventListener("keydown", (event) => {
    const writing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key === "Escape") document.querySelector("#or-box .stop-button")?.click();
    if (writing || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") step(event.key === "ArrowLeft" ? -1 : 1);
  });

  // Gradio names each message by its source text; the markup in it is noise to a screen reader.
  const rename = () => {
    document.querySelectorAll("[data-testid][aria-label*='<div']").forEach((each) => {
      each.setAttribute("aria-label", each.dataset.testid === "user" ? "Your question" : "Answer");
    });
    // It calls the example questions a list, which may hold no buttons.
    document.querySelectorAll("#or-chat .examples[role=list]").forEach((each) => each.setAttribute("role", "group"));
  };

  // The box is closed while an answer is written; give it the caret back, but raise no keyboard on a phone.
  const refocus = (changes) => {
    const box = changes.map((each) => each.target).find((each) => each.matches("#or-box textarea") && !each.disabled);
    if (box && window.matchMedia("(pointer: fine)").matches) box.focus();
  };

  // The address names the conversation that is shown, so that a refresh opens it again.
  const address = () => {
    const here = document.querySelector(".or-here");
    if (!here) return;
    const name = numberOf(here, "or-c-");
    const url = new URL(window.location.href);
    if ((url.searchParams.get("c") ?? null) === name) return;
    if (name) url.searchParams.set("c", name);
    else url.searchParams.delete("c");
    window.history.replaceState(null, "", url);
  };

  new MutationObserver((changes) => {
    rename();
    address();
    clearPanel();
    refocus(changes.filter((each) => each.attributeName === "disabled"));
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["aria-label", "disabled"] });
})();
