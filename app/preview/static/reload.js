/* Looks whether the files have changed, and shows the page anew where they have. */
"use strict";
{
  const shown = document.body.dataset.version;
  const look = async () => {
    if (document.visibilityState === "visible") {
      try {
        const answer = await fetch("/version", { cache: "no-store" });
        if (answer.ok && (await answer.text()) !== shown) return location.reload();
      } catch {
        /* The preview was stopped; it may come back. */
      }
    }
    setTimeout(look, 700);
  };
  setTimeout(look, 700);
}
