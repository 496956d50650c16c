"""Check of the masking rule of BERT."""

import functools

import numpy as np

from helpers import masking
from helpers.checks import _forms
from helpers.checks._exercise import Exercise, Wrong, call

MASK, N_SPECIAL, NOT_ASKED = masking.MASK, masking.N_SPECIAL, masking.NOT_ASKED
VOCAB = 505


def _text(rows=200, columns=100, seed=0):
    """Draw sentences with [CLS] in front, [SEP] and padding behind, and all other specials."""
    ids = np.random.default_rng(seed).integers(N_SPECIAL, VOCAB, size=(rows, columns))
    ids[:, 0], ids[:, -3:], ids[:, -4], ids[:, 7], ids[:, 5] = 2, 0, 3, 1, MASK
    return ids


LONG = _text()
SHORT = _text(3, 12)
BRIEF = _text(1000, 12)  # five ordinary tokens in each
FEW = np.where(LONG >= N_SPECIAL, N_SPECIAL + LONG % 2, LONG)[:100]  # a text of two words


def _rule(fate=(0.8, 0.9), lowest=N_SPECIAL, special=False, label=None, other=NOT_ASKED):
    """Make an answer that departs from the rule in one place."""

    def answer(ids, rng, vocab_size, p=0.15):
        chosen = (rng.random(ids.shape) < p) & (special | (ids >= N_SPECIAL))
        draw = rng.random(ids.shape)
        inputs = np.where(chosen & (draw < fate[0]), MASK, ids)
        words = rng.integers(lowest, vocab_size, size=ids.shape)
        inputs = np.where(chosen & (draw >= fate[1]), words, inputs)
        return inputs, np.where(chosen, ids, other) if label is None else label(ids, inputs, chosen)

    return answer


_all_masked = _rule(fate=(1.0, 1.0))
_none_unchanged = _rule(fate=(0.8, 0.8))
_none_random = _rule(fate=(0.8, 1.0))
_random_and_unchanged_swapped_shares = _rule(fate=(0.1, 0.2))
_labels_everywhere = _rule(label=lambda ids, inputs, chosen: ids.copy())
_asks_only_masks = _rule(label=lambda ids, inputs, chosen: np.where(inputs == MASK, ids, NOT_ASKED))
_asks_only_changes = _rule(
    label=lambda ids, inputs, chosen: np.where(inputs != ids, ids, NOT_ASKED)
)
_asks_the_input = _rule(label=lambda ids, inputs, chosen: np.where(chosen, inputs, NOT_ASKED))
_asks_the_rest = _rule(label=lambda ids, inputs, chosen: np.where(chosen, NOT_ASKED, ids))
_zero_label = _rule(other=0)


def _sep_for_mask(ids, rng, vocab_size, p=0.15):
    inputs, labels = masking.mask_tokens(ids, rng, vocab_size, p)
    return np.where(inputs == MASK, 3, inputs), labels


_flags = _rule(label=lambda ids, inputs, chosen: np.where(chosen, 1, NOT_ASKED))
_specials_too = _rule(special=True)
_random_specials = _rule(lowest=0)


def _p_fixed(ids, rng, vocab_size, p=0.15):
    return masking.mask_tokens(ids, rng, vocab_size, 0.15)


def _p_of_mask(ids, rng, vocab_size, p=0.15):
    return masking.mask_tokens(ids, rng, vocab_size, 0.8 * p)


def _fate_of_all(ids, rng, vocab_size, p=0.15):
    chosen = (ids >= N_SPECIAL) & (rng.random(ids.shape) < p)
    draw = rng.random()
    words = rng.integers(N_SPECIAL, vocab_size, size=ids.shape)
    new = MASK if draw < 0.8 else words if draw < 0.9 else ids
    return np.where(chosen, new, ids), np.where(chosen, ids, NOT_ASKED)


def _one_word_for_all(ids, rng, vocab_size, p=0.15):
    chosen = (ids >= N_SPECIAL) & (rng.random(ids.shape) < p)
    draw = rng.random(ids.shape)
    inputs = np.where(chosen & (draw < 0.8), MASK, ids)
    inputs = np.where(chosen & (draw >= 0.9), rng.integers(N_SPECIAL, vocab_size), inputs)
    return inputs, np.where(chosen, ids, NOT_ASKED)


