// The reader of incdoc's pages: tree, outline, search, colours of code, diagrams, and pages that change as one looks.
"use strict";
(() => {
  const body = document.body;
  const root = body.dataset.root;
  const own = root + "-/";
  const main = document.getElementById("main");

  const make = (name, attributes = {}, ...children) => {
    const found = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) found.setAttribute(key, value);
    found.append(...children);
    return found;
  };
  const path = (text) => text.split("/").map(encodeURIComponent).join("/");

  // A live reader answers; a static site has files, which come as scripts because a page from a disk may load no others.
  const live = !("static" in body.dataset);
  const ask = async (name) => {
    const answer = await fetch(own + name);
    return answer.ok ? answer.json() : null;
  };
  const shards = new Map();
  const shard = (name) => {
    if (!shards.has(name)) {
      let take = null;
      const promise = new Promise((resolve) => { take = resolve; });
      shards.set(name, { promise, take });
      const script = make("script", { src: root + path(name) });
      script.onload = () => { script.remove(); take(null); }; // after put, which came first
      script.onerror = script.onload;
      document.head.append(script);
    }
    return shards.get(name).promise;
  };
  globalThis.incdoc = { put: (name, value) => shards.get(name)?.take(value) };

  // ---- colours

  const theme = (chosen) => {
    if (chosen) document.documentElement.dataset.theme = chosen;
    else delete document.documentElement.dataset.theme;
  };
  let chosen = null;
  try { chosen = localStorage.getItem("incdoc-theme"); } catch { /* storage may be forbidden */ }
  theme(chosen);

  const toggleTheme = () => {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const now = document.documentElement.dataset.theme ?? (dark ? "dark" : "light");
    const next = now === "dark" ? "light" : "dark";
    theme(next);
    try { localStorage.setItem("incdoc-theme", next); } catch { /* as above */ }
  };

  const WORDS = new Set(("abstract and as assert async await auto base begin bool boolean break byte case catch char class " +
    "concept const constexpr continue def default defer del delete do done double elif else end enum except export " +
    "extends extern final finally float fn for friend from func function global go goto if impl implements import in " +
    "include inline int interface is lambda let long loop macro match mod module move mut namespace new nil noexcept " +
    "None nonlocal not null nullptr operator or override package pass private protected pub public raise return self " +
    "short signed sizeof static struct super switch template then this throw trait True False true false try type " +
    "typedef typename union unsigned use using var virtual void volatile where while with yield").split(" "));
  const HASHES = /^language-(python|py|sh|bash|shell|yaml|toml|make|makefile|dockerfile|docker|cmake|ruby|perl|starlark|r)$/;
  const TOKEN = {
    hash: /(#[^\n]*)|("""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|\b(\d[\w.]*)|([A-Za-z_$][\w$]*)/g,
    slash: /(\/\/[^\n]*|\/\*[\s\S]*?\*\/)|("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\b(\d[\w.]*)|([A-Za-z_$][\w$]*)/g,
  };

  const colour = (code, names) => {
    const text = code.textContent;
    if (text.length > 2_000_000 || !code.className) return;
    const pattern = HASHES.test(code.className) ? TOKEN.hash : TOKEN.slash;
    const pieces = [];
    let end = 0;
    for (const match of text.matchAll(pattern)) {
      const [whole, comment, string, number, word] = match;
      const target = word && names.get(word);
      const kind = comment ? "c" : string ? "s" : number ? "n" : word && WORDS.has(word) ? "k" : "";
      if (!kind && !target) continue;
      pieces.push(text.slice(end, match.index));
      pieces.push(kind ? Object.assign(make("span", { class: kind }), { textContent: whole }) : make("a", { href: target }, whole));
      end = match.index + whole.length;
    }
    pieces.push(text.slice(end));
    code.replaceChildren(...pieces);
  };

  // names that the page documents or imports, and where they lead
  const known = () => {
    const found = new Map();
    for (const link of main.querySelectorAll("a[href] > code:only-child")) {
      const name = link.textContent;
      if (/^[A-Za-z_$][\w$.:]*$/.test(name)) found.set(name.split(/[.:]+/).pop(), link.parentElement.getAttribute("href"));
    }
    return found;
  };

  const lines = (pre) => {
    const code = pre.querySelector("code");
    const first = Number(pre.dataset.first);
    const count = code.textContent.split("\n").length - (code.textContent.endsWith("\n") ? 1 : 0);
    const numbers = make("span", { class: "numbers", "aria-hidden": "true" });
    for (let line = first; line < first + count; line++) {
      numbers.append(make("a", { id: `L${line}`, href: `#L${line}`, tabindex: "-1" }, String(line)));
    }
    pre.classList.add("lined");
    pre.prepend(numbers);
  };
  const markLines = () => {
    for (const each of document.querySelectorAll(".numbers .here")) each.classList.remove("here");
    const match = /^#L(\d+)(?:-L(\d+))?$/.exec(location.hash);
    if (!match) return;
    for (let line = Number(match[1]); line <= Number(match[2] ?? match[1]); line++) {
      document.getElementById(`L${line}`)?.classList.add("here");
    }
    document.getElementById(`L${match[1]}`)?.scrollIntoView({ block: "center" });
  };

  const seen = new IntersectionObserver((entries) => {
    const names = known();
    for (const entry of entries) {
      if (entry.isIntersecting) {
        seen.unobserve(entry.target);
        colour(entry.target, names);
      }
    }
  }, { rootMargin: "200px" });

  let diagrams = null;
  const draw = (codes) => {
    if (!codes.length) return;
    diagrams ??= new Promise((resolve) => {
      const script = make("script", { src: own + "mermaid.js" });
      script.onload = () => resolve(globalThis.mermaid);
      script.onerror = () => resolve(null);
      document.head.append(script);
    });
    diagrams.then(async (mermaid) => {
      if (!mermaid) return;
      const dark = getComputedStyle(body).colorScheme === "dark" || document.documentElement.dataset.theme === "dark" ||
        (!document.documentElement.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
      mermaid.initialize({ startOnLoad: false, securityLevel: "strict", theme: dark ? "dark" : "default" });
      for (const code of codes) {
        try {
          const { svg } = await mermaid.render(`diagram-${Math.random().toString(36).slice(2)}`, code.textContent);
          const shown = make("figure", { class: "diagram", role: "img", "aria-label": "Diagram of the neighbours" });
          shown.innerHTML = svg;
          code.parentElement.replaceWith(shown);
        } catch { /* its text stays */ }
      }
    });
  };

  const dress = (part) => {
    for (const pre of part.querySelectorAll("pre[data-first]")) lines(pre);
    for (const code of part.querySelectorAll("pre > code[class]:not(.language-mermaid)")) seen.observe(code);
    for (const pre of part.querySelectorAll("pre")) pre.tabIndex = 0;
    for (const table of part.querySelectorAll("table")) table.tabIndex = 0;
    draw([...part.querySelectorAll("code.language-mermaid")]);
  };

  // ---- outline

  const outline = make("nav", { id: "outline", "aria-label": "On this page" });
  const list = () => {
    const items = [...main.querySelectorAll("h2, h3")].slice(0, 400).map((heading) => {
      const target = heading.id || heading.querySelector("a[id]")?.id;
      return make("li", heading.tagName === "H3" ? { class: "deep" } : {}, make("a", { href: `#${target}` }, heading.textContent));
    });
    outline.replaceChildren(...(items.length > 1 ? [make("ul", {}, ...items)] : []));
  };

  // ---- tree

  const tree = make("nav", { id: "tree", "aria-label": "Folders and files" });
  const here = body.dataset.page;
  const branch = async (folder, holder) => {
    const inner = folder.split("/").filter(Boolean).map((part) => `f.${part}/`).join("");
    const found = await (live ? ask(`tree/${path(folder)}`) : shard(`-/tree/${inner}index.js`));
    if (!found) return;
    const items = folder ? [make("li", {}, make("a", { href: `${root}${path(folder)}/index.html` }, "index"))] : [];
    items.push(...found.folders.map((name) => {
      const inner = folder ? `${folder}/${name}` : name;
      const entry = make("details", {}, make("summary", {}, plain(name)));
      const open = () => {
        if (entry.open && !entry.querySelector("ul")) branch(inner, entry);
      };
      entry.addEventListener("toggle", open);
      if (here.startsWith(`${inner}/`)) entry.open = true;
      return make("li", {}, entry);
    }));
    for (const [name, file] of found.files) {
      const target = folder ? `${folder}/${file}` : file;
      const link = make("a", { href: root + path(target) }, plain(name));
      if (target === here) link.setAttribute("aria-current", "page");
      items.push(make("li", {}, link));
    }
    holder.append(make("ul", {}, ...items));
  };
  // names of files have %3F for what is allowed on no disk
  const plain = (name) => {
    try { return decodeURIComponent(name); } catch { return name; }
  };
  const plant = async () => {
    const holder = make("div");
    await branch("", holder);
    tree.replaceChildren(...holder.childNodes);
  };

  // ---- search

  const dialog = make("dialog", { "aria-label": "Search" });
  const input = make("input", { type: "search", role: "combobox", "aria-expanded": "true", "aria-controls": "found", "aria-label": "Search names, files and headings", placeholder: "Search names, files, headings", autocomplete: "off", spellcheck: "false" });
  const kinds = make("select", { "aria-label": "Kind" }, make("option", { value: "" }, "any kind"));
  const languages = make("select", { "aria-label": "Language" }, make("option", { value: "" }, "any language"));
  const folder = make("input", { "aria-label": "Folder", placeholder: "folder" });
  const results = make("ul", { id: "found", role: "listbox", "aria-label": "Results" });
  const status = make("p", { class: "quiet", role: "status" });
  dialog.append(input, make("div", { class: "filters" }, kinds, languages, folder), results, status);
  let asked = 0;
  let selected = 0;

  // what the server does, over the shards: names that begin so, then words of names, then what has it anywhere
  const lastOf = (name) => name.split(/::|[/.]/).pop() || name;
  const wordIn = (name, low) => {
    for (let at = name.toLowerCase().indexOf(low); at >= 0; at = name.toLowerCase().indexOf(low, at + 1)) {
      if (at === 0 || /[_\-.: ]/.test(name[at - 1])) return true;
      if (/[A-Z]/.test(name[at]) && (!/[A-Z]/.test(name[at - 1]) || /[a-z\u0080-\uffff]/.test(name[at + 1] ?? ""))) return true;
    }
    return false;
  };
  const rank = (row, low, qualified) => {
    const compared = qualified ? row.name : lastOf(row.name);
    const lower = compared.toLowerCase();
    const at = lower.indexOf(low);
    if (at < 0) return null;
    if (at === 0) return [0, row.section, lower.length];
    if (wordIn(compared, low)) return [1, row.section, 0];
    return low.length > 1 ? [2, row.section, 0] : null;
  };
  const entries = (data) => (data?.names ?? []).map(([name, kind, at, section, anchor]) => {
    const [file, page, language, place] = data.places[at];
    return { name, kind: data.kinds[kind], path: file, page: place ? page : page + (anchor ?? `#${name}`), language, section };
  });
  const best = (rows, wanted) => {
    const low = wanted.toLowerCase();
    const qualified = /[./:]/.test(wanted);
    const below = folder.value.replace(/^\/+|\/+$/g, "");
    const seen = new Map();
    for (const row of rows) {
      if ((kinds.value && row.kind !== kinds.value) || (languages.value && row.language !== languages.value)) continue;
      if (below && !row.path.startsWith(`${below}/`)) continue;
      const order = rank(row, low, qualified);
      if (order) seen.set(`${row.name}\n${row.kind}\n${row.page}`, [...order, row.path, row.name, row]);
    }
    const compare = (one, other) => {
      for (let at = 0; at < 5; at++) {
        if (one[at] < other[at]) return -1;
        if (one[at] > other[at]) return 1;
      }
      return 0;
    };
    return [...seen.values()].sort(compare).slice(0, 50).map((each) => each[5]);
  };
  const taken = new Map();
  const part = async (name) => {
    const data = await shard(name);
    if (!taken.has(name)) taken.set(name, entries(data));
    return taken.get(name);
  };
  const ranges = async () => (await shard("-/find/index.js"))?.parts ?? [];
  const several = async (names) => (await Promise.all(["-/find/index.js", ...names].map(part))).flat();
  const everything = async () => several((await ranges()).map(([name]) => name));
  const find_in_files = async (wanted, show) => {
    const parts = await ranges();
    const key = wanted.toLowerCase().replace(/^_+/, "").replace(/[0-9]/g, "0").replace(/[^a-z0_]/g, "!").slice(0, 8);
    let found = [];
    if (/^[a-z]/.test(key)) {
      const near = parts.filter(([, first, end]) => first.slice(0, key.length) <= key && key < end);
      found = best(await several(near.map(([name]) => name)), wanted);
      if (found.length === 50 && rank(found[49], wanted.toLowerCase(), /[./:]/.test(wanted))[0] === 0) return found;
      show(found, "searching everywhere");
    }
    return best(await everything(), wanted);
  };

  const lists_of = (rows) => ({
    kinds: [...new Set(rows.map((row) => row.kind))].sort(),
    languages: [...new Set(rows.map((row) => row.language).filter(Boolean))].sort(),
  });

  const find = async (wanted, show) => {
    if (!live) return find_in_files(wanted, show);
    const query = new URLSearchParams({ q: wanted, kind: kinds.value, language: languages.value, folder: folder.value });
    return (await ask(`find?${query}`))?.found ?? [];
  };
  const choose = (number) => {
    const items = [...results.children];
    if (!items.length) return;
    selected = (number + items.length) % items.length;
    items.forEach((item, each) => item.setAttribute("aria-selected", String(each === selected)));
    input.setAttribute("aria-activedescendant", items[selected].id);
    items[selected].scrollIntoView({ block: "nearest" });
  };
  const search = async () => {
    const ticket = ++asked;
    const wanted = input.value.trim();
    const show = (found, still) => ticket === asked && present(wanted, found, still); // else a later letter was typed
    show(wanted ? await find(wanted, show) : []);
  };
  const said_of = (entry) => [make("code", {}, entry.signature || entry.name), ` ${entry.kind}`,
    make("small", {}, [entry.sentence, entry.path].filter(Boolean).join(" · "))];
  // in a static site each page of a source has a file with what is said of its definitions
  const describe = async (entry, item) => {
    const [page, anchor] = entry.page.split("#");
    if (anchor === undefined) return;
    const folders = decodeURIComponent(page).split("/");
    const name = folders.pop().slice(0, -".html".length);
    const found = await shard(`-/about/${folders.map((each) => `f.${each}/`).join("")}d.${name}.js`);
    const [signature, sentence] = found?.[anchor] ?? [];
    if (signature || sentence) item.replaceChildren(...said_of({ ...entry, signature, sentence }));
  };
  const present = (wanted, found, still = "") => {
    results.replaceChildren(...found.map((entry, number) => {
      const item = make("li", { role: "option", id: `found-${number}`, "aria-selected": "false", "data-page": entry.page });
      item.append(...said_of(entry));
      return item;
    }));
    if (!live && !still) found.slice(0, 20).forEach((entry, number) => describe(entry, results.children[number]));
    status.textContent = !wanted ? "" : still ? `${found.length} found, ${still}` : found.length ? `${found.length === 50 ? "the best 50" : found.length} found` : "Nothing has that name.";
    choose(0);
  };
  const go = () => {
    const item = results.children[selected];
    if (!item) return;
    dialog.close();
    location.href = root + item.dataset.page;
  };
  const open = async () => {
    if (dialog.open) return;
    dialog.showModal();
    input.focus();
    input.select();
    if (live) fill();
  };
  // in a static site it takes all names to know them, so that it is done when a filter is looked at
  let filled = false;
  const fill = async () => {
    if (filled) return;
    filled = true;
    const lists = live ? await ask("kinds") : lists_of(await everything());
    for (const each of lists?.kinds ?? []) kinds.append(make("option", {}, each));
    for (const each of lists?.languages ?? []) languages.append(make("option", {}, each));
  };
  for (const each of [input, folder]) each.addEventListener("input", search);
  for (const each of [kinds, languages]) {
    each.addEventListener("change", search);
    each.addEventListener("focus", fill);
  }
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (event.target.tagName === "SELECT") return;
      event.preventDefault();
      choose(selected + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter") {
      event.preventDefault();
      go();
    } else if (event.key === "Escape") { // which would only empty the field
      event.preventDefault();
      dialog.close();
    }
  });
  results.addEventListener("click", (event) => {
    const item = event.target.closest("li");
    if (item) { choose([...results.children].indexOf(item)); go(); }
  });
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if ((event.key === "k" && (event.ctrlKey || event.metaKey)) || (event.key === "/" && !typing)) {
      event.preventDefault();
      open();
    }
  });

  // ---- the page changes

  const replace = (html) => {
    const next = new DOMParser().parseFromString(html, "text/html");
    const fresh = next.getElementById("main");
    if (!fresh) return;
    const before = [...main.children];
    const key = (each) => each.dataset?.was ?? each.outerHTML;
    const old = new Map();
    before.forEach((each) => old.set(key(each), [...(old.get(key(each)) ?? []), each]));
    const rows = new Set([...main.querySelectorAll("tr")].map((each) => each.outerHTML));
    for (const each of main.querySelectorAll(".changed")) each.classList.remove("changed");
    const anchor = before.find((each) => each.getBoundingClientRect().bottom > 60);
    const top = anchor?.getBoundingClientRect().top;
    const after = [...fresh.children].map((each) => {
      const kept = old.get(each.outerHTML)?.shift();
      if (kept) return kept;
      each.dataset.was = each.outerHTML;
      const parts = each.tagName === "TABLE" ? [...each.querySelectorAll("tr")].filter((row) => !rows.has(row.outerHTML)) : [each];
      for (const part of parts) part.classList.add("changed");
      return each;
    });
    const kept = new Set(after);
    main.replaceChildren(...after);
    document.title = next.title;
    for (const each of after) if (!before.includes(each)) dress({ querySelectorAll: (query) => [...(each.matches(query) ? [each] : []), ...each.querySelectorAll(query)] });
    if (anchor && kept.has(anchor)) scrollBy(0, anchor.getBoundingClientRect().top - top);
    list();
  };
  const said = make("div", { role: "status" });
  const refresh = async () => {
    const answer = await fetch(location.pathname, { cache: "no-cache" });
    if (answer.ok) replace(await answer.text());
    else if (answer.status === 404) said.replaceChildren(make("p", { class: "problem" }, "This page is no longer made: its source is gone."));
  };
  // A browser has six connections to a server: only the pages that are seen hold one.
  let events = null;
  const listen = () => {
    if (!live || events || document.hidden) return;
    events = new EventSource(`${own}events`);
    events.addEventListener("open", refresh); // for what came before it, or while the connection was lost
    events.addEventListener("built", async (event) => {
      const { pages, problem, tree: grown, failed } = JSON.parse(event.data);
      said.replaceChildren();
      const own_problem = problem || failed[here];
      if (own_problem) said.replaceChildren(make("p", { class: "problem" }, own_problem));
      if (pages.includes(here) || grown) await refresh();
      if (grown) plant();
    });
  };

  // ---- begin

  const header = document.querySelector("header");
  const button = (label, act, more = {}) => {
    const found = make("button", { type: "button", ...more }, label);
    found.addEventListener("click", act);
    header.append(found);
  };
  button("Folders", () => tree.classList.toggle("open"), { class: "fold" });
  button("Search /", open, { "aria-keyshortcuts": "/ Control+K" });
  if (live && !here.startsWith("-/")) header.append(make("a", { href: `${own}why?page=${encodeURIComponent(here)}` }, "Why"));
  if (live) header.append(make("a", { href: `${own}changed` }, "Changes"));
  button("Theme", toggleTheme, { "aria-label": "Dark or light" });
  for (const each of main.children) each.dataset.was = each.outerHTML;
  main.before(tree);
  main.after(outline, dialog);
  header.append(said);
  dress(main);
  list();
  plant();
  markLines();
  addEventListener("hashchange", markLines);
  const end = () => { events?.close(); events = null; };
  listen();
  addEventListener("pagehide", end);
  addEventListener("pageshow", listen);
  document.addEventListener("visibilitychange", () => (document.hidden ? end() : listen()));
})();
