// Tables that can be sorted, where a browser runs this; without it the page is whole.
(function () {
  var root = document.querySelector("main");
  var point = root.dataset.point, label = root.dataset.sort;
  function value(row, at) {
    var cell = row.children[at];
    var text = cell ? (cell.dataset.text || cell.textContent).trim() : "";
    var plain = text.replace("\u2212", "-").split("").filter(function (c) { return /[\d-]/.test(c) || c === point; }).join("").replace(point, ".");
    var number = parseFloat(plain);
    return { text: text, number: /\d/.test(text) && /^[^A-Za-z]*$/.test(text) ? number : NaN };
  }
  root.querySelectorAll("table[data-sortable]").forEach(function (table) {
    var body = table.tBodies[0];
    table.querySelectorAll("thead th").forEach(function (head, at) {
      var button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.title = label;
      while (head.firstChild) { button.appendChild(head.firstChild); }
      head.appendChild(button);
      button.addEventListener("click", function () {
        var down = head.getAttribute("aria-sort") === "ascending";
        table.querySelectorAll("thead th").forEach(function (h) { h.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        var lines = [];  // what other institutions say moves with the indicator above it
        Array.from(body.rows).forEach(function (row) {
          if (row.classList.contains("quiet") && lines.length) { lines[lines.length - 1][1].push(row); }
          else { lines.push([value(row, at), [row]]); }
        });
        lines.sort(function (a, b) {
          var order = isNaN(a[0].number) || isNaN(b[0].number)
            ? isNaN(a[0].number) - isNaN(b[0].number) || a[0].text.localeCompare(b[0].text, document.documentElement.lang)
            : a[0].number - b[0].number;
          return down ? -order : order;
        });
        lines.forEach(function (line) { line[1].forEach(function (row) { body.appendChild(row); }); });
      });
    });
  });
})();
