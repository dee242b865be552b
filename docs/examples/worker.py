#!/usr/bin/env python3
"""A worker for tasks of the kind `shout`, with Python's standard library alone.

It claims one task after the other, says by heartbeats that it is still at it, and completes or fails what it claimed.
SIGTERM and SIGINT make it give back what it has in hand, and stop.

    MILLRACE_URL=http://127.0.0.1:7070 MILLRACE_TOKEN=... python3 worker.py
"""

import json
import os
import signal
import sys
import threading
import time
import urllib.error
import urllib.request

URL = os.environ.get("MILLRACE_URL", "http://127.0.0.1:7070")
TOKEN = os.environ["MILLRACE_TOKEN"]
KIND = "shout"
LEASE_MS = int(os.environ.get("LEASE_MS", "30000"))
WAIT_MS = 20_000
ANSWER_SECONDS = 60
MOST_REPEATS = 5


class Stopped(BaseException):
    """Somebody asked the worker to stop."""


class Failed(Exception):
    """The task cannot be done; `retryable` says whether another attempt may help."""

    def __init__(self, code, detail, retryable):
        super().__init__(detail)
        self.code, self.detail, self.retryable = code, detail, retryable


def shout(task_input):
    """The work itself: from a task's input to its output."""
    if not isinstance(task_input.get("text"), str):
        raise Failed("bad_input", "text: none (expected: a string)", retryable=False)
    time.sleep(task_input.get("seconds", 0))
    return {"text": task_input["text"].upper()}


def send(path, body=None):
    """One request; returns the bytes of the answer. urllib raises HTTPError at a problem."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    if body is not None:
        headers["Content-Type"] = "application/json"
        body = json.dumps(body).encode()
    request = urllib.request.Request(URL + path, body, headers)
    with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:
        return answer.read()


def say(verb, item, **more):
    """Says something of an attempt, and says it again while the site has no time. Saying it twice is safe.

    Returns False if the attempt is not ours any more.
    """
    body = {key: item[key] for key in ("task", "attempt", "claim_token")} | more
    for repeat in range(MOST_REPEATS):
        try:
            send(f"/v1/work/{KIND}/{verb}", body)
            return True
        except urllib.error.HTTPError as problem:
            if problem.code in (403, 404, 409):
                return False
            if problem.code not in (503, 507):
                raise
            time.sleep(float(problem.headers.get("Retry-After", 1)))
        except OSError:  # the gateway is away
            time.sleep(2**repeat)
    return False


class Heartbeats:
    """Extends the lease of an attempt, on a thread of its own, until the work is over."""

    def __init__(self, item):
        self.item = item
        self.is_wanted = True
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.beat, daemon=True)

    def beat(self):
        while self.is_wanted and not self.over.wait(LEASE_MS / 3000):
            self.is_wanted = say("heartbeat", self.item, lease_ms=LEASE_MS)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()


def input_of(item):
    """A large input is in the blob store."""
    if "input" in item:
        return item["input"]
    return json.loads(send("/v1/blobs/" + item["input_ref"]["blob"]["digest"]))


def work_on(item):
    try:
        with Heartbeats(item) as heartbeats:
            output = shout(input_of(item))
        if not heartbeats.is_wanted or not say("complete", item, output=output):
            log(item, "was not wanted any more")
            return
        log(item, "done")
    except Failed as failed:
        say("fail", item, error={"code": failed.code, "detail": failed.detail}, retryable=failed.retryable)
        log(item, f"failed: {failed.code}")
    except Exception as broken:  # another attempt may go better
        say("fail", item, error={"code": "worker_error", "detail": repr(broken)}, retryable=True)
        log(item, f"failed: {broken!r}")
    except Stopped:
        say("release", item)
        log(item, "given back")
        raise


def log(item, what):
    print(f"{item['task']} attempt {item['attempt']}: {what}", flush=True)


def stop(*_):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise Stopped


def main():
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    claim = {"max": 1, "wait_ms": WAIT_MS, "lease_ms": LEASE_MS, "worker": f"worker.py-{os.getpid()}"}
    try:
        while True:
            try:
                claimed = json.loads(send(f"/v1/work/{KIND}/claim", claim))
            except urllib.error.HTTPError as problem:
                if problem.code != 503:
                    raise
                time.sleep(float(problem.headers.get("Retry-After", 1)))
                continue
            except OSError:
                time.sleep(1)
                continue
            for item in claimed["items"]:
                work_on(item)
    except Stopped:
        return 0


if __name__ == "__main__":
    sys.exit(main())
