"""Ask a question whose answer a professional has to see first, and wait until they have decided.

    pip install anthropic
    ANTHROPIC_BASE_URL=https://gate.example.com ANTHROPIC_API_KEY=sk-sekisho-… \\
        python held_answer.py "My landlord kept my deposit. Should I sue him?"

The official SDK sends the question, unchanged. An answer that is held comes back at once as a ticket; what the
professional releases later is a message like any other. `--wait poll` asks again and again instead of listening;
`webhook_receiver.py` beside this file is told by a webhook.
"""

import argparse
import json
import time
import urllib.error
import urllib.request

import anthropic
from anthropic.types import Message


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("question")
    parser.add_argument("--wait", choices=["stream", "poll"], default="stream")
    chosen = parser.parse_args()
    client = anthropic.Anthropic()  # address and key from the environment

    raw = client.messages.with_raw_response.create(
        model="claude-sonnet-4-5",
        max_tokens=1024,
        messages=[{"role": "user", "content": chosen.question}],
    )
    print(text_of(raw.parse()))
    ticket = raw.headers.get("sekisho-review")
    if ticket is None:
        return  # nothing is held: this was the answer

    wait = by_stream if chosen.wait == "stream" else by_polling
    show(wait(client, ticket))


def by_stream(client: anthropic.Anthropic, ticket: str) -> dict:
    """Listen until it is decided. A connection that breaks is taken up after the last event that came."""
    last_id = ""
    while True:
        try:
            with asked(client, f"{ticket}/events", {"last-event-id": last_id}) as stream:
                for line in stream:  # comments come every 15 seconds, so silence is a broken connection
                    name, _, value = line.decode().rstrip("\n").partition(": ")
                    if name == "id":
                        last_id = value
                    elif name == "data" and is_decided(review := json.loads(value)):
                        return review
        except urllib.error.HTTPError:
            raise
        except OSError:
            time.sleep(2)


def by_polling(client: anthropic.Anthropic, ticket: str) -> dict:
    """Ask until it is decided, as seldom as `retry-after` says."""
    while True:
        try:
            with asked(client, ticket) as answer:
                if is_decided(review := json.load(answer)):
                    return review
                seconds = answer.headers["retry-after"]
        except urllib.error.HTTPError as problem:
            seconds = problem.headers["retry-after"]
            if seconds is None:
                raise  # with it, the ticket is still on its way from the gateway
        time.sleep(int(seconds))


def asked(client: anthropic.Anthropic, path: str, headers: dict | None = None):
    """Ask the reviews' part of the API, with the SDK's own address and key."""
    url = f"{str(client.base_url).rstrip('/')}/v1/reviews/{path}"
    request = urllib.request.Request(url, headers={"x-api-key": client.api_key or "", **(headers or {})})
    return urllib.request.urlopen(request, timeout=60)


def is_decided(review: dict) -> bool:
    if review["state"] == "facts_asked":
        print(f"The reviewer asks: {review['question']['text']}")  # answer with POST …/facts
    return review["state"] in ("released", "rejected", "expired")


def show(review: dict) -> None:
    """Print what came of it. `message` is what the SDK would have returned, had nobody needed to look."""
    if review["state"] == "released":
        print(text_of(Message.model_validate(review["message"])))
        print(f"Attested: {review['attestation']['attestation']['statement']}")
    else:
        print(f"No answer is given ({review['state']}): {review['reason'] or review['ended']}")


def text_of(message: Message) -> str:
    return "".join(block.text for block in message.content if block.type == "text")


if __name__ == "__main__":
    main()
