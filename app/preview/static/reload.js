/* Reloads the page when the files have changed. */
"use strict";
{
  const shown = document.body.dataset.version;
  const look = async () => {
    if (document.visibilityState === "visible") {
      try {
        const answer = await fetch("/version", { cache: "no-store" });
        if (answer.ok && (await answer.text()) !== shown) return location.reload();
      } catch {
        /* The preview was stopped; it may be started again. */
      }
    }
    setTimeout(look, 700);
  };
  setTimeout(look, 700);
}
