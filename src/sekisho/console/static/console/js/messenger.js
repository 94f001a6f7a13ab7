// The messenger. What was written goes in as text, never as markup. Plain pages do the same (docs/rules/messenger.md).

const sheet = new CSSStyleSheet();
sheet.replaceSync(`
:host { position: fixed; inset: auto 1rem 1rem auto; z-index: 11; font: 1rem/1.6 var(--sans); color: var(--sumi); }
* { box-sizing: border-box; margin: 0; } [hidden], .wait:empty { display: none; }
button, input, textarea, select { font: inherit; color: inherit; }
button, .button { display: inline-flex; align-items: center; gap: .5rem; min-block-size: 44px; min-inline-size: 44px; padding: .25rem 1rem; border: 1px solid var(--line-strong); border-radius: 1.4rem; background: var(--surface); color: inherit; text-decoration: none; text-align: start; font-weight: 600; line-height: 1.35; cursor: pointer; }
button:hover, .button:hover { background: var(--sunken); } button:disabled { opacity: .55; }
.main, .main:hover { background: var(--shu); border-color: var(--shu); color: var(--on-shu); }
:focus-visible { outline: 3px solid var(--ai); outline-offset: 2px; } a { color: var(--ai); }
.icon { inline-size: 3.5rem; block-size: 3.5rem; border-radius: 50%; justify-content: center; font: 600 1.6rem/1 var(--serif); box-shadow: 0 4px 18px rgb(0 0 0 / 25%); }
section { position: fixed; inset: auto 1rem 1rem auto; inline-size: 26rem; block-size: min(42rem, 90dvh); display: flex; flex-direction: column; overflow: hidden; background: var(--washi); border: 1px solid var(--line-strong); border-radius: .75rem; box-shadow: 0 4px 18px rgb(0 0 0 / 25%); }
.top { display: flex; align-items: center; padding: .5rem 1rem; border-block-end: 1px solid var(--line); border-block-start: 3px solid var(--shu); background: var(--surface); }
.top div { flex: 1; } .top button { border: 0; background: none; justify-content: center; padding: 0; font-size: 1.25rem; }
h2 { font: 600 1.1875rem/1.3 var(--serif); } h3 { margin: .75rem 0 .25rem; }
small, .small, h3 { font-size: .875rem; color: var(--sumi-soft); } p { white-space: pre-wrap; overflow-wrap: anywhere; }
.body { flex: 1; overflow-y: auto; padding: 1rem; display: flex; flex-direction: column; gap: .75rem; }
.big { min-block-size: 4rem; padding: .75rem 1.25rem; border-radius: .75rem; }
ol, ul { list-style: none; padding: 0; display: grid; gap: .75rem; grid-template-columns: minmax(0, 1fr); } ul { gap: .5rem; }
.e { display: grid; gap: .25rem; justify-self: start; max-inline-size: 92%; padding: .6rem .9rem; background: var(--surface); border: 1px solid var(--line); border-radius: .9rem; }
.person { justify-self: end; background: var(--annotate-wash); } .desk { background: none; border-style: dashed; }
.row { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; }
.pick { inline-size: 100%; border-radius: .5rem; flex-direction: column; align-items: start; gap: 0; padding: .5rem .9rem; } .pick small { font-weight: 400; }
form { display: grid; gap: .75rem; justify-items: start; } label { display: grid; gap: .25rem; font-weight: 600; inline-size: 100%; } .tick { grid-template-columns: auto 1fr; }
input:not([type=checkbox]), textarea, select { inline-size: 100%; min-block-size: 44px; padding: .5rem .75rem; border: 1px solid var(--line-strong); border-radius: .5rem; background: var(--surface); }
textarea { min-block-size: 5rem; resize: vertical; }
.say { padding: .75rem 1rem 1rem; border-block-start: 1px solid var(--line); background: var(--surface); gap: .5rem; justify-items: end; } .say textarea { min-block-size: 4rem; block-size: 4rem; }
.bad { padding: .5rem .75rem; border: 1px solid var(--shu); border-radius: .5rem; background: var(--shu-wash); }
@media (prefers-reduced-motion: no-preference) { section { animation: rise .16s ease-out; } @keyframes rise { from { transform: translateY(.75rem); opacity: 0; } } }
@media (max-width: 34rem) { section { inset: 0; inline-size: auto; block-size: auto; border-radius: 0; } }
`);

const SAFE = /^(https?:\/\/|mailto:|\/(?![/\\]))/i; // R-SUP-024
const POLL_MS = 5000;

const mark = () => crypto.randomUUID?.() ?? String(Math.random());

