"""The words of the course, each in a sentence, with the lesson that shows it at work."""

TERMS: dict[str, tuple[str, str]] = {
    "analogy": ("a is to b as c is to what; solved by adding and subtracting vectors", "08"),
    "auxiliary task": ("a second goal in training, beside the one that counts", "12"),
    "categorical": ("a value that is a name, not a quantity: a ward, a code", "01"),
    "CBOW": ("continuous bag of words: predict a word from the average of its context", "04"),
    "center": ("the word or code a pair is built around", "03"),
    "code": ("one entry of a code system, such as I50.9 in ICD-10-CM", "09"),
    "context": ("the words within the window around the center", "03"),
    "continuous vector": ("a list of numbers that may take any value, not only 0 and 1", "01"),
    "co-occurrence": ("two things met in the same window, visit or sentence", "02"),
    "cosine": ("how far two vectors point the same way: dot product over both lengths", "01"),
    "dense vector": ("a vector with few numbers, most of them not 0", "02"),
    "dimension": ("one of the numbers of a vector, or how many there are", "01"),
    "Doc2Vec": ("a free vector for each document, trained to predict its words", "07"),
    "embedding": ("one row of numbers for each category, and the table that holds them", "01"),
    "feature": ("one input of a model; a dimension need not be one you can name", "02"),
    "FastText": ("skip-gram in which a word is the mean of its n-grams", "05"),
    "fine-tuning": (
        "training a table that was trained before a little further, on your task",
        "14",
    ),
    "fixed-size vector": ("as many numbers for a note of 3 words as for one of 300", "07"),
    "GloVe": ("two tables and two biases fitted to the logarithm of each count", "05"),
    "graph": ("things and which of them are connected: nodes and edges", "15"),
    "inductive": ("learned as a function, so that it serves what comes later too", "15"),
    "LLM": ("large language model: a transformer trained on very much text", "06"),
    "multi-dimensional space": ("where vectors live: one axis for each of their numbers", "02"),
    "multi-hot": ("a row with a 1 for every category that is present", "01"),
    "n-gram": ("a run of n characters of a word, with marks at its beginning and end", "05"),
    "negative sampling": ("tell the true neighbor from a few words drawn at random", "04"),
    "one-hot": ("a row with a single 1, in the column of its category", "01"),
    "onset": ("the first time a disease is recorded", "09"),
    "PCA": ("principal component analysis: the directions in which rows vary most", "02"),
    "phenotype": ("a group of patients who show the same picture of a disease", "09"),
    "PPMI": ("how many times more often than by chance two words meet, as a logarithm", "05"),
    "read-out": ("one vector of a whole graph out of those of its nodes", "15"),
    "self-supervised": ("the labels come from the data; nobody writes them", "03"),
    "SIF": ("smooth inverse frequency: frequent words weigh less in an average", "07"),
    "skip-gram": ("predict the words around a word from that word", "03"),
    "sparse": ("almost all numbers are 0", "01"),
    "SVD": ("singular value decomposition: any matrix as rotation, scaling, rotation", "02"),
    "t-SNE": ("a map in the plane that tries to keep neighbors together", "08"),
    "transductive": ("learned for the things that were there; a new one has no vector", "15"),
    "transfer learning": ("using what was learned on one task for another", "14"),
    "transformer": ("a network whose layers let every word look at the others", "06"),
    "visit": ("one encounter of a patient: a date and a set of codes", "09"),
}


def explain(term: str) -> None:
    """Print what a term means and which lesson shows it.

    Raises
    ------
    KeyError
        If the glossary has no such term; the message lists those that begin like it.
    """
    by_lower = {known.lower(): known for known in TERMS}
    if term.lower() not in by_lower:
        close = [known for known in TERMS if known[:2].lower() == term[:2].lower()]
        raise KeyError(f"no {term!r} in the glossary; near it: {', '.join(close) or 'nothing'}")
    known = by_lower[term.lower()]
    meaning, lesson = TERMS[known]
    print(f"{known}: {meaning} (lesson {lesson}).")