def _drawn_in_shapes(fate, word):
    """Make an answer whose fates and random words are drawn for a whole row or column at once."""

    def answer(ids, rng, vocab_size, p=0.15):
        chosen = (ids >= N_SPECIAL) & (rng.random(ids.shape) < p)
        draw = rng.random(fate(*ids.shape))
        words = rng.integers(N_SPECIAL, vocab_size, size=word(*ids.shape))
        new = np.where(draw < 0.8, MASK, np.where(draw < 0.9, words, ids))
        return np.where(chosen, new, ids), np.where(chosen, ids, NOT_ASKED)

    return answer


_one_word_a_row = _drawn_in_shapes(lambda n, m: (n, m), lambda n, m: (n, 1))
_one_fate_a_row = _drawn_in_shapes(lambda n, m: (n, 1), lambda n, m: (n, m))


def _same_columns(ids, rng, vocab_size, p=0.15):
    chosen = (ids >= N_SPECIAL) & (rng.random(ids.shape[-1]) < p)
    draw = rng.random(ids.shape)
    words = rng.integers(N_SPECIAL, vocab_size, size=ids.shape)
    new = np.where(draw < 0.8, MASK, np.where(draw < 0.9, words, ids))
    return np.where(chosen, new, ids), np.where(chosen, ids, NOT_ASKED)


def _swapped(ids, rng, vocab_size, p=0.15):
    return masking.mask_tokens(ids, rng, vocab_size, p)[::-1]


def _inputs_alone(ids, rng, vocab_size, p=0.15):
    return masking.mask_tokens(ids, rng, vocab_size, p)[0]


def _own_rng(ids, rng, vocab_size, p=0.15):
    return masking.mask_tokens(ids, np.random.default_rng(), vocab_size, p)


def _same_every_time(ids, rng, vocab_size, p=0.15):
    return masking.mask_tokens(ids, np.random.default_rng(0), vocab_size, p)


def _global_rng(ids, rng, vocab_size, p=0.15):
    return masking.mask_tokens(ids, np.random.default_rng(np.random.randint(2**31)), vocab_size, p)


def _ids(value):
    """Read both parts as arrays of whole numbers."""
    parts = _forms.arrays(value)
    for part in parts if isinstance(parts, list) and len(parts) == 2 else ():
        if part.dtype.kind == "b":
            return _forms.Unfit(value, "it returned True and False; both parts hold ids")
        if part.dtype.kind == "f" and not (part == np.round(part)).all():
            return _forms.Unfit(value, "it returned fractions; ids are whole numbers")
    return parts


# ---------------------------------------------------------------- what an answer does
def _run(answer, ids=LONG, p=0.15, seed=0):
    return answer(ids.copy(), np.random.default_rng(seed), VOCAB, p)


@functools.lru_cache(maxsize=16)
def _once(answer, p=0.15):
    """Return what an answer makes of the long text; it is looked at many times and run once."""
    return _run(answer, p=p)


def _known(answer, p=0.15):
    """Return inputs, labels and where something is asked, all of the shape of the long text."""
    inputs, labels = _once(answer, p)
    if not inputs.shape == labels.shape == LONG.shape:
        raise ValueError("another shape")  # which a law names
    return inputs, labels, labels != NOT_ASKED


def _far(hits, n, share):
    """Tell whether a count is more than four standard deviations from its expectation."""
    return abs(hits - n * share) > 4 * (n * share * (1 - share)) ** 0.5 + 1


def _is_one_array(answer):
    return hasattr(_once(answer), "shape")


def _is_swapped(answer):
    inputs, labels = _once(answer)
    return (inputs == NOT_ASKED).mean() > 0.5 and (labels == MASK).any()


def _labels_all(answer):
    return (_once(answer)[1] == LONG).all()


def _asks_the_unchosen(answer):
    inputs, _, asked = _known(answer)
    changed = inputs != LONG
    return changed.mean() > 0.05 and not asked[changed].any() and asked.mean() > 0.5


def _never_not_asked(answer):
    _, labels = _once(answer)
    return NOT_ASKED not in labels


def _asked_values(answer, of):
    inputs, labels, asked = _known(answer)
    wanted = of(inputs, labels)[asked]
    return asked.any() and (labels[asked] == wanted).all() and (labels[asked] != LONG[asked]).any()


def _changes_without_asking(answer):
    """Tell whether random words stand in the inputs that nobody asks about."""
    inputs, _, asked = _known(answer)
    masks_alone = (inputs[asked] == MASK).all() and asked.any()
    return masks_alone and ((inputs != LONG) & ~asked).any()


