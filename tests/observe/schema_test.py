"""Timelines of every scheduler keep to the schema, and the schema is no formality: what a
viewer would stumble over is rejected.

Usage: schema_test.py SAMPLE_PROGRAM SCHEMA
"""

from __future__ import annotations

import copy
import json
import subprocess
import sys
import unittest
from pathlib import Path

import jsonschema

PROGRAM, SCHEMA = sys.argv[1:3]
VALIDATOR = jsonschema.Draft202012Validator(json.loads(Path(SCHEMA).read_text()))

SCHEDULERS = {
    "event_loop": 1,
    "sharded_loops": 2,
    "shared_queue": 2,
    "work_stealing": 2,
    "random_stealing": 2,
}


def timeline(scheduler: str, workers: int, jobs: int = 40) -> dict:
    command = [PROGRAM, scheduler, str(workers), str(jobs)]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    return json.loads(output)


class EverySchedulersTimeline(unittest.TestCase):
    def test_keeps_the_schema(self) -> None:
        for scheduler, workers in SCHEDULERS.items():
            with self.subTest(scheduler=scheduler):
                document = timeline(scheduler, workers)
                errors = [error.message for error in VALIDATOR.iter_errors(document)]
                self.assertEqual(errors, [])
                self.assertEqual(document["otherData"]["workers"], workers)
                phases = {event["ph"] for event in document["traceEvents"]}
                self.assertLessEqual(set("MXiC"), phases)


class TheSchema(unittest.TestCase):
    """Checked on one event of each kind. Two workers steal; the pool wakes a loop; a worker
    that spawns more than its queue holds, with nobody to steal, overflows."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.samples = {}
        for document in (
            timeline("work_stealing", 2),
            timeline("event_loop", 1),
            timeline("work_stealing", 1, jobs=300),
        ):
            for event in document["traceEvents"]:
                kind = event["ph"] + " " + event.get("cat", event["name"])
                cls.samples.setdefault(kind, event)
        cls.document = {**document, "traceEvents": list(cls.samples.values())}

    def accepts(self, document: dict) -> bool:
        return VALIDATOR.is_valid(document)

    def test_accepts_the_samples(self) -> None:
        self.assertTrue(self.accepts(self.document))
        for kind in ("X job", "X park", "X steal", "X wake", "s steal", "f wake", "i queue"):
            self.assertIn(kind, self.samples)

    def test_every_field_of_every_event_is_needed(self) -> None:
        for kind, event in self.samples.items():
            for field in event:
                with self.subTest(kind=kind, field=field):
                    changed = {key: value for key, value in event.items() if key != field}
                    self.assertFalse(self.accepts({**self.document, "traceEvents": [changed]}))

    def test_no_field_may_have_another_type(self) -> None:
        for kind, event in self.samples.items():
            for field in event:
                with self.subTest(kind=kind, field=field):
                    changed = {**event, field: [event[field]]}
                    self.assertFalse(self.accepts({**self.document, "traceEvents": [changed]}))

    def test_no_event_has_unknown_fields(self) -> None:
        for kind, event in self.samples.items():
            with self.subTest(kind=kind):
                changed = {**event, "colour": "red"}
                self.assertFalse(self.accepts({**self.document, "traceEvents": [changed]}))

    def test_times_are_not_negative(self) -> None:
        for kind, event in self.samples.items():
            for field in {"ts", "dur"} & event.keys():
                with self.subTest(kind=kind, field=field):
                    changed = {**event, field: -0.001}
                    self.assertFalse(self.accepts({**self.document, "traceEvents": [changed]}))

    def test_the_frame_is_needed(self) -> None:
        for field in self.document:
            changed = copy.deepcopy(self.document)
            del changed[field]
            self.assertFalse(self.accepts(changed), field)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
