"""Imports only point down. The list of layers is the map of the package."""

import ast
import re
from pathlib import Path

import pytest

import helpers

HELPERS = Path(__file__).parents[1] / "helpers"

# Top to bottom: what is shown, what teaches, what draws, what learns, what measures, the nouns.
LAYERS = {
    "contents": 6,
    "release": 6,
    "demos": 5,
    "checks": 4,
    "exam": 4,
    "plots": 3,
    # models, simulators, loaders, and the door to disk
    "bert": 2,
    "bert_files": 2,
    "cbow": 2,
    "cohort": 2,
    "contextual": 2,
    "datasets": 2,
    "doc2vec": 2,
    "experiment": 2,
    "fasttext": 2,
    "entity_net": 2,
    "fine_tuning": 2,
    "flat_visits": 2,
    "graph_layers": 2,
    "graph_nets": 2,
    "gct": 2,
    "gram": 2,
    "gru_step": 2,
    "glove": 2,
    "groupings": 2,
    "layer_features": 2,
    "linear_methods": 2,
    "loaders": 2,
    "maps": 2,
    "masked_training": 2,
    "med2vec": 2,
    "med2vec_demo": 2,
    "med2vec_files": 2,
    "med2vec_groups": 2,
    "med2vec_rows": 2,
    "med2vec_by_hand": 2,
    "med2vec_training": 2,
    "med2vec_writer": 2,
    "mime_files": 2,
    "mime_objects": 2,
    "mime_writer": 2,
    "methods": 2,
    "mime": 2,
    "mime_by_hand": 2,
    "mime_released": 2,
    "mimic": 2,
    "mimic_codes": 2,
    "mimic_dialects": 2,
    "mimic_people": 2,
    "node2vec": 2,
    "next_visit": 2,
    "patient_gru": 2,
    "patient_training": 2,
    "ppmi": 2,
    "pretraining": 2,
    "recurrent_methods": 2,
    "sentence_encoder": 2,
    "residual_net": 2,
    "sgns": 2,
    "sgns_counts": 2,
    "sgns_stream": 2,
    "simulate": 2,
    "simulate_image": 2,
    "simulate_notes": 2,
    "simulate_outcome": 2,
    "simulate_patient": 2,
    "simulate_spots": 2,
    "simulate_stays": 2,
    "simulate_tables": 2,
    "simulate_visit": 2,
    "skipgram": 2,
    "synthea": 2,
    "synthea_links": 2,
    "synthea_rows": 2,
    "word2vec": 2,
    # data and measurement
    "activations": 1,
    "adam": 1,
    "attention": 1,
    "averages": 1,
    "batches": 1,
    "catalogue": 1,
    "censoring": 1,
    "clinic": 1,
    "code_groups": 1,
    "code_lists": 1,
    "code_names": 1,
    "code_tree": 1,
    "coded_rows": 1,
    "distinct_rows": 1,
    "decomposition": 1,
    "demographics": 1,
    "ehr_assembly": 1,
    "encounters": 1,
    "environment": 1,
    "events": 1,
    "export_folder": 1,
    "graph": 1,
    "gru_cells": 1,
    "hidden_links": 1,
    "icd_shape": 1,
    "incidence": 1,
    "link_control": 1,
    "link_features": 1,
    "masking": 1,
    "link_prior": 1,
    "metrics": 1,
    "near_duplicates": 1,
    "noise": 1,
    "notes_grammar": 1,
    "notes_sentence": 1,
    "notes_tables": 1,
    "notes_truth": 1,
    "occurrences": 1,
    "onehot": 1,
    "paired": 1,
    "pairs": 1,
    "patient_vectors": 1,
    "pickled_numbers": 1,
    "record_graph": 1,
    "records": 1,
    "safe_pickle": 1,
    "safetensors_file": 1,
    "seqs_folder": 1,
    "prediction_task": 1,
    "ranking": 1,
    "results": 1,
    "similarity": 1,
    "splits": 1,
    "streams": 1,
    "subwords": 1,
    "tables": 1,
    "text_columns": 1,
    "timeline": 1,
    "tsne": 1,
    "two_tables": 1,
    "undated_records": 1,
    "unknown_rows": 1,
    "unreadable": 1,
    "visit_index": 1,
    "visit_objects": 1,
    "visit_views": 1,
    # nouns
    "codes": 0,
    "conv_layers": 0,
    "glossary": 0,
    "notes": 0,
    "patients": 0,
    "progress": 0,
    "ragged": 0,
    "report": 0,
    "token_stream": 0,
    "vocab": 0,
    "whole_words": 0,
    "word_pieces": 0,
}


def module_of(path):
    return path.relative_to(HELPERS).parts[0].removesuffix(".py")


def imports(path):
    """Return the helpers modules that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {a.name.split(".")[1] for a in node.names if a.name.startswith("helpers.")}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "helpers":
            inner = node.module.split(".")[1:]
            found |= {inner[0]} if inner else {alias.name for alias in node.names}
    return found


FILES = sorted(path for path in HELPERS.rglob("*.py") if path.name != "__init__.py")


def test_every_module_has_a_layer():
    assert {module_of(path) for path in FILES} <= set(LAYERS)


def test_the_map_of_the_package_names_every_module_once():
    blocks = re.findall(r"^    .+(?:\n    .+)*", helpers.__doc__, re.MULTILINE)
    named = re.findall(r"\b[a-z]\w+", re.sub(r"\([^)]*\)|and the[^:]*:", "", " ".join(blocks)))
    assert sorted(named) == sorted({module_of(path) for path in FILES})


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(HELPERS)))
def test_imports_point_down(path):
    me = module_of(path)
    for other in imports(path) - {me}:
        assert LAYERS[other] <= LAYERS[me], f"{me} looks up to {other}"


def test_no_circles():
    graph = {}
    for path in FILES:
        graph.setdefault(module_of(path), set()).update(imports(path) - {module_of(path)})
    while graph:
        leaves = {module for module, others in graph.items() if not others & set(graph)}
        assert leaves, f"circle among {sorted(graph)}"
        graph = {module: others for module, others in graph.items() if module not in leaves}


def test_nothing_below_the_checks_knows_that_it_is_taught():
    for path in FILES:
        if LAYERS[module_of(path)] < 4:
            assert not imports(path) & {"checks", "exam", "demos", "release"}


def test_plots_fit_nothing():
    source = (HELPERS / "plots.py").read_text(encoding="utf-8")
    assert "sklearn" not in source and "torch" not in source and ".fit(" not in source