function make(tag, props, ...inside) {
  const made = Object.assign(document.createElement(tag), props);
  made.append(...inside.filter(Boolean));
  return made;
}

const button = (label, onclick, className = "") => make("button", { type: "button", className, onclick }, label);

function named(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

function link(one, className = "") {
  const words = one.title ?? one.label;
  return SAFE.test(one.href) ? make("a", { href: one.href, className }, words) : words;
}

const kept = {
  get: (name) => { try { return sessionStorage.getItem(`messenger-${name}`) ?? ""; } catch { return ""; } },
  set: (name, text) => { try { sessionStorage.setItem(`messenger-${name}`, text); } catch {} },
};

class Messenger extends HTMLElement {
  connectedCallback() {
    this.root = this.attachShadow({ mode: "open" });
    this.root.adoptedStyleSheets = [sheet];
    if (this.dataset.icon) {
      this.icon = named(button("?", () => this.open(), "icon main"), { "aria-label": this.dataset.icon, "aria-expanded": "false" });
      this.root.append(this.icon);
    }
    document.addEventListener("click", (event) => {
      const asked = event.target.closest?.("[data-messenger]");
      if (!asked || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      this.from = asked.closest("details")?.querySelector("summary") ?? asked;
      asked.closest("details")?.removeAttribute("open");
      this.open();
    });
    addEventListener("pagehide", () => this.hush());
    if (kept.get("open")) this.open(false);
  }

  disconnectedCallback() { this.hush(); }

  async ask(path, fields) {
    const headers = { accept: "application/json" };
    const query = fields ? "" : `${path.includes("?") ? "&" : "?"}from=${this.dataset.from}`;
    let body;
    if (fields) {
      headers["x-csrftoken"] = this.state.csrf;
      body = new URLSearchParams({ ...fields, from: this.dataset.from, after: this.last ?? 0 });
    }
    const reply = await fetch(path + query, { method: fields ? "POST" : "GET", headers, body });
    const told = await reply.json().catch(() => ({}));
    if (!reply.ok) throw new Error(told.message ?? this.w.failed);
    return told;
  }

  get w() { return this.state?.words ?? {}; }

  async open(focus = true) {
    if (this.panel) return;
    try {
      this.state = await this.ask(`${this.dataset.home}/state`);
    } catch {
      location.assign(`${this.dataset.home}?from=${this.dataset.from}`);
      return;
    }
    if (this.panel) return;
    this.head = make("h2", { id: "t", tabIndex: -1 }, this.w.title);
    this.back = named(button("‹", () => this.home()), { "aria-label": this.w.back });
    const shut = named(button("×", () => this.close()), { "aria-label": this.w.close });
    this.hint = make("small", {});
    this.body = make("div", { className: "body", tabIndex: 0 });
    this.foot = make("div", {});
    const header = make("div", { className: "top" }, this.back, make("div", {}, this.head, this.hint), shut);
    this.panel = named(make("section", {}, header, this.body, this.foot), { role: "dialog", "aria-labelledby": "t" });
    this.panel.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
    this.root.append(this.panel);
    this.icon?.setAttribute("aria-expanded", "true");
    kept.set("open", "1");
    if (this.state.talk && (this.state.talk.events.length > 1 || kept.get("draft"))) this.talk(); else this.home();
    if (focus) this.head.focus();
  }

  close() {
    this.hush();
    this.panel.remove();
    this.panel = null;
    this.icon?.setAttribute("aria-expanded", "false");
    kept.set("open", "");
    (this.from ?? this.icon)?.focus();
  }

  show(hint, back, ...inside) {
    this.hint.textContent = hint;
    this.back.hidden = !back;
    this.body.replaceChildren(...inside.filter(Boolean));
    this.foot.replaceChildren();
  }

  bad(problem) {
    const said = named(make("p", { className: "bad" }, problem.message), { role: "alert" });
    this.body.querySelector(".bad")?.remove();
    this.body.append(said);
    said.scrollIntoView({ block: "end" });
  }

  // the first screen: two ways and no third
  home() {
    this.hush();
    const chat = () => (this.state.talk ? this.talk() : this.terms());
    this.show("", false, button(this.w.search, () => this.search(), "big"), button(this.w.chat, chat, "big main"));
  }

  search() {
    const query = make("input", { type: "search", name: "q", autocomplete: "off" });
    const found = make("ul", {});
    const form = make("form", {}, make("label", {}, this.w.query, query), make("button", { className: "main" }, this.w.find));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        const { hits, told } = await this.ask(`${this.dataset.home}?q=${encodeURIComponent(query.value)}`);
        found.replaceChildren(...hits.map((one) => make("li", {}, link(one), make("p", { className: "small" }, one.text))));
        if (told) found.prepend(make("li", {}, told));
      } catch (problem) { this.bad(problem); }
    });
    this.show(this.w.search, true, form, named(make("div", {}, found), { role: "status" }));
    query.focus();
  }

  terms() {
    const { terms, accounts } = this.state;
    const which = make("select", {}, ...accounts.map((one) => make("option", { value: one.id }, one.name)));
    const agree = async () => {
      try {
        const fields = { version: terms.version, organisation: which.value };
        this.last = 0;
        this.state.talk = (await this.ask(`${this.dataset.home}/agree`, fields)).talk;
        this.talk();
      } catch (problem) { this.bad(problem); }
    };
    const yes = button(this.w.agree, agree, "main");
    const no = button(this.w.decline, () => this.home());
    this.show(this.w.begin, true, make("p", {}, terms.text), accounts.length > 1 ? make("label", {}, this.w.account, which) : null, make("div", { className: "row" }, yes, no));
    yes.focus();
  }

  // the conversation
  talk() {
    const { talk } = this.state;
    if (kept.get("talk") !== talk.id) kept.set("draft", ""); // another's
    kept.set("talk", talk.id);
    this.last = 0;
    this.list = make("ol", {});
    // on a wrapper: the list keeps its own role
    const log = named(make("div", {}, this.list), { role: "log", "aria-live": "polite", "aria-label": this.w.log });
    this.piece = make("p", { className: "wait", ariaHidden: "true" });
    this.wait = named(make("p", { className: "wait small" }), { role: "status" });
    this.more = make("div", {});
    this.show(`${this.w.ai} · ${this.w.reference} ${talk.reference}`, true, log, this.piece, this.wait, this.more);
    this.next(talk);
    this.listen();
  }

  next(talk) {
    this.state.talk = talk;
    this.take(talk.events);
    this.more.replaceChildren();
    if (talk.bounced) this.bad({ message: this.w.bounced });
    if (!talk.issue && this.last < 2) return this.picks();
    if ((talk.fields.length || talk.needsEmail) && talk.state === "open") this.details();
    else this.compose();
    this.end();
  }

  take(events) {
    for (const one of events) {
      if (one.n <= this.last) continue;
      this.last = one.n;
      this.list.querySelector(".offers")?.remove();
      if (one.voice !== "person") this.piece.textContent = "";
      const time = make("time", { dateTime: one.at }, new Date(one.at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" }));
      const item = make("li", { className: `e ${one.voice}` }, make("small", {}, one.who, " · ", time), one.text && make("p", {}, one.text));
      for (const [word, links] of [[this.w.sources, one.sources], [this.w.related, one.related]]) {
        if (links.length) item.append(make("p", { className: "small" }, `${word}: `, ...links.flatMap((each, at) => [at ? " · " : "", link(each)])));
      }
      const offers = one.offers.map((each) => this.offer(each));
      if (one.rate) offers.push(make("small", {}, this.w.helped), ...["yes", "no"].map((word) => this.press(this.w[word], "rate", { helped: word, submission: `rate-${one.n}` })));
      if (offers.length) item.append(make("div", { className: "row offers" }, ...offers));
      this.list.append(item);
    }
    this.end();
  }

  end() { this.list.lastElementChild?.scrollIntoView({ block: "nearest" }); this.body.scrollTop = this.body.scrollHeight; }

  offer(one) {
    if (one.href) return link(one, "button");
    if (one.id === "issues") return button(one.label, () => this.picks());
    if (one.id === "search") return button(one.label, () => this.search());
    return this.press(one.label, ["people", "owner"].includes(one.id) ? one.id : "issue", { issue: one.id });
  }

  press(label, path, fields) { return button(label, () => this.do(path, fields)); }

  async do(path, fields) {
    this.body.querySelector(".bad")?.remove();
    const buttons = [...this.panel.querySelectorAll("button")].filter((one) => !one.closest(".top"));
    buttons.forEach((one) => (one.disabled = true));
    try {
      this.next((await this.ask(`${this.state.talk.url}/${path}`, fields)).talk);
      return true;
    } catch (problem) {
      this.bad(problem);
      return false;
    } finally {
      buttons.forEach((one) => (one.disabled = false));
      this.wait.textContent = this.piece.textContent = "";
      if (!this.root.activeElement) this.body.focus(); // what was pressed is gone
    }
  }

  picks() {
    const kids = this.state.talk.issues.flatMap((group) => [
      make("h3", {}, group.title),
      make("ul", {}, ...group.issues.map((one) => {
        const press = SAFE.test(one.href) ? make("a", { className: "button pick", href: one.href }) : button("", () => this.do("issue", { issue: one.id }), "pick");
        press.append(one.title, make("small", {}, one.more));
        return make("li", {}, press);
      })),
    ]);
    this.foot.replaceChildren();
    this.more.replaceChildren(make("strong", {}, this.w.pick), ...kids);
    this.more.querySelector("button, a")?.focus({ preventScroll: true });
    this.more.scrollIntoView({ block: "start" });
  }

  details() {
    const inputs = this.state.talk.fields.map((one) => {
      const tag = { long: "textarea", choice: "select" }[one.kind] ?? "input";
      const input = make(tag, { name: one.name, required: !one.optional });
      if (one.kind === "choice") input.append(make("option", { value: "" }, this.w.choose), ...one.options.map((each) => make("option", { value: each.value }, each.label)));
      else if (one.kind === "tick") Object.assign(input, { type: "checkbox", value: "✓" });
      else if (one.kind === "date") input.type = "date";
      else this.fit(input, one);
      const label = one.optional ? `${one.label} (${this.w.optional})` : one.label;
      return one.kind === "tick" ? make("label", { className: "tick" }, input, label) : make("label", {}, label, input);
    });
    if (this.state.talk.needsEmail) inputs.push(make("label", {}, this.w.email, make("input", { type: "email", name: "answer_to", required: true, autocomplete: "email" })));
    const form = make("form", {}, ...inputs, make("button", { className: "main" }, this.w.go));
    const submission = mark();
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.wait.textContent = this.w.waiting;
      this.do("details", { ...Object.fromEntries(new FormData(form)), submission });
    });
    this.foot.replaceChildren();
    this.more.replaceChildren(form);
  }

  // nothing is cut off: what is too long is said beside the field
  fit(input, { most, long }) {
    input.oninput = () => {
      const count = [...input.value.trim()].length;
      input.setCustomValidity(count > most ? long.replace("{count}", count) : "");
      input.value && input.reportValidity();
    };
  }

  compose() {
    const text = make("textarea", { required: true, value: kept.get("draft") });
    const form = make("form", { className: "say" }, make("label", {}, this.w.write, text), make("button", { className: "main" }, this.w.send));
    const submission = mark();
    this.fit(text, this.state);
    text.addEventListener("input", () => kept.set("draft", text.value));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const said = text.value.trim();
      if (!said) return;
      this.wait.textContent = this.w.waiting;
      this.end();
      kept.set("draft", "");
      if (await this.do("say", { text: said, submission })) this.foot.querySelector("textarea")?.focus();
      else kept.set("draft", said);
    });
    const ends = make("div", { className: "row" }, button(this.w.new, () => this.anew()));
    if (this.state.signedIn) ends.append(this.press(this.w.mail, "transcript", {}));
    this.more.replaceChildren(ends);
    this.foot.replaceChildren(form);
  }

  async anew() {
    try {
      await this.ask(`${this.state.talk.url}/end`, {});
      this.state.talk = null;
      this.hush();
      this.terms();
    } catch (problem) { this.bad(problem); }
  }

  // what happens meanwhile
  listen() {
    this.hush();
    const { url } = this.state.talk;
    if (!window.EventSource) return this.poll();
    this.source = new EventSource(`${url}/stream?after=${this.last}`);
    this.source.onmessage = (event) => { this.lost(false); this.take([JSON.parse(event.data)]); };
    this.source.addEventListener("piece", (event) => { this.wait.textContent = ""; this.piece.textContent += JSON.parse(event.data).text; this.end(); });
    this.source.onopen = () => this.lost(false);
    this.source.onerror = () => {
      if (this.source?.readyState === EventSource.CLOSED) { this.hush(); this.poll(); } else this.lost(true);
    };
  }

  lost(is) {
    if (is || this.wait.textContent === this.w.lost) this.wait.textContent = is ? this.w.lost : "";
  }

  poll() {
    this.timer = setInterval(async () => {
      try {
        const { talk } = await this.ask(`${this.dataset.home}/state?after=${this.last}`);
        this.lost(false);
        if (talk?.id === this.state.talk?.id) this.take(talk.events);
      } catch { this.lost(true); }
    }, POLL_MS);
  }

  hush() {
    this.source?.close();
    clearInterval(this.timer);
    this.source = this.timer = null;
  }
}

customElements.define("sekisho-messenger", Messenger);
