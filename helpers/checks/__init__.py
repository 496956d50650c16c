"""Checks for the exercises: ``from helpers import checks as check``.

``check.one_hot(my_one_hot)`` prints one line about an answer. ``check.progress(1)`` lists
the exercises of lesson 1 with their state. ``check.pick("one_hot", my_one_hot)`` returns
the learner's function once its check is green, and the course's until then.

Each lesson has one topic, a module of this folder, which is imported when it is first used.
"""

import importlib
from collections.abc import Callable

# lesson -> topic module and the names of its tasks, in the order of the lesson
TOPICS = {
    0: (
        "start",
        "first_guess code_share unfilled",
    ),
    1: (
        "onehot",
        "nearest_to_apple one_hot pairwise_cosine lookup lookup_by_matmul multi_hot nearest "
        "nearest_categories renumbered_wards",
    ),
    2: (
        "dense",
        "numbers_in_full_svd pca_fit pca_transform truncate rank_for rotate "
        "milligram_to_gram keeps_and_compresses",
    ),
    3: (
        "skipgram",
        "never_meet build_vocab skipgram_pairs softmax_loss_grads sgd_step most_similar "
        "sum_of_rows who_made_the_labels",
    ),
    4: (
        "negative_sampling",
        "cosine_of_antonyms sgns_loss_grads negative_sampling_loss noise_distribution "
        "sample_negatives discard_prob cbow_hidden cbow_context_grad "
        "score_is_no_probability drugs_of_one_disease",
    ),
    5: (
        "counting",
        "shared_ngrams cooccurrence ppmi glove_loss char_ngrams word_vector "
        "vector_for_a_misspelling global_in_glove",
    ),
    6: (
        "mini_bert",
        "transformer_or_mean attention mask_tokens word_vector_at sense_gap "
        "two_plays_in_the_table positions_without_attention",
    ),
    7: (
        "notes",
        "nearest_to_evidence mean_vector sif_weights infer_document info_nce precision_at_k "
        "word_order new_notes",
    ),
    8: (
        "seeing",
        "wider_gap sigma_for_perplexity q_matrix knn_purity neighbor_overlap judge analogy "
        "six_clusters new_patient_on_a_map",
    ),
    9: (
        "ehr",
        "random_labels build_patients roll_up split_patients window pad_visits "
        "leaking_design no_code",
    ),
    10: (
        "codes_skipgram",
        "reversed_record visit_pairs kept_share group_report patient_vector sorted_visits "
        "reversed_stream",
    ),
    11: (
        "med2vec",
        "next_visit forward code_loss visit_pairs_within visit_loss top_codes "
        "score_with_itself loss_to_drop",
    ),
    12: (
        "mime",
        "only_the_link dx_objects dx_object visit_vector aux_loss shuffle_links no_links "
        "auxiliary_target",
    ),
    13: (
        "heart_failure",
        "vectors_with_100_labels make_task gru_step roc_auc average_precision paired_difference "
        "learning_curve as_onehot_weights rare_and_useful same_hundred_patients",
    ),
    14: (
        "transfer",
        "frozen_or_tuned entity_net features freeze extend_table rows_that_move "
        "map_larger_than_image",
    ),
    15: (
        "graphs",
        "shuffled_features step_probs sage_mean gat_layer read_out new_code large_p",
    ),
    16: (
        "midterm",
        "one_wrong_answer weakest_lessons my_item explain_full_windows two_hits unseen_exam",
    ),
    17: (
        "trees_and_links",
        "prior_or_attention path_to_root gram_vector link_prior allowed_attention lonely_code "
        "weight_is_no_reason",
    ),
}


def _topic(lesson: int) -> object:
    return importlib.import_module(f"{__name__}.{TOPICS[lesson][0]}")


def _task(name: str) -> object:
    for lesson, (_, names) in TOPICS.items():
        if name in names.split():
            return getattr(_topic(lesson), name)
    raise AttributeError(f"there is no check called {name!r}")


def __getattr__(name: str) -> object:
    if name.startswith("_"):
        raise AttributeError(name)
    return _task(name)


def tasks(lesson: int) -> list[object]:
    """Return the exercises, questions and predictions of a lesson, in its order."""
    return [getattr(_topic(lesson), name) for name in TOPICS[lesson][1].split()]


def progress(lesson: int) -> None:
    """Print the exercises and questions of a lesson with their state in this session."""
    mine = tasks(lesson)
    for task in mine:
        print(f"{task.number:<5} {task.name:<28} {task.record['status']}")
    marked = [task for task in mine if hasattr(task, "verdict")]  # a prediction has no marks
    done = sum(task.record["status"] == "correct" for task in marked)
    print(f"{done} of {len(marked)} correct. The list starts anew when the kernel restarts.")


def pick(name: str, answer: Callable) -> Callable:
    """Return `answer` if it passes the check called `name`, else the course's function.

    Prints which of the two it is.
    """
    exercise = _task(name)
    yours = exercise.verdict(answer).status == "correct"
    print(f"{name}: {'your function' if yours else 'the function of the course'}")
    return answer if yours else exercise.reference