def _asks_no_unchanged(answer):
    """Tell whether fewer are asked than chosen: those that stay as they are, are not asked."""
    inputs, _, asked = _known(answer, p=1.0)
    ordinary = LONG >= N_SPECIAL
    unchanged = (inputs == LONG) & ordinary
    return not (unchanged & asked).any() and 0.05 < unchanged.mean() < 0.25


def _chooses_specials(answer):
    _, _, asked = _known(answer, p=1.0)
    return asked[LONG < N_SPECIAL].any()


def _random_is_special(answer):
    inputs, _, asked = _known(answer, p=1.0)
    drawn = inputs[asked & (inputs != MASK) & (inputs != LONG)]
    masks = (inputs[asked] == MASK).mean() > 0.5
    return masks and (drawn < N_SPECIAL).any() and (drawn >= N_SPECIAL).any()


def _writes_another_special(answer):
    """Tell whether most of the chosen tokens become a special token, and not [MASK]."""
    inputs, _, asked = _known(answer)
    now = inputs[asked & (inputs != LONG)]
    return (now < N_SPECIAL).mean() > 0.5 and (now == MASK).mean() < 0.05


def _shares(answer):
    """Return what becomes of the chosen tokens: shares of [MASK], other words, unchanged."""
    inputs, _, asked = _known(answer, p=0.5)
    asked = asked & (LONG >= N_SPECIAL)
    now, before = inputs[asked], LONG[asked]
    return (now == MASK).mean(), ((now != MASK) & (now != before)).mean(), (now == before).mean()


def _about(found, *expected):
    return np.allclose(found, expected, atol=0.02)


def _p_has_no_effect(answer):
    asked = [_known(answer, p=p)[2].mean() for p in (0.15, 0.6)]
    return abs(asked[0] - asked[1]) < 0.02 and asked[0] > 0.05


def _p_is_shortened(answer):
    ordinary = (LONG >= N_SPECIAL).sum()
    return not _far(_known(answer)[2].sum(), ordinary, 0.12)


def _one_fate(answer):
    """Ask for many short texts: each has one fate for all its chosen tokens."""
    fates = []
    for seed in range(30):
        inputs, labels = _run(answer, SHORT, 1.0, seed)
        asked = labels != NOT_ASKED
        fates.append(float((inputs[asked] == MASK).mean()))
    return set(fates) == {0.0, 1.0}


def _drawn(answer):
    """Return the inputs and where a random word stands in them, all tokens chosen."""
    inputs, _, asked = _known(answer, p=1.0)
    return inputs, asked & (inputs != MASK) & (inputs != LONG)


def _one_random_word(answer):
    inputs, drawn = _drawn(answer)
    return drawn.sum() > 100 and len(set(inputs[drawn].tolist())) == 1


def _lines(table):
    """Return the rows of a table and, as a second list, its columns."""
    return list(table), list(table.T)


def _one_random_word_a_line(answer):
    inputs, drawn = _drawn(answer)
    return drawn.sum() > 1000 and any(
        all(len(set(line[here])) <= 1 for line, here in zip(lines, places, strict=True))
        for lines, places in zip(_lines(inputs), _lines(drawn), strict=True)
    )


def _one_fate_a_line(answer):
    inputs, _, asked = _known(answer, p=1.0)
    masked = (inputs[asked] == MASK).mean() if asked.sum() > 10_000 else 0
    return 0 < masked < 1 and any(
        all(len(set(line[here] == MASK)) <= 1 for line, here in zip(lines, places, strict=True))
        for lines, places in zip(_lines(inputs), _lines(asked), strict=True)
    )


def _lines_chosen_whole(answer):
    _, _, asked = _known(answer)
    ordinary = asked[:, (LONG >= N_SPECIAL).all(axis=0)]
    return asked.any() and any(np.isin(ordinary.mean(axis=a), (0.0, 1.0)).all() for a in (0, 1))


def _not_by_the_rng(answer):
    first, again = _run(answer, SHORT, 0.5), _run(answer, SHORT, 0.5)
    return not all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))


def _ignores_the_rng(answer):
    first, other = _run(answer, SHORT, 0.5, seed=0), _run(answer, SHORT, 0.5, seed=1)
    return (
        all(np.array_equal(a, b) for a, b in zip(first, other, strict=True))
        and (first[1] != NOT_ASKED).any()
    )


