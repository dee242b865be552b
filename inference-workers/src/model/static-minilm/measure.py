"""How near a student's judgement is to its teacher's: sentence pairs, and passages for queries."""

import pathlib
import re

import numpy as np

PASSAGE = 800  # characters
QUERY = 40  # characters at least


def read_pairs(path):
    """Pairs of sentences: each with its paraphrase, with one that shares words, and with two strangers."""
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    pairs = []
    for i, (sentence, same, other) in enumerate(rows):
        stranger = rows[(i + 7) % len(rows)]
        pairs += [(sentence, same), (sentence, other), (sentence, stranger[1]), (same, stranger[2])]
    return pairs


def read_passages(folder):
    """Texts of Markdown pages in passages of some 800 characters, and queries: the headings of the pages, and the
    last sentence of each passage, which it is then without; and for each query the passage it was taken from, or -1."""
    queries, sources, passages = [], [], []

    def add(passage):
        sentences = re.split(r"(?<=[.:!?])\s+", passage)
        if len(sentences) > 2 and len(sentences[-1]) > QUERY:
            queries.append(sentences.pop())
            sources.append(len(passages))
        passages.append(" ".join(sentences))

    for page in sorted(pathlib.Path(folder).glob("**/*.md")):
        passage = ""
        for paragraph in page.read_text(encoding="utf-8").split("\n\n"):
            if paragraph.startswith("#"):
                queries.append(re.sub(r"^#+ *(\d+\. *)?", "", paragraph.split("\n")[0]))
                sources.append(-1)
                continue
            passage = f"{passage}\n\n{paragraph}".strip()
            if len(passage) >= PASSAGE:
                add(passage[: 2 * PASSAGE])
                passage = ""
        if passage:
            add(passage)
    return queries, np.array(sources), passages


def ranks(values):
    """Ranks from 0, ties in the middle."""
    values = np.asarray(values)
    order = np.argsort(values, kind="stable")
    result = np.empty(len(values))
    result[order] = np.arange(len(values))
    for value in np.unique(values):
        result[values == value] = result[values == value].mean()
    return result


def spearman(a, b):
    return float(np.corrcoef(ranks(a), ranks(b))[0, 1])


def places(scores, wanted):
    """How many passages each query finds before the one that is wanted of it."""
    return (scores > scores[np.arange(len(wanted)), wanted][:, None]).sum(1)


class Measure:
    """What the teacher says of the texts that students are measured with; `embed` makes unit vectors."""

    def __init__(self, embed, pairs, docs):
        self.pairs = read_pairs(pairs)
        self.queries, self.sources, self.passages = read_passages(docs)
        self.cosines = self.pair_cosines(embed)
        self.scores = embed(self.queries) @ embed(self.passages).T

    def pair_cosines(self, embed):
        left, right = embed([a for a, _ in self.pairs]), embed([b for _, b in self.pairs])
        return (left * right).sum(1)

    def of_teacher(self):
        return self.figures(self.cosines, self.scores, np.ones(len(self.pairs), bool), np.ones(len(self.queries), bool))

    def of(self, embed, half=None):
        """The figures of a student.

        half: 0 or 1 for every other pair and query alone, so that what is chosen by one is told by the other
        """
        pairs, queries = np.arange(len(self.pairs)) // 4, np.arange(len(self.queries))
        scores = embed(self.queries) @ embed(self.passages).T
        return self.figures(
            self.pair_cosines(embed),
            scores,
            np.full(len(pairs), True) if half is None else pairs % 2 == half,
            np.full(len(queries), True) if half is None else queries % 2 == half,
        )

    def figures(self, cosines, scores, pairs, queries):
        """Spearman's correlation of the pairs' cosines with the teacher's; how often a paraphrase is nearer than the
        sentence that shares words; how often the teacher's first passage is first, and among five; how often the
        passage that a sentence was taken from is."""
        paraphrases, others = cosines[pairs][0::4], cosines[pairs][1::4]
        teacher = places(scores, self.scores.argmax(1))[queries]
        source = places(scores, np.maximum(self.sources, 0))[queries & (self.sources >= 0)]
        return {
            "spearman with the teacher": spearman(cosines[pairs], self.cosines[pairs]),
            "paraphrase before shared words": float((paraphrases > others).mean()),
            "teacher's first passage first": float((teacher == 0).mean()),
            "teacher's first passage among five": float((teacher < 5).mean()),
            "sentence finds its passage first": float((source == 0).mean()),
            "sentence finds its passage among five": float((source < 5).mean()),
        }
