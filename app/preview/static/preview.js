/* Alerts in frames: their outcomes, a restart, and the alert in full size. In files also the filters of the list. */
"use strict";
{
  const button = (label, onClick) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = label;
    made.addEventListener("click", onClick);
    return made;
  };

  for (const box of document.querySelectorAll(".phone-box")) {
    const element = box.querySelector("forewarn-alert");
    const reported = box.querySelector(".reported");
    const outcomes = [];
    const report = (outcome) => {
      outcomes.push(outcome);
      reported.textContent = `Reported: ${outcomes.join(", ")}`;
    };
    const start = (target) => {
      target.alert = null; /* an equal alert is nothing new */
      target.alert = element.getAttribute("alert");
      /* After the event of the alert that went. */
      queueMicrotask(() => {
        outcomes.length = 0;
        reported.textContent = "";
      });
    };
    /* `shown` is not worth reporting here; actions are. */
    element.addEventListener("forewarn-outcome", ({ detail }) => {
      if (detail.outcome !== "shown") report(detail.outcome);
    });
    const full = button("As users get it", () => {
      const copy = document.createElement("forewarn-alert");
      copy.setAttribute("theme", element.getAttribute("theme"));
      start(copy);
      copy.addEventListener("forewarn-outcome", ({ detail }) => {
        report(detail.outcome);
        if (["cancelled", "proceeded", "abandoned"].includes(detail.outcome)) setTimeout(() => copy.remove());
      });
      if (copy.alert.presentation.mode === "banner") document.querySelector("main").prepend(copy);
      else document.body.append(copy);
    });
    reported.before(button("Start again", () => start(element)), full);
  }

  const form = document.querySelector("form[data-in-files]");
  if (form) {
    form.hidden = false;
    const rows = [...document.querySelectorAll("#rules > li")];
    const filter = () => {
      const selected = new FormData(form);
      const words = selected.get("text").toLowerCase().split(/\s+/).filter(Boolean);
      const filters = ["region", "typology", "severity", "language", "status"].filter((name) => selected.get(name));
      for (const row of rows) {
        row.hidden = !words.every((word) => row.dataset.text.includes(word)) || !filters.every((name) => row.dataset[name].split(" ").includes(selected.get(name)));
      }
      document.getElementById("count").textContent = `${rows.filter((row) => !row.hidden).length} of ${rows.length}`;
    };
    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      filter();
    });
    filter();
  }
}
