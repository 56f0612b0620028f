"""Runs the ONNX checker (full, with shape inference) and ONNX Runtime over .onnx files.

By hand:  node build/test/onnx/reference/write-models.js FOLDER && python test/onnx/reference/check.py FOLDER
Needs the packages onnx and onnxruntime (checked with 1.23 and 1.32).
"""

import pathlib
import sys

import onnx
import onnxruntime

for path in sorted(pathlib.Path(sys.argv[1]).glob("*.onnx")):
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    shapes = {value.name: value.shape for value in session.get_outputs()}
    print(f"{path.name}: opset {model.opset_import[0].version}, {len(model.graph.node)} nodes, results {shapes}")
