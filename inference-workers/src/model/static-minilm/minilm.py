"""all-MiniLM-L6-v2 read from its safetensors file and run in numpy: the teacher."""

import json
import struct

import numpy as np

HEADS = 12
LAYERS = 6
CLS, SEP = 101, 102
LONGEST = 256  # tokens, as the model's own configuration cuts texts


def read_tensors(path):
    """The tensors of a safetensors file, by name."""
    with open(path, "rb") as file:
        (size,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(size))
        body = file.read()
    return {
        name: np.frombuffer(body[slice(*entry["data_offsets"])], "<f4").reshape(entry["shape"])
        for name, entry in header.items()
        if entry.get("dtype") == "F32"
    }


def erf(x):
    """Abramowitz and Stegun 7.1.26: off by 1.5e-7 at most."""
    t = 1 / (1 + np.float32(0.3275911) * np.abs(x))
    series = np.float32(0)
    for factor in (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592):
        series = (series + np.float32(factor)) * t
    return np.sign(x) * (1 - series * np.exp(-x * x))


class MiniLM:
    """Encodes token ids. Texts of one batch have the same length, so nothing is padded or masked."""

    def __init__(self, path):
        self.tensors = read_tensors(path)

    def dense(self, name, x):
        return x @ self.tensors[name + ".weight"].T + self.tensors[name + ".bias"]

    def norm(self, name, x):
        mean = x.mean(-1, keepdims=True)
        variance = ((x - mean) ** 2).mean(-1, keepdims=True)
        return (x - mean) / np.sqrt(variance + 1e-12) * self.tensors[name + ".weight"] + self.tensors[name + ".bias"]

    def layer(self, name, x):
        texts, length, width = x.shape

        def heads(part):
            split = self.dense(f"{name}.attention.self.{part}", x).reshape(texts, length, HEADS, width // HEADS)
            return split.transpose(0, 2, 1, 3)

        scores = heads("query") @ heads("key").transpose(0, 1, 3, 2) / np.float32(np.sqrt(width // HEADS))
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (scores / scores.sum(-1, keepdims=True)) @ heads("value")
        mixed = mixed.transpose(0, 2, 1, 3).reshape(texts, length, width)
        x = self.norm(f"{name}.attention.output.LayerNorm", x + self.dense(f"{name}.attention.output.dense", mixed))
        inner = self.dense(f"{name}.intermediate.dense", x)
        inner = inner * (1 + erf(inner / np.float32(np.sqrt(2)))) / 2
        return self.norm(f"{name}.output.LayerNorm", x + self.dense(f"{name}.output.dense", inner))

    def outputs(self, ids):
        """The last layer's vectors [texts, tokens, 384] of an array of ids [texts, tokens]."""
        tensors = self.tensors
        x = tensors["embeddings.word_embeddings.weight"][ids]
        x = x + tensors["embeddings.position_embeddings.weight"][: ids.shape[1]]
        x = self.norm("embeddings.LayerNorm", x + tensors["embeddings.token_type_embeddings.weight"][0])
        for layer in range(LAYERS):
            x = self.layer(f"encoder.layer.{layer}", x)
        return x

    def embed(self, id_lists):
        """The unit vectors of texts, each a list of ids without [CLS] and [SEP]."""
        by_length = {}
        for i, ids in enumerate(id_lists):
            framed = [CLS, *ids[: LONGEST - 2], SEP]
            by_length.setdefault(len(framed), []).append((i, framed))
        vectors = np.zeros((len(id_lists), 384), np.float32)
        for same in by_length.values():
            for start in range(0, len(same), 16):
                part = same[start : start + 16]
                means = self.outputs(np.array([framed for _, framed in part])).mean(1)
                vectors[[i for i, _ in part]] = means / np.linalg.norm(means, axis=1, keepdims=True)
        return vectors