# ---------------------------------------------------------------------------- laws
def _two_arrays_of_the_shape(answer):
    out = _run(answer, SHORT)
    if not isinstance(out, list) or len(out) != 2:
        return "Return two arrays: the inputs and the labels."
    for name, part in zip(("inputs", "labels"), out, strict=True):
        if part.shape != SHORT.shape:
            return f"ids has shape {SHORT.shape}; your {name} have {part.shape}."
    return None


def _labels_are_the_words(answer):
    inputs, labels, asked = _known(answer)
    if (labels[asked] != LONG[asked]).any():
        at = tuple(int(i) for i in np.argwhere(asked & (labels != LONG))[0])
        return (
            f"At {list(at)} the true word has id {LONG[at]}, your label is {labels[at]:.0f}. It "
            "is the true word that is asked for, and -100 elsewhere."
        )
    if ((inputs != LONG) & ~asked).any():
        at = tuple(int(i) for i in np.argwhere((inputs != LONG) & ~asked)[0])
        return f"At {list(at)} the input was changed and the label is -100: nobody asks for it."
    if asked[LONG < N_SPECIAL].any():
        at = tuple(int(i) for i in np.argwhere(asked & (LONG < N_SPECIAL))[0])
        return (
            f"Position {list(at)} is a special token, id {LONG[at]}; only ordinary tokens, ids 5 "
            "and above, may be chosen."
        )
    return None


def _p_is_the_share(answer):
    ordinary = (LONG >= N_SPECIAL).sum()
    for p in (0.15, 0.6, 0.0, 1.0):
        asked = _known(answer, p=p)[2].sum()
        if _far(asked, ordinary, p):
            return f"With p={p:g} you choose {asked / ordinary:.3f} of the ordinary tokens."
    share = (_run(answer, BRIEF, 0.5)[1] != NOT_ASKED).sum() / (BRIEF >= N_SPECIAL).sum()
    if abs(share - 0.5) > 0.03:  # more than four standard deviations
        return (
            f"With p=0.5, in sentences of five words, you choose {share:.3f} of the words. Is a "
            "number of them rounded?"
        )
    return None


def _eighty_ten_ten(answer):
    for p in (0.15, 1.0):
        inputs, _, asked = _known(answer, p=p)
        n = asked.sum()
        for name, hits, share in (
            ("become [MASK]", (inputs[asked] == MASK).sum(), 0.8),
            ("stay as they are", (inputs[asked] == LONG[asked]).sum(), 0.1 + 0.1 / 500),
        ):
            # a random word may be drawn so that it is never the word itself
            if _far(hits, n, share) and _far(hits, n, round(share, 1)):
                return f"With p={p:g}, of the chosen {hits / n:.3f} {name}; {share:.1f} should."
    drawn = inputs[asked & (inputs != MASK) & (inputs != LONG)]
    if drawn.min() < N_SPECIAL or drawn.max() >= VOCAB:
        return f"Random words have ids 5 to {VOCAB - 1}; yours {drawn.min()} to {drawn.max()}."
    quarter = np.histogram(drawn, bins=4, range=(N_SPECIAL, VOCAB))[0]
    if any(_far(count, len(drawn), 0.25) for count in quarter):
        return "Random words should be drawn evenly from all ordinary ids; yours are not."
    return _every_word_is_drawn(answer)


def _every_word_is_drawn(answer):
    """Ask with a vocabulary of two words, of which each is drawn very often."""
    inputs, _ = answer(FEW.copy(), np.random.default_rng(0), N_SPECIAL + 2, 1.0)
    now = inputs[FEW >= N_SPECIAL]
    for word in (N_SPECIAL, N_SPECIAL + 1):
        if word not in inputs[(inputs != FEW) & (inputs != MASK)]:
            return f"With vocab_size 7 there are two words, ids 5 and 6; {word} is never drawn."
    if _far((now == MASK).sum(), len(now), 0.8):
        return "With vocab_size 7 too many become [MASK], id 4: can it be drawn as a random word?"
    return None


def _rows_are_drawn_on_their_own(answer):
    _, _, asked = _known(answer)
    ordinary = (LONG >= N_SPECIAL).all(axis=0)
    spread = asked[:, ordinary].mean(axis=0).std()
    if spread > 0.06 or len({tuple(row) for row in asked.tolist()}) < 150:
        return "Which tokens are chosen should be drawn anew for each of them; yours repeat."
    return None


