/* Alerts in their frames: what a page would report, starting again, and the alert as users get it. In files: the search. */
"use strict";
{
  const button = (says, press) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = says;
    made.addEventListener("click", press);
    return made;
  };

  for (const box of document.querySelectorAll(".phone-box")) {
    const element = box.querySelector("forewarn-alert");
    const said = box.querySelector(".said");
    const outcomes = [];
    const tell = (outcome) => {
      outcomes.push(outcome);
      said.textContent = `Reported: ${outcomes.join(", ")}`;
    };
    const start = (target) => {
      outcomes.length = 0;
      said.textContent = "";
      target.alert = JSON.parse(element.getAttribute("alert"));
    };
    /* What merely came into sight is no news here; what somebody does is. */
    element.addEventListener("forewarn-outcome", ({ detail }) => {
      if (detail.outcome !== "shown") tell(detail.outcome);
    });
    const full = button("As users get it", () => {
      const copy = document.createElement("forewarn-alert");
      copy.setAttribute("theme", element.getAttribute("theme"));
      start(copy);
      copy.addEventListener("forewarn-outcome", ({ detail }) => {
        tell(detail.outcome);
        if (["cancelled", "proceeded", "abandoned"].includes(detail.outcome)) setTimeout(() => copy.remove());
      });
      if (copy.alert.presentation.mode === "banner") document.querySelector("main").prepend(copy);
      else document.body.append(copy);
    });
    said.before(button("Start again", () => start(element)), full);
  }

  const form = document.querySelector("form[data-in-files]");
  if (form) {
    form.hidden = false;
    const rows = [...document.querySelectorAll("#rules > li")];
    const narrow = () => {
      const asked = new FormData(form);
      const words = asked.get("text").toLowerCase().split(/\s+/).filter(Boolean);
      const chosen = ["region", "typology", "severity", "language", "status"].filter((name) => asked.get(name));
      for (const row of rows) {
        row.hidden = !words.every((word) => row.dataset.text.includes(word)) || !chosen.every((name) => row.dataset[name].split(" ").includes(asked.get(name)));
      }
      document.getElementById("count").textContent = `${rows.filter((row) => !row.hidden).length} of ${rows.length}`;
    };
    form.addEventListener("input", narrow);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      narrow();
    });
    narrow();
  }
}
