"""Files as NumPy writes them, for the readers: python numpy-files.py > numpy-files.json (NumPy 2.4.6)."""

import base64, io, json
import numpy as np

np.random.seed(0)


def saved(array, version=None):
    file = io.BytesIO()
    if version:
        np.lib.format.write_array(file, array, version=version)
    else:
        np.save(file, array)
    return base64.b64encode(file.getvalue()).decode()


cases = []
for descr in ["|b1", "|u1", "|i1", "<u2", ">u2", "<i2", ">i2", "<u4", ">u4", "<i4", ">i4", "<u8", ">u8", "<i8", ">i8",
              "<f2", ">f2", "<f4", ">f4", "<f8", ">f8"]:
    kind = np.dtype(descr).kind
    values = {"b": [0, 1, 1, 0, 1, 0], "u": [0, 1, 2, 100, 200, 255], "i": [-128, -1, 0, 1, 2, 127],
              "f": [-2.5, 0, 1 / 3, 65504, 6e-8, 1]}[kind]
    array = np.array(values).astype(descr).reshape(2, 3)
    for order in "CF":
        cases.append({"name": f"{descr} {order}", "npy": saved(np.array(array, order=order)), "shape": [2, 3],
                      "values": array.astype("f8").ravel().tolist()})
cube = np.arange(24, dtype="<i4").reshape(2, 3, 4)
cases.append({"name": "three axes F", "npy": saved(np.asfortranarray(cube)), "shape": [2, 3, 4], "values": list(range(24))})
cases.append({"name": "a scalar", "npy": saved(np.float64(7)), "shape": [], "values": [7]})
cases.append({"name": "one axis", "npy": saved(np.arange(3.0)), "shape": [3], "values": [0, 1, 2]})
cases.append({"name": "no rows", "npy": saved(np.zeros((0, 5), "f4")), "shape": [0, 5], "values": []})
cases.append({"name": "version 2", "npy": saved(np.arange(3.0), (2, 0)), "shape": [3], "values": [0, 1, 2]})
cases.append({"name": "version 3", "npy": saved(np.arange(3.0), (3, 0)), "shape": [3], "values": [0, 1, 2]})

refused = {"complex": np.ones(2, "c8"), "text": np.array(["ab"]), "record": np.zeros(2, [("a", "f4")]),
           "time": np.array(["2020-01-01"], "M8[D]"), "beyond 2^53": np.array([2**60])}
archives = {}
for name, save in {"stored": np.savez, "deflated": np.savez_compressed}.items():
    file = io.BytesIO()
    save(file, x=np.arange(200, dtype="f4").reshape(50, 4), labels=np.arange(50) % 3)
    archives[name] = base64.b64encode(file.getvalue()).decode()
print(json.dumps({"cases": cases, "refused": {k: saved(v) for k, v in refused.items()}, "archives": archives}))
