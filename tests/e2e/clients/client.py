"""An exchange's client in Python: asks each URL of the command line, one request after another, until its input ends.

Prints a line for each request: the URL's place in the list, the withdrawal, and the assessment's id or what went wrong.
"""

import json
import sys
import threading

import httpx


def ask(place: int, url: str, key: str, body: str, ended: threading.Event) -> None:
    with httpx.Client(headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"}) as client:
        number = 0
        while not ended.wait(0.005):
            number += 1
            name = f"python-{place}-{number}"
            try:
                answer = client.post(url, content=body.replace("WITHDRAWAL", name))
                said = answer.json()["assessment_id"] if answer.status_code == 200 else f"status {answer.status_code}"
            except (httpx.HTTPError, json.JSONDecodeError, KeyError) as error:
                said = f"{type(error).__name__} {error}"
            sys.stdout.write(f"{place} {name} {said}\n")
            sys.stdout.flush()


def main() -> None:
    key, body, *urls = sys.argv[1:]
    ended = threading.Event()
    threads = [threading.Thread(target=ask, args=(place, url, key, body, ended)) for place, url in enumerate(urls)]
    for thread in threads:
        thread.start()
    sys.stdin.read()
    ended.set()
    for thread in threads:
        thread.join()


main()
