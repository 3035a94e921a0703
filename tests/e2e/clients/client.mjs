// An exchange's client in Node.js: see client.py.
const [key, body, ...urls] = process.argv.slice(2);
let ended = false;
process.stdin.resume().on("end", () => { ended = true; });

async function ask(place, url) {
  for (let number = 1; !ended; number++) {
    const name = `node-${place}-${number}`;
    let said;
    try {
      const answer = await fetch(url, {
        method: "POST",
        headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
        body: body.replace("WITHDRAWAL", name),
      });
      const text = await answer.text();
      said = answer.status === 200 ? JSON.parse(text).assessment_id : `status ${answer.status}`;
    } catch (error) {
      said = `${error} ${error.cause}`;
    }
    console.log(place, name, said);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

await Promise.all(urls.map((url, place) => ask(place, url)));
