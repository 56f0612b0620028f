"""A peer: reads one JSON command a line on stdin, answers one JSON line on stdout.

{"prepare": work, "weights": file, "inputs": file}  ->  {"ready": true, "value": number, "evaluations": number | null}
{"run": times}                                      ->  {"ms": milliseconds for each time, "value": the last one}
"""
import json
import sys
import time

import numpy as np


def read_arrays(path):
    """Arrays by name: a line of JSON [{name, shape}], then their float32 numbers one after the other."""
    with open(path, "rb") as file:
        header = json.loads(file.readline())
        data = np.frombuffer(file.read(), dtype="<f4")
    arrays, at = {}, 0
    for entry in header:
        size = int(np.prod(entry["shape"]))
        arrays[entry["name"]] = data[at : at + size].reshape(entry["shape"]).copy()
        at += size
    return arrays


def serve(works, about):
    print(json.dumps(about), flush=True)
    run = None
    for line in sys.stdin:
        command = json.loads(line)
        if "prepare" in command:
            run = works[command["prepare"]](read_arrays(command["weights"]), read_arrays(command["inputs"]))
            value, evaluations = run()
            print(json.dumps({"ready": True, "value": value, "evaluations": evaluations}), flush=True)
        else:
            start = time.perf_counter()
            for _ in range(command["run"]):
                value, _ = run()
            print(json.dumps({"ms": 1000 * (time.perf_counter() - start) / command["run"], "value": value}), flush=True)
