/// Turns the headings of sortable tables into buttons. Where scripts are off, the tables stay as they are.
enum HTMLScript {
  static let text = """
    "use strict";
    const key = (row, column) => {
      const cell = row.cells[column];
      return cell.dataset.value === undefined ? cell.textContent.trim() : Number(cell.dataset.value);
    };
    const order = (a, b) => {
      const numbers = [a, b].map((value) => typeof value === "number");
      if (numbers[0] && numbers[1]) return a - b;
      if (numbers[0] !== numbers[1]) return numbers[0] ? -1 : 1;
      return a.localeCompare(b, "en", { numeric: true });
    };
    for (const table of document.querySelectorAll("table.sortable")) {
      const headings = [...table.tHead.rows[0].cells];
      if (table.tBodies[0].rows.length < 2) continue;
      headings.forEach((heading, column) => {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = heading.textContent;
        heading.replaceChildren(button);
        button.addEventListener("click", () => {
          const descending = heading.getAttribute("aria-sort") === "ascending";
          for (const other of headings) other.removeAttribute("aria-sort");
          heading.setAttribute("aria-sort", descending ? "descending" : "ascending");
          const rows = [...table.tBodies[0].rows];
          rows.sort((a, b) => order(key(a, column), key(b, column)) * (descending ? -1 : 1));
          table.tBodies[0].append(...rows);
        });
      });
    }

    """
}
