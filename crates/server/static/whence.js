// Pages work without it: copying, changing in place, staying live.
(() => {
  const doc = document;
  doc.documentElement.classList.add("js");
  // Parts of an answered page go into this one.
  const swap = async (answer, ids) => {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const pairs = ids.map((id) => [doc.getElementById(id), page.getElementById(id)]);
    if (!pairs.every(([old, fresh]) => old && fresh)) return location.assign(answer.url);
    for (const [old, fresh] of pairs) old.isEqualNode(fresh) || old.replaceWith(fresh);
    history.replaceState(null, "", answer.url);
  };
  let last;
  const ask = async (form, submitter) => {
    last?.abort();
    last = new AbortController();
    const fields = new URLSearchParams(new FormData(form, submitter));
    const post = form.method === "post";
    for (const [name, value] of [...fields]) if (!post && !value) fields.delete(name, value);
    const url = new URL(submitter?.getAttribute("formaction") || form.action, location);
    if (!post) url.search = fields;
    try {
      await swap(await fetch(url, post ? { method: "post", body: fields } : { signal: last.signal }), form.dataset.swap.split(" "));
      if (post) doc.getElementById("flash")?.focus();
    } catch (error) {
      if (error.name !== "AbortError") post ? form.submit() : location.assign(url);
    }
  };
  let wait;
  doc.addEventListener("input", ({ target }) => {
    const form = target.form;
    if (!form?.dataset.swap || form.method === "post") return;
    clearTimeout(wait);
    wait = setTimeout(() => ask(form), target.type === "search" ? 220 : 0);
  });
  doc.addEventListener("submit", (event) => {
    if (!event.target.dataset.swap) return;
    event.preventDefault();
    ask(event.target, event.submitter);
  });
  doc.addEventListener("click", async ({ target }) => {
    const button = target.closest?.(".copy");
    const label = button?.querySelector("span");
    if (!label) return;
    const field = doc.getElementById(button.dataset.copyFrom);
    const before = label.textContent;
    try {
      await navigator.clipboard.writeText(field?.value ?? button.dataset.copy);
      label.textContent = doc.getElementById("live").textContent = "Copied";
    } catch {
      label.textContent = "Press Ctrl+C";
      (field ?? button.previousElementSibling)?.select?.();
    }
    setTimeout(() => (label.textContent = before), 1600);
  });
  const live = async () => {
    const part = doc.querySelector("[data-live]");
    const at = location.href;
    try {
      const answer = part && !doc.hidden && (await fetch(at));
      if (answer && at == location.href) await swap(answer, [part.id]);
    } catch {}
    setTimeout(live, (part?.dataset.live || 1) * 1e3);
  };
  setTimeout(live, 500);
  doc.addEventListener("keydown", (event) => {
    if (event.key === "/" ? event.target.form : event.key !== "k" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    doc.getElementById("find")?.focus();
  });
})();
