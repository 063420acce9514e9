// Opens the source of a marker: in the panel beside the chat, or under the answer where there is no room for a panel.
// It only moves markup that the server has escaped, and copies and takes in what a reader asks it to.
(() => {
  const numberOf = (element, prefix) => {
    const name = [...element.classList].find((each) => each.startsWith(prefix));
    return name ? name.slice(prefix.length) : null;
  };
  const cardsOf = (answer) => [...answer.querySelectorAll(".or-source")];
  let shown = null; // the card whose copy stands in the panel
  let empty = null; // what the panel says before anything is shown
  const PEEK_MILLISECONDS = 150; // so that a mouse on its way past a marker shows nothing

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

  // The card beside a marker that the mouse or the keyboard is on: the words, the title and the date of its source.
  const card = document.createElement("div");
  card.className = "or-peek";
  card.id = "or-peek";
  card.setAttribute("role", "tooltip");
  card.hidden = true;
  let peeked = null; // the marker that the card belongs to
  let waiting = 0; // the timer that shows or hides it

  const sourceOf = (marker) => marker.closest(".or-answer")?.querySelector(`.or-n-${numberOf(marker, "or-to-")}`);

  const hideCard = () => {
    clearTimeout(waiting);
    peeked?.removeAttribute("aria-describedby");
    peeked = null;
    card.hidden = true;
  };

  const placeCard = () => {
    if (!peeked) return;
    const marker = peeked.getBoundingClientRect();
    const left = Math.min(marker.left - 12, window.innerWidth - card.offsetWidth - 8);
    const above = marker.top - card.offsetHeight - 5;
    card.style.left = `${Math.max(8, left)}px`;
    card.style.top = `${above >= 8 ? above : marker.bottom + 5}px`;
  };

  const showCard = (marker) => {
    const source = sourceOf(marker);
    if (!source?.isConnected) return;
    hideCard();
    const words = source.querySelector(".or-paragraph mark").cloneNode(true);
    const quote = document.createElement("q");
    quote.className = "or-peek-quote";
    quote.dir = "auto";
    quote.append(...words.childNodes);
    card.replaceChildren(quote, source.querySelector(".or-origin").cloneNode(true));
    if (!card.isConnected) (document.querySelector(".gradio-container") ?? document.body).append(card);
    card.hidden = false;
    marker.setAttribute("aria-describedby", card.id);
    peeked = marker;
    placeCard();
  };

  const soon = (action, milliseconds) => {
    clearTimeout(waiting);
    waiting = setTimeout(action, milliseconds);
  };

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const marker = event.target.closest?.("#or-chat button.or-marker");
    if (marker && marker !== peeked) soon(() => showCard(marker), PEEK_MILLISECONDS);
    else if (marker || event.target.closest?.(".or-peek")) clearTimeout(waiting);
    else soon(() => peeked?.matches(":focus-visible") || hideCard(), PEEK_MILLISECONDS);
  });
  document.addEventListener("focusin", (event) => {
    const marker = event.target.closest?.("#or-chat button.or-marker");
    if (marker?.matches(":focus-visible")) showCard(marker);
  });
  document.addEventListener("focusout", (event) => {
    if (event.target === peeked && !peeked.matches(":hover")) hideCard();
  });
  document.addEventListener("scroll", placeCard, true);

  document.addEventListener("click", (event) => {
    const marker = event.target.closest?.("button.or-marker");
    if (marker) {
      hideCard();
      const source = sourceOf(marker);
      if (source) open(source);
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
    const copier = event.target.closest?.("button.or-copy");
    if (copier) copyCited(copier);
    const pencil = event.target.closest?.("button.or-edit");
    if (pencil) edit(pencil);
    if (event.target.closest?.("button.or-undo")) document.querySelector("#or-take-back")?.click();
    const button = event.target.closest?.(".or-step");
    if (button) step(button.classList.contains("or-back") ? -1 : 1);
  });

  // An answer is copied as plain text with its footnotes, as the server wrote it. Away from this machine a page without
  // encryption has no clipboard; there the browser copies a selection.
  const copyCited = async (copier) => {
    const held = copier.closest(".or-answer").querySelector(".or-cited").cloneNode(true);
    held.querySelectorAll("br").forEach((each) => each.replaceWith("\n"));
    const text = held.textContent;
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(text);
    } else {
      const box = document.createElement("textarea");
      box.value = text;
      document.body.append(box);
      box.select();
      document.execCommand("copy");
      box.remove();
    }
    const words = copier.textContent;
    copier.textContent = "Copied";
    setTimeout(() => (copier.textContent = words), 2000);
  };

  // Gradio takes a dropped folder for a file. The files in it that can be read are dropped in its place.
  const inFolder = async (entry) => {
    if (entry.isFile) return [await new Promise((done, failed) => entry.file(done, failed))];
    const reader = entry.createReader();
    const held = [];
    for (;;) { // a folder tells a hundred entries at a time
      const some = await new Promise((done, failed) => reader.readEntries(done, failed));
      if (!some.length) break;
      held.push(...some.filter((each) => !each.name.startsWith(".")));
    }
    return (await Promise.all(held.map(inFolder))).flat();
  };

  const dropAgain = async (target, entries, suffixes) => {
    const found = await Promise.all(
      entries.map(async (entry) => {
        const files = await inFolder(entry);
        const readable = files.filter((each) => suffixes.some((suffix) => each.name.toLowerCase().endsWith(suffix)));
        return entry.isFile || !readable.length ? files : readable; // where none can be read, Gradio says so
      }),
    );
    const moved = new DataTransfer();
    found.flat().forEach((each) => moved.items.add(each));
    target.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: moved }));
  };

  document.addEventListener(
    "drop",
    (event) => {
      const input = event.target.closest?.("#or-drop")?.querySelector("input[type=file]");
      const entries = [...(event.dataTransfer?.items ?? [])].map((each) => each.webkitGetAsEntry?.()).filter(Boolean);
      if (!input || !entries.some((each) => each.isDirectory)) return;
      event.preventDefault();
      event.stopPropagation();
      dropAgain(event.target, entries, input.accept.split(/,\s*/));
    },
    true,
  );

  // A question is edited where it stands; it is sent with its number, in a field that the server reads.
  const edit = (pencil) => {
    const question = pencil.closest(".or-question");
    if (question.querySelector(".or-editing")) return;
    const asked = question.querySelector(".or-asked");
    const form = document.createElement("form");
    form.className = "or-editing";
    const box = document.createElement("textarea");
    box.dir = "auto";
    box.setAttribute("aria-label", "Edited question");
    box.value = asked.innerText;
    const button = (type, words) => {
      const made = document.createElement("button");
      made.type = type;
      made.textContent = words;
      return made;
    };
    const send = button("submit", "Ask");
    const leave = button("button", "Cancel");
    const close = () => {
      form.remove();
      asked.hidden = pencil.hidden = false;
    };
    const submit = () => {
      const field = document.querySelector("#or-edited textarea, #or-edited input");
      if (!field || !box.value.trim() || document.querySelector("#or-box .stop-button")) return;
      field.value = `${numberOf(pencil, "or-q-")}#${Date.now()}\n${box.value}`;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      close();
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      submit();
    });
    leave.addEventListener("click", close);
    box.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Escape") close();
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      submit();
    });
    form.append(box, send, leave);
    asked.hidden = pencil.hidden = true;
    question.append(form);
    box.style.height = `${box.scrollHeight + 2}px`;
    box.focus();
  };

  // Arrows step through the sources while nobody writes; Escape puts the card of a marker away, or else stops an answer
  // that is being written.
  document.addEventListener("keydown", (event) => {
    const writing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key === "Escape" && peeked) hideCard();
    else if (event.key === "Escape") document.querySelector("#or-box .stop-button")?.click();
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

  // Gradio leaves the role of a bar and takes its name and its value out; both stand in its row.
  const tellBars = () => {
    document.querySelectorAll(".or-row [role=progressbar]:not([aria-label])").forEach((bar) => {
      const row = bar.closest(".or-row");
      const filled = numberOf(bar.firstElementChild, "or-filled-");
      bar.setAttribute("aria-valuetext", row.querySelector(".or-stage").textContent);
      if (filled !== null) bar.setAttribute("aria-valuenow", filled);
      bar.setAttribute("aria-label", row.querySelector(".or-name-of").textContent);
    });
  };

  // What is typed runs in the direction of its own letters.
  const direct = () => {
    document.querySelectorAll("#or-box textarea[dir=ltr]").forEach((each) => each.setAttribute("dir", "auto"));
  };

  // The last question stands at the top while its answer grows below it, until the reader moves in the chat.
  let followed = null; // the question, and which one it is
  let left = false;
  let following = 0; // the frame in which it is looked for
  const followIn = (changes) => {
    if (following || !changes.some((each) => each.target.closest?.("#or-chat"))) return;
    following = requestAnimationFrame(() => {
      following = 0;
      follow();
    });
  };
  const follow = () => {
    const chat = document.querySelector("#or-chat [role=log]");
    const questions = chat?.querySelectorAll(".or-asked") ?? [];
    const last = questions[questions.length - 1];
    const name = last ? `${questions.length} ${last.textContent}` : null;
    if (name !== followed) left = false;
    followed = name;
    if (last && !left) chat.scrollTop += last.getBoundingClientRect().top - chat.getBoundingClientRect().top - 10;
  };
  ["wheel", "touchmove", "pointerdown", "keydown", "focusin"].forEach((each) => {
    const leave = (event) => (left ||= Boolean(event.target.closest?.("#or-chat")));
    document.addEventListener(each, leave, { capture: true, passive: true });
  });

  // The box is closed while an answer is written; give it the caret back, but raise no keyboard on a phone.
  const refocus = (changes) => {
    const box = changes.map((each) => each.target).find((each) => each.matches("#or-box textarea") && !each.disabled);
    if (box && window.matchMedia("(pointer: fine)").matches) box.focus();
  };

  // The address names the conversation that is shown, or the collection that an empty one will ask, so that a refresh
  // opens it again.
  const address = () => {
    const here = document.querySelector(".or-here");
    if (!here) return;
    const url = new URL(window.location.href);
    const names = { c: numberOf(here, "or-c-"), in: here.querySelector(".or-here-collection")?.textContent ?? null };
    const changed = Object.entries(names).filter(([key, name]) => url.searchParams.get(key) !== name);
    changed.forEach(([key, name]) => (name ? url.searchParams.set(key, name) : url.searchParams.delete(key)));
    if (changed.length) window.history.replaceState(null, "", url);
  };

  new MutationObserver((changes) => {
    rename();
    tellBars();
    direct();
    address();
    clearPanel();
    followIn(changes.filter((each) => each.type === "childList"));
    if (peeked && !peeked.isConnected) hideCard();
    refocus(changes.filter((each) => each.attributeName === "disabled"));
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["aria-label", "disabled"] });
})();
