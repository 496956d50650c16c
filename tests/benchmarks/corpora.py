"""Corpora to measure on: real prose, Zipf text with topics, short sets of codes, long streams.

All but the prose come from a seed, and then the truth is known: `group_of` says which words
were made to belong together. The prose is what the installed packages say about themselves,
so it differs a little from one environment to the next.
"""

import ast
import re
import sysconfig
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

PACKAGES = ("numpy", "torch", "sklearn", "scipy", "matplotlib", "IPython", "notebook", "jinja2")


@dataclass(frozen=True)
class Corpus:
    """Sentences to train on, sentences kept apart, and the planted group of each word."""

    name: str
    train: list[list[str]]
    held_out: list[list[str]]
    group_of: dict[str, int] | None = None


def docstrings(n_tokens: int = 500_000, vocab_size: int = 4000) -> Corpus:
    """Lines of prose from the docstrings of installed packages; one sentence in six held out."""
    sentences, left = [], int(n_tokens * 1.2)
    root = Path(sysconfig.get_paths()["purelib"])
    files = sorted(path for package in PACKAGES for path in root.glob(f"{package}/**/*.py"))
    order = np.random.default_rng(0).permutation(len(files))
    for path in (files[i] for i in order):
        for text in _docstrings_of(path):
            for sentence in re.split(r"\n\s*\n|[.!?]\s", text.lower()):
                words = re.findall(r"[a-z][a-z_]+", sentence)
                if len(words) >= 5:
                    sentences.append(words)
                    left -= len(words)
        if left < 0:
            break
    common = {w for w, _ in Counter(w for s in sentences for w in s).most_common(vocab_size)}
    sentences = [kept for s in sentences if len(kept := [w for w in s if w in common]) > 1]
    sentences = [sentences[i] for i in np.random.default_rng(1).permutation(len(sentences))]
    n_held_out = len(sentences) // 6
    return Corpus("docstrings", sentences[n_held_out:], sentences[:n_held_out])


def _docstrings_of(path: Path) -> list[str]:
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (SyntaxError, ValueError):
        return []
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef)
    return [
        text
        for node in ast.walk(tree)
        if isinstance(node, kinds)
        if (text := ast.get_docstring(node))
    ]


def zipf_topics(
    n_tokens: int = 400_000, vocab_size: int = 3000, n_topics: int = 60, seed: int = 0
) -> Corpus:
    """Sentences of about 15 words, each about one topic, among words that fit everywhere.

    A word's frequency falls as 1/rank. Three quarters of a sentence come from its topic, the rest
    from the whole vocabulary.
    """
    rng = np.random.default_rng(seed)
    share = 1 / np.arange(1, vocab_size + 1)
    topic_of = rng.integers(n_topics, size=vocab_size)
    within = [np.flatnonzero(topic_of == topic) for topic in range(n_topics)]
    sentences, made = [], 0
    while made < n_tokens * 1.2:
        words = within[rng.integers(n_topics)]
        length = 5 + rng.poisson(10)
        own = rng.choice(words, size=length, p=share[words] / share[words].sum())
        any_word = rng.choice(vocab_size, size=length, p=share / share.sum())
        ids = np.where(rng.random(length) < 0.75, own, any_word)
        sentences.append([f"w{i}" for i in ids])
        made += length
    n_held_out = len(sentences) // 6
    groups = {f"w{i}": int(topic) for i, topic in enumerate(topic_of)}
    return Corpus("zipf topics", sentences[n_held_out:], sentences[:n_held_out], groups)


def code_visits(
    n_patients: int = 3000, n_conditions: int = 40, seed: int = 0, joined: bool = False
) -> Corpus:
    """Visits of 2 to 12 codes of patients with a few lasting conditions.

    A condition has 8 codes of unequal frequency, so the vocabulary has ``8 * n_conditions``
    codes and 20 that anybody may get. With `joined` a patient's visits are one long sentence.
    """
    rng = np.random.default_rng(seed)
    frequency = 1 / np.arange(1, 9)
    sentences = []
    for _ in range(n_patients):
        conditions = rng.choice(n_conditions, size=rng.integers(1, 5), replace=False)
        stream = []
        for _ in range(rng.integers(2, 12)):
            present = conditions[rng.random(len(conditions)) < 0.7]
            codes = [f"x{rng.integers(20)}" for _ in range(rng.poisson(0.7))]
            for condition in present:
                n_codes = rng.integers(2, 5)
                picked = rng.choice(8, size=n_codes, replace=False, p=frequency / frequency.sum())
                codes += [f"c{condition}_{i}" for i in picked]
            codes = [codes[i] for i in rng.permutation(len(codes))]
            stream.append(codes)
        sentences += [[c for visit in stream for c in visit]] if joined else stream
    sentences = [sentence for sentence in sentences if len(sentence) > 1]
    n_held_out = len(sentences) // 6
    groups = {f"c{c}_{i}": c for c in range(n_conditions) for i in range(8)}
    name = "long streams of codes" if joined else "short sets of codes"
    return Corpus(name, sentences[n_held_out:], sentences[:n_held_out], groups)
