"""Pickles of tables for the reader: python pickles.py > pickles.json (pandas 3.1.1, NumPy 2.4.6)."""

import base64, io, json, pickle, struct, sys, types
import numpy as np
import pandas as pd

x = np.arange(12, dtype="f8").reshape(4, 3)
frame = pd.DataFrame(x, columns=["Time", "a", "b"])
out = {f"pandas, protocol {p}": base64.b64encode(pickle.dumps(frame, protocol=p)).decode() for p in (3, 4)}
out["mixed types"] = base64.b64encode(pickle.dumps(frame.assign(n=np.arange(4), s=["p", "q", "r", "s"]), protocol=4)).decode()


# As pandas 0.18 on Python 2.7 wrote it: protocol 2, texts of bytes, and the classes of that time.
def stand_in(module, name):
    made = sys.modules.setdefault(module, types.ModuleType(module))
    kind = type(name, (), {"__module__": module})
    setattr(made, name, kind)
    return kind


class Python2Pickler(pickle._Pickler):
    dispatch = dict(pickle._Pickler.dispatch)

    def save_bytes(self, value):
        self.write(b"U" + bytes([len(value)]) + value if len(value) < 256 else b"T" + struct.pack("<I", len(value)) + value)
        self.memoize(value)

    dispatch[bytes] = save_bytes
    dispatch[str] = lambda self, value: self.save_bytes(value.encode())


index, manager, table = (stand_in(m, n) for m, n in
                         (("pandas.indexes.base", "Index"), ("pandas.core.internals", "BlockManager"), ("pandas.core.frame", "DataFrame")))
axes = index()
axes.data = np.array([b"Time", b"a", b"b"], dtype=object)
blocks = manager()
type(blocks).__getstate__ = lambda self: ([axes], [x.T.copy()], [axes],
                                          {"0.14.1": {"axes": [axes], "blocks": [{"values": x.T.copy(), "mgr_locs": slice(0, 3, 1)}]}})
old = table()
old._data, old._typ = blocks, "dataframe"
file = io.BytesIO()
Python2Pickler(file, protocol=2).dump(old)
out["Python 2"] = base64.b64encode(file.getvalue()).decode()
print(json.dumps(out))
