// Upgrades pages that work without it: copy buttons, and results that change in place while a filter is typed.
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  const say = (text) => {
    const live = document.getElementById("live");
    if (live) live.textContent = text;
  };
  // Puts the parts named by `ids` of an answered page into this one; without all of them, goes to that page instead.
  const swap = async (answer, ids) => {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const pairs = ids.map((id) => [document.getElementById(id), page.getElementById(id)]);
    if (!pairs.every(([old, fresh]) => old && fresh)) return location.assign(answer.url);
    for (const [old, fresh] of pairs) old.replaceWith(fresh);
    history.replaceState(null, "", answer.url);
  };
  let last;
  const ask = async (form, submitter) => {
    last?.abort();
    last = new AbortController();
    const fields = new URLSearchParams(new FormData(form, submitter));
    const ids = form.dataset.swap.split(" ");
    const post = form.method === "post";
    for (const [name, value] of [...fields]) if (!post && !value) fields.delete(name, value);
    const url = new URL(submitter?.getAttribute("formaction") || form.action, location);
    if (!post) url.search = fields;
    try {
      await swap(await fetch(url, post ? { method: "post", body: fields } : { signal: last.signal }), ids);
      if (post) document.getElementById("flash")?.focus();
    } catch (error) {
      if (error.name !== "AbortError") post ? form.submit() : location.assign(url);
    }
  };
  let wait;
  document.addEventListener("input", ({ target }) => {
    const form = target.form;
    if (!form?.dataset.swap || form.method === "post") return;
    clearTimeout(wait);
    wait = setTimeout(() => ask(form), target.type === "search" ? 220 : 0);
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.dataset.swap) return;
    event.preventDefault();
    ask(event.target, event.submitter);
  });
  document.addEventListener("click", async ({ target }) => {
    const button = target.closest?.("[data-copy]");
    if (!button) return;
    const label = button.querySelector("span");
    const before = label.textContent;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      label.textContent = "Copied";
      say("Copied");
    } catch {
      label.textContent = "Press Ctrl+C";
      button.previousElementSibling?.select?.();
    }
    setTimeout(() => (label.textContent = before), 1600);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" ? event.target.form : event.key !== "k" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    document.getElementById("find")?.focus();
  });
})();
