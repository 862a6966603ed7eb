/// Zooms into timelines and names what is under the pointer. With `?only=ID` in its address, a page shows that chart
/// alone, for a picture of it. Where scripts are off, the whole step stays to be seen.
enum ProfileScript {
  static let text = """
    document.documentElement.classList.add("scripted");
    const only = document.getElementById(new URLSearchParams(location.search).get("only") ?? "");
    if (only) document.body.replaceChildren(only);
    const number = (value) => Number(value.toPrecision(4)).toString();
    const duration = (us) => (us >= 1000 ? `${number(us / 1000)} ms` : `${number(us)} us`);
    const svgText = (x, y, anchor, content) => {
      const text = document.createElementNS("http://www.w3.org/2000/svg", "text");
      text.setAttribute("x", `${x}%`);
      text.setAttribute("y", y);
      text.setAttribute("text-anchor", anchor);
      text.setAttribute("class", "muted");
      text.textContent = content;
      return text;
    };
    for (const figure of document.querySelectorAll("figure.timeline")) {
      const data = JSON.parse(figure.querySelector("script").textContent);
      const view = figure.querySelector(".view");
      const outer = view.querySelector("svg");
      const inner = view.querySelector("svg.slices");
      const names = view.querySelector(".names");
      const ticks = view.querySelector(".ticks");
      const output = figure.querySelector("output");
      const height = inner.viewBox.baseVal.height;
      let [low, high] = [0, data.step];
      const end = (track, index) => (index + 1 < track.begin.length ? track.begin[index + 1] : data.step);
      const at = (track, time) => {
        let [first, last] = [0, track.begin.length - 1];
        while (first < last) {
          const middle = Math.ceil((first + last) / 2);
          if (track.begin[middle] <= time) first = middle; else last = middle - 1;
        }
        return first;
      };
      const draw = () => {
        const span = high - low;
        inner.setAttribute("viewBox", `${(1e5 * low) / data.step} 0 ${(1e5 * span) / data.step} ${height}`);
        const pixels = outer.getBoundingClientRect().width;
        const operations = data.tracks[0];
        names.replaceChildren();
        for (let index = at(operations, low); index < operations.begin.length && operations.begin[index] < high; index += 1) {
          if (operations.layer[index] < 0) continue;
          const from = Math.max(operations.begin[index], low);
          const letters = (((Math.min(end(operations, index), high) - from) / span) * pixels) / 6.5;
          const layer = operations.layer[index];
          const name = [data.layers[layer], data.names[layer]].find((text) => text.length <= letters);
          if (name) names.append(svgText((100 * (from - low)) / span, operations.top - 5, "start", name));
        }
        ticks.replaceChildren();
        const rough = span / Math.max(2, Math.min(8, pixels / 110));
        const power = 10 ** Math.floor(Math.log10(rough));
        const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough);
        for (let time = Math.ceil(low / step) * step; time <= high; time += step) {
          const x = (100 * (time - low)) / span;
          const anchor = x < 4 ? "start" : x > 94 ? "end" : "middle";
          ticks.append(svgText(x, height + 15, anchor, step >= 100 ? `${number(time / 1000)} ms` : `${number(time)} us`));
        }
      };
      const show = (from, to) => {
        const span = Math.min(Math.max(to - from, data.step / 5000), data.step);
        low = Math.min(Math.max((from + to - span) / 2, 0), data.step - span);
        high = low + span;
        draw();
        output.textContent = `${duration(low)} to ${duration(high)} of ${duration(data.step)}`;
      };
      const zoom = (factor) => {
        const [middle, half] = [(low + high) / 2, (factor * (high - low)) / 2];
        show(middle - half, middle + half);
      };
      const move = (part) => show(low + part * (high - low), high + part * (high - low));
      const actions = {
        in: () => zoom(0.5), out: () => zoom(2), earlier: () => move(-0.5), later: () => move(0.5),
        all: () => show(0, data.step),
      };
      for (const button of figure.querySelectorAll(".tools button")) {
        button.addEventListener("click", actions[button.dataset.do]);
      }
      const keys = {
        "+": "in", "=": "in", "-": "out", ArrowLeft: "earlier", ArrowRight: "later", Home: "all", 0: "all",
      };
      view.addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
        event.preventDefault();
        actions[keys[event.key]]();
      });
      const time = (event) => {
        const box = outer.getBoundingClientRect();
        return low + Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1) * (high - low);
      };
      let start = null;
      const selection = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      selection.setAttribute("class", "select");
      selection.setAttribute("y", 0);
      selection.setAttribute("height", height);
      view.addEventListener("pointerdown", (event) => {
        if (event.button !== 0) return;
        start = time(event);
        view.setPointerCapture(event.pointerId);
      });
      view.addEventListener("pointermove", (event) => {
        const now = time(event);
        if (start !== null) {
          selection.setAttribute("x", `${(100 * (Math.min(start, now) - low)) / (high - low)}%`);
          selection.setAttribute("width", `${(100 * Math.abs(now - start)) / (high - low)}%`);
          outer.append(selection);
        }
        const y = event.clientY - outer.getBoundingClientRect().top;
        const place = data.tracks.findIndex((track) => y >= track.top - 16 && y < track.top + 28);
        if (place < 0) return;
        const track = data.tracks[place];
        const index = at(track, now);
        const layer = track.layer[index] < 0 ? "between operations" : data.layers[track.layer[index]];
        const who = place === 0 ? "operation" : `thread ${place - 1}, ${data.activities[track.activity[index]]}`;
        const length = duration(end(track, index) - track.begin[index]);
        output.textContent = `${who}: ${layer}, ${length} from ${duration(track.begin[index])}`;
      });
      const drop = (event) => {
        selection.remove();
        if (start === null) return;
        const [from, now] = [start, time(event)];
        start = null;
        if (Math.abs(now - from) > (high - low) / 100) show(Math.min(from, now), Math.max(from, now));
      };
      view.addEventListener("pointerup", drop);
      view.addEventListener("pointercancel", () => { selection.remove(); start = null; });
      new ResizeObserver(draw).observe(outer);
      draw();
    }

    """
}
