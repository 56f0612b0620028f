"""Small archives in the form of the public sets, as Python writes them: python forms.py > forms.json
(h5py 3.16.0, NumPy 2.4.6, pandas 3.1.1, pyarrow 26.0.1)."""

import base64, gzip, io, json, struct, tarfile, zipfile, zlib
import h5py
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

made = np.random.default_rng(0)


def idx(x):
    return struct.pack(f">HBB{x.ndim}I", 0, 8, x.ndim, *x.shape) + x.astype("u1").tobytes()


def zipped(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def tarred(files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        folder = tarfile.TarInfo("data")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def npy(x):
    out = io.BytesIO()
    np.save(out, x)
    return out.getvalue()


def hdf5(**tables):
    out = io.BytesIO()
    with h5py.File(out, "w") as file:
        for name, x in tables.items():
            file[name] = x
    return out.getvalue()


picture = np.zeros((2, 28, 28))
picture[0, 3, 20] = 7
picture[1, 0, 1] = 9
emnist = {}
for part, labels in (("train", [1, 26]), ("test", [2, 3])):
    emnist[f"gzip/emnist-letters-{part}-images-idx3-ubyte.gz"] = gzip.compress(idx(picture))
    emnist[f"gzip/emnist-letters-{part}-labels-idx1-ubyte.gz"] = gzip.compress(idx(np.array(labels)))

cifar = {}
for i, name in enumerate(["data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch"]):
    planes = np.stack([np.full((32, 32), 10 * i + c) for c in range(3)])
    planes[2, 1, 5] = 200
    cifar[f"cifar-10-batches-bin/{name}.bin"] = bytes([i]) + planes.astype("u1").tobytes()

digits = "\n".join(",".join(map(str, [*range(16)] * 4 + [d])) for d in (3, 9)) + "\n"
names = ["drummer1/a.mid", "drummer2/b.mid", "drummer2/c.mid"]
info = "drummer,session,id,style,bpm,beat_type,time_signature,midi_filename,audio_filename,duration,split\n" + "".join(
    f"d,s,i,rock,120,beat,4-4,{name},,1.5,{part}\n" for name, part in zip(names, ("test", "train", "validation")))
groove = {"groove/info.csv": info.encode(), **{f"groove/{name}": b"MThd" + name.encode() for name in names}}

frame = pd.DataFrame(made.normal(size=(60, 19)), columns=["Time", "Meth", "Eth", *map(str, range(1, 17))])
for i in range(8):
    frame[str(9 + i)] = frame[str(1 + i)] * 2 + 1e-3 * made.normal(size=60)
frame = pd.DataFrame(frame.to_numpy(), columns=frame.columns)


def hepmass(n, extra):
    x = np.round(made.normal(size=(n, 27 + extra)), 3)
    x[:, 3:9] = np.maximum(x[:, 3:9], 0)
    rows = np.hstack((np.arange(n)[:, None] % 2, x))
    head = ",".join(["# label", *(f"f{i}" for i in range(27)), *["mass"] * extra])
    return (head + "\n" + "\n".join(",".join(f"{v:.18e}" for v in row) for row in rows) + "\n").encode()


patches = {k: made.normal(size=(n, 63)).astype("f4") for k, n in (("train", 6), ("validation", 2), ("test", 3))}
maf = {"data/power/data.npy": npy(np.round(made.uniform(0, 9, (50, 8)), 2)),
       "data/gas/ethylene_CO.pickle": __import__("pickle").dumps(frame, protocol=4),
       "data/hepmass/1000_train.csv": hepmass(60, 0), "data/hepmass/1000_test.csv": hepmass(30, 1),
       "data/miniboone/data.npy": npy(made.normal(size=(50, 43))), "data/BSDS300/BSDS300.hdf5": hdf5(**patches)}

table = pa.table({"a": pa.array([1.5, None, -2.0]), "b": pa.array([1, 2, 3], pa.int32()), "c": pa.array([2**40, 5, -7]),
                  "name": pa.array(["x", "y", "z"])})
parquet = {}
for codec in ("none", "snappy", "gzip", "zstd"):
    out = io.BytesIO()
    pq.write_table(table, out, compression=codec)
    parquet[codec] = base64.b64encode(out.getvalue()).decode()

def hdf5_table(version, **how):
    out = io.BytesIO()
    with h5py.File(out, "w", libver=version) as file:
        file.create_dataset("x", data=np.arange(12, dtype="f4").reshape(4, 3) / 4, **how)
    return base64.b64encode(zlib.compress(out.getvalue(), 9)).decode()


v108 = ("v108", "v108")
hdf5_tables = {"earliest": hdf5_table("earliest"),
               "earliest, chunks": hdf5_table("earliest", chunks=(2, 2), compression="gzip", shuffle=True, fletcher32=True),
               "v108": hdf5_table(v108), "v108, chunks": hdf5_table(v108, chunks=(2, 2), compression="gzip")}

old, new = "tiles-main/releases/Ancient/Oct-5-2010/", "tiles-main/releases/Nov-2015/"
tiles = {"tiles-main/TILES_UNDER_UNKNOWN_LICENSE.md": "- lost.png\n\t- rltiles/mon/stolen.png\n", new + "mon/b/z.png": "1", new + "mon/y.png": "2",
         new + "item/stolen.png": "3", new + "player/copy.png": "1", old + "spells/a.png": "4", old + "dc-mon/copy of stolen.png": "3",
         old + "utility/tool.png": "5", old + "item/large.png": "large", new + "readme.txt": "6"}

files = {"tiles": zipped(tiles), "emnist": zipped(emnist), "cifar": tarred(cifar), "optdigits": zipped({"optdigits.tra": digits, "optdigits.tes": digits}),
         "groove zip": zipped(groove), "groove tar": tarred(groove), "maf": tarred(maf)}
print(json.dumps({"files": {k: base64.b64encode(v).decode() for k, v in files.items()}, "patch": patches["train"][:, 0].tolist(),
                  "parquet": parquet, "hdf5": hdf5_tables}))
