/// Draws the flame graph from the data in the page, one button for each box that is wide enough to be seen.
enum FlameGraphScript {
  static let text = """
    (() => {
      const chart = document.getElementById("flame");
      const detail = document.getElementById("flame-detail");
      const search = document.getElementById("flame-search");
      const found = document.getElementById("flame-found");
      const { names, tree } = JSON.parse(document.getElementById("flame-data").textContent);
      const classes = ["c3", "c0", "c2", "c7"];
      const row = 22;
      const build = ([name, kind, samples, children], parent, depth) => {
        const node = { name: names[name], kind, samples, parent, depth };
        node.children = children.map((child) => build(child, node, depth + 1));
        return node;
      };
      const root = build(tree, null, 0);
      const share = (samples) => (100 * samples / root.samples).toFixed(samples === root.samples ? 0 : 1) + " %";
      const describe = (node) => `${node.name}: ${node.samples} samples, ${share(node.samples)}`;
      let zoomed = root;
      let current = root;
      let boxes = new Map();

      const matches = (node) => {
        const text = search.value.trim().toLowerCase();
        return text !== "" && node.name.toLowerCase().includes(text);
      };
      // Samples below several matches of one stack count once.
      const matching = (node) =>
        matches(node) ? node.samples : node.children.reduce((sum, child) => sum + matching(child), 0);

      const place = (node, left, width) => {
        if (width * chart.clientWidth < 1) return;
        const box = document.createElement("button");
        box.type = "button";
        box.className = classes[node.kind];
        if (node.depth < zoomed.depth) box.classList.add("above");
        box.style.left = 100 * left + "%";
        box.style.width = 100 * width + "%";
        box.style.top = row * node.depth + "px";
        if (width * chart.clientWidth > 24) box.textContent = node.name;
        else box.classList.add("narrow");
        box.title = describe(node);
        box.tabIndex = -1;
        box.setAttribute("role", "treeitem");
        box.setAttribute("aria-level", node.depth + 1);
        box.setAttribute("aria-label", describe(node));
        box.addEventListener("click", () => zoom(node));
        box.addEventListener("focus", () => show(node));
        box.addEventListener("mouseenter", () => { detail.textContent = describe(node); });
        boxes.set(node, box);
        chart.append(box);
      };
      const placeBelow = (node, left, width) => {
        place(node, left, width);
        let from = left;
        for (const child of node.children) {
          const part = width * child.samples / node.samples;
          if (part * chart.clientWidth >= 1) placeBelow(child, from, part);
          from += part;
        }
      };
      const draw = () => {
        boxes = new Map();
        chart.replaceChildren();
        for (let node = zoomed.parent; node; node = node.parent) place(node, 0, 1);
        placeBelow(zoomed, 0, 1);
        chart.style.height = row * (1 + Math.max(...[...boxes.keys()].map((node) => node.depth))) + "px";
        mark();
        if (!boxes.has(current)) current = zoomed;
        boxes.get(current).tabIndex = 0;
      };
      const mark = () => {
        for (const [node, box] of boxes) box.classList.toggle("found", matches(node));
        const samples = matching(root);
        found.textContent = search.value.trim() === "" ? "" : samples === 0 ? "not found"
          : `${samples} samples, ${share(samples)}`;
      };
      const show = (node) => {
        if (boxes.has(current)) boxes.get(current).tabIndex = -1;
        current = node;
        boxes.get(node).tabIndex = 0;
        detail.textContent = describe(node);
      };
      const zoom = (node) => {
        zoomed = node;
        current = node;
        draw();
        boxes.get(node).focus({ preventScroll: true });
      };
      const neighbour = (node, step) => {
        const level = [...boxes.keys()].filter((other) => other.depth === node.depth);
        level.sort((a, b) => parseFloat(boxes.get(a).style.left) - parseFloat(boxes.get(b).style.left));
        return level[level.indexOf(node) + step];
      };
      const moves = {
        ArrowUp: (node) => node.parent,
        ArrowDown: (node) => node.children.find((child) => boxes.has(child)),
        ArrowLeft: (node) => neighbour(node, -1),
        ArrowRight: (node) => neighbour(node, 1),
        Home: () => root,
      };
      chart.addEventListener("keydown", (event) => {
        if (event.key === "Escape") return zoom(root);
        const move = moves[event.key];
        if (!move) return;
        event.preventDefault();
        const next = move(current);
        if (next && boxes.has(next)) boxes.get(next).focus();
      });
      document.addEventListener("keydown", (event) => {
        if (event.key !== "/" || event.target === search) return;
        event.preventDefault();
        search.focus();
      });
      search.addEventListener("input", mark);
      search.addEventListener("keydown", (event) => {
        if (event.key !== "Escape") return;
        search.value = "";
        mark();
      });
      document.getElementById("flame-reset").addEventListener("click", () => zoom(root));
      addEventListener("resize", draw);
      draw();
    })();

    """
}
