"""Publishes three tasks straight into Kafka, and reads from Kafka what became of them.

Knows Kafka, Avro and Confluent's wire format, and no HTTP API of Millrace. Ends with 0 once all three have succeeded.

    python3 -m venv venv && venv/bin/pip install -r docs/examples/requirements.txt
    venv/bin/python docs/examples/publish_tasks.py $(cat data/kafka.address) $(cat data/registry.url)
"""

import hashlib
import io
import json
import sys
import time
import urllib.request
import uuid

import fastavro
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

REQUESTS = "millrace.task-requests"
EVENTS = "millrace.task-events"
ENDS = {"succeeded", "failed", "cancelled", "expired", "refused"}
PATIENCE_SECONDS = 120


class Registry:
    """Reads schemas from a Schema Registry, each once."""

    def __init__(self, url):
        self.url = url.rstrip("/")
        self.known = {}

    def latest(self, subject):
        """The id and the schema that a topic's values are to be written with."""
        found = self._get(f"/subjects/{subject}/versions/latest")
        return found["id"], fastavro.parse_schema(json.loads(found["schema"]))

    def by_id(self, schema_id):
        if schema_id not in self.known:
            text = self._get(f"/schemas/ids/{schema_id}")["schema"]
            self.known[schema_id] = fastavro.parse_schema(json.loads(text))
        return self.known[schema_id]

    def _get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=30) as answer:
            return json.load(answer)


def encode(schema_id, schema, value):
    """Confluent's wire format: a zero byte, the schema's id, Avro."""
    out = io.BytesIO()
    out.write(b"\0" + schema_id.to_bytes(4, "big"))
    fastavro.schemaless_writer(out, schema, value)
    return out.getvalue()


def decode(registry, wire):
    schema = registry.by_id(int.from_bytes(wire[1:5], "big"))
    return fastavro.schemaless_reader(io.BytesIO(wire[5:]), schema)


def task_id(key, tenant="default"):
    """The id that an idempotency key gives its task: SHA-256 over the parts, each after its length, as a UUIDv8."""
    digest = hashlib.sha256()
    for part in ("task", tenant, key):
        text = part.encode()
        digest.update(len(text).to_bytes(4, "big") + text)
    bits = bytearray(digest.digest()[:16])
    bits[6] = bits[6] & 0x0F | 0x80
    bits[8] = bits[8] & 0x3F | 0x80
    return str(uuid.UUID(bytes=bytes(bits)))


def ends(consumer):
    """Where each partition of the events ends now."""
    partitions = [TopicPartition(EVENTS, number) for number in consumer.partitions_for_topic(EVENTS)]
    return consumer.end_offsets(partitions)


def main(bootstrap_servers, registry_url):
    registry = Registry(registry_url)
    schema_id, schema = registry.latest(REQUESTS + "-value")

    # From where the events end before anything is asked for, so that no outcome is missed.
    consumer = KafkaConsumer(bootstrap_servers=bootstrap_servers, isolation_level="read_committed")
    begin = ends(consumer)
    consumer.assign(list(begin))
    for partition, offset in begin.items():
        consumer.seek(partition, offset)

    run = uuid.uuid4()
    waiting = {}
    producer = KafkaProducer(bootstrap_servers=bootstrap_servers, acks="all")
    for number in range(1, 4):
        key = f"example-{run}-{number}"  # the same key again would ask for nothing new
        request = {
            "key": key,
            "kind": "echo",
            "input": json.dumps({"number": number}),
            "priority": "high",
            "labels": {"sensitivity": "internal", "tags": ["example"]},
        }
        producer.send(REQUESTS, key=b"publish_tasks.py", value=encode(schema_id, schema, request)).get(timeout=30)
        waiting[task_id(key)] = number
    producer.close()

    succeeded = 0
    deadline = time.monotonic() + PATIENCE_SECONDS
    while waiting and time.monotonic() < deadline:
        for records in consumer.poll(timeout_ms=500).values():
            for record in records:
                task = record.key.decode()
                event = decode(registry, record.value)
                what = event["type"].removeprefix("dev.millrace.task.")
                if task in waiting and what in ENDS:
                    print(f"task {waiting.pop(task)} {task}: {what}", flush=True)
                    succeeded += what == "succeeded"
    consumer.close()
    for task, number in waiting.items():
        print(f"task {number} {task}: no outcome; is it among the dead letters?", file=sys.stderr)
    return 0 if succeeded == 3 else 1


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2]))