mask_tokens = Exercise(
    name="mask_tokens",
    number="6.2",
    review="section 3",
    reference=masking.mask_tokens,
    form=_ids,
    equal=None,
    calls=(
        call(SHORT, np.random.default_rng(0), VOCAB),
        call(LONG, np.random.default_rng(1), VOCAB, 0.5),
    ),
    laws=(
        _two_arrays_of_the_shape,
        _labels_are_the_words,
        _p_is_the_share,
        _eighty_ten_ten,
        _rows_are_drawn_on_their_own,
    ),
    wrong=(
        Wrong(_inputs_alone, "Return two arrays: the inputs and the labels.", _is_one_array),
        Wrong(_swapped, "The inputs come first, then the labels; yours are swapped.", _is_swapped),
        Wrong(_global_rng, "Same rng, other result: use the rng you are given, and no other.",
              _not_by_the_rng),
        Wrong(_own_rng, "Same rng, other result: use the rng you are given, and no other.",
              _not_by_the_rng),
        Wrong(_same_every_time, "Two different rngs give the same result: draw with the rng you "
              "are given.", _ignores_the_rng),
        Wrong(_labels_everywhere, "Your labels ask for every token. The model would be rewarded "
              "for copying: put -100 where nothing was chosen.", _labels_all),
        Wrong(_asks_the_rest, "Your labels ask for the tokens that were not chosen. -100 belongs "
              "there, the true word where one was chosen.", _asks_the_unchosen),
        Wrong(_zero_label, "Where nothing is asked the label is -100; another number is the id of "
              "a token.", _never_not_asked),
        Wrong(_asks_the_input, "Your labels hold what the model reads. The answer is the true "
              "word, from ids.", lambda a: _asked_values(a, lambda inputs, labels: inputs)),
        Wrong(_flags, "Your labels are 1 where a word is asked. Put the word's id there.",
              lambda a: _asked_values(a, lambda inputs, labels: np.ones_like(labels))),
        Wrong(_asks_only_masks, "You ask only where [MASK] stands. Chosen tokens that became "
              "another word, or stayed, are asked as well.", _changes_without_asking),
        Wrong(_asks_only_changes, "Chosen tokens that stay as they are, are asked as well; in "
              "yours their label is -100.", _asks_no_unchanged),
        Wrong(_specials_too, "A special token was chosen. Only ordinary tokens, ids 5 and above, "
              "may be.", _chooses_specials),
        Wrong(_sep_for_mask, "You write another special token where [MASK] belongs; its id is 4.",
              _writes_another_special),
        Wrong(_random_specials, "Some of your random words are special tokens. Draw from the ids "
              "5 to vocab_size - 1.", _random_is_special),
        Wrong(_p_fixed, "p has no effect in yours.", _p_has_no_effect),
        Wrong(_p_of_mask, "You choose p times .8 of the tokens. Choose p of them; .8 of the chosen "
              "become [MASK].", _p_is_shortened),
        Wrong(_fate_of_all, "All chosen tokens of a call share one fate. Draw it for each of them.",
              _one_fate),
        Wrong(_one_word_for_all, "All random words of a call are the same. Draw one for each "
              "place.", _one_random_word),
        Wrong(_one_word_a_row, "All random words of a row or of a column are the same. Draw one "
              "for each place of each sentence.", _one_random_word_a_line),
        Wrong(_one_fate_a_row, "All chosen tokens of a row or of a column share one fate. Draw it "
              "for each of them.", _one_fate_a_line),
        Wrong(_same_columns, "You choose the same places in every sentence, or whole sentences. "
              "Draw for each place of each sentence.", _lines_chosen_whole),
        Wrong(_all_masked, "All chosen tokens became [MASK]; 10 % should be random words, 10 % "
              "unchanged.", lambda a: _about(_shares(a), 1, 0, 0)),
        Wrong(_none_unchanged, "None of the chosen tokens stays as it is; 10 % should.",
              lambda a: _about(_shares(a), 0.8, 0.2, 0)),
        Wrong(_none_random, "None of the chosen tokens becomes a random word; 10 % should.",
              lambda a: _about(_shares(a), 0.8, 0, 0.2)),
        Wrong(_random_and_unchanged_swapped_shares, "Only one in ten of the chosen tokens becomes "
              "[MASK]; eight should.", lambda a: _about(_shares(a)[:1], 0.1)),
    ),
)  # fmt: skip
