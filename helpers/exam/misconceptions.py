"""The named mistakes behind wrong answers, and the ideas that they share.

A wrong option, or a wrong number that a mistake would give, carries the id of the mistake. One
wrong answer proves little; several of one cluster point at an idea worth repairing.
"""

from typing import NamedTuple


class Cluster(NamedTuple):
    """Mistakes that come from one idea.

    Parameters
    ----------
    idea
        The idea behind the mistakes.
    advice
        What a learner reads.
    review
        Lesson and section to go back to, best first: ``(("02", 1), ("08", 4))``.
    """

    idea: str
    advice: str
    review: tuple[tuple[str, int], ...]


CLUSTERS: dict[str, Cluster] = {
    "K1": Cluster(
        "a number of the right kind for another question",
        "Before you compute, say what the asked number counts and in which range it lies.",
        (("02", 1), ("08", 4), ("13", 3)),
    ),
    "K2": Cluster(
        "windows that ignore ends, records, days or the center",
        "Draw the first and the last position, and see what falls over the edge.",
        (("03", 1), ("09", 4), ("10", 1), ("11", 3)),
    ),
    "K3": Cluster(
        "division by the wrong total, or by none",
        "Ask what must sum to 1, and over what.",
        (("03", 3), ("08", 2), ("13", 3)),
    ),
    "K4": Cluster(
        "a sign or a direction turned round",
        "Test your formula with an extreme case where you know the answer.",
        (("04", 2), ("13", 2)),
    ),
    "K5": Cluster(
        "a part of the model or of the sum left out",
        "List the parts on the picture of the model, and tick them one by one.",
        (("03", 2), ("11", 1), ("12", 2)),
    ),
    "K6": Cluster(
        "a square, logarithm, ReLU or sigmoid in the wrong place",
        "Write the formula, and number its operations in the order in which they are done.",
        (("02", 3), ("05", 2), ("11", 1), ("12", 2)),
    ),
    "K7": Cluster(
        "a neighboring model or formula in place of the asked one",
        "Ask which model has this part, and which has not.",
        (("05", 4), ("11", 1), ("12", 1), ("15", 3)),
    ),
    "K8": Cluster(
        "sets, sequences and links taken for one another",
        "Ask what shuffling would change.",
        (("10", 2), ("12", 1)),
    ),
    "K9": Cluster(
        "a map, an axis or a metric read for more than it says",
        "Ask which control row is missing.",
        (("08", 3), ("13", 5)),
    ),
    "K10": Cluster(
        "labels, training and transfer mixed up",
        "Ask who made the label, and which rows move.",
        (("03", 4), ("14", 3)),
    ),
}


class Misconception(NamedTuple):
    """A mistake: the cluster it belongs to, and what it computes or claims."""

    cluster: str
    text: str


def _table(cluster: str, texts: dict[str, str]) -> dict[str, Misconception]:
    return {id_: Misconception(cluster, text) for id_, text in texts.items()}


MISCONCEPTIONS: dict[str, Misconception] = {
    **_table(
        "K1",
        {
            "M02": "This compares the one-hot parts alone; the price belongs to the row too.",
            "M03": "This compares the prices alone; the one-hot parts belong to the row too.",
            "M05": "This is the dot product; it is not divided by the two lengths.",
            "M06": "This is the distance between the rows, not their cosine.",
            "M10": "This is Jaccard: what both have, over what either has.",
            "M11": "This is the overlap: what both have, over the smaller of the two.",
            "M12": "This divides by the squared lengths; the root is missing.",
            "M13": "This is Dice: twice what both have, over the sum of the sizes.",
            "M14": "This is one minus the cosine: a distance.",
            "M15": "This takes sums of absolute values for the lengths, not roots of squares.",
            "M20": "This adds up the dropped singular values without squares and root.",
            "M21": "This is the first dropped singular value alone: another norm of the error.",
            "M22": "This is the squared error; the root is missing.",
            "M104": "This is the entropy in bits; perplexity is 2 to the power of it.",
            "M105": "This counts the outcomes; perplexity weighs them by their probability.",
            "M106": "This looks at the likeliest outcome alone.",
            "M111": "This is the share of the largest group: what a blind guess would reach.",
            "M113": "This counts a point as a hit only if all its neighbors are hits.",
            "M114": "This turns the mean rank over; asked is the mean of the turned ranks.",
            "M115": "This is the mean rank, not the mean of one over the rank.",
            "M116": "This is the share of answers among the first three: recall at 3.",
            "M117": "This is the share of answers in first place: hits at 1.",
            "M145": "This counts ties between a case and a control as lost.",
            "M146": "This counts ties between a case and a control as won.",
            "M148": "This is accuracy at a threshold; AUC has no threshold.",
            "M149": "This is the AUC, not the average precision.",
            "M150": "This is the share of cases: what a random order would reach.",
            "M151": "This is the precision of the first three alone.",
            "M205": "This is how much more often than by chance the two meet, not a probability.",
        },
    ),
    **_table(
        "K2",
        {
            "M19": "This is off by one at the border.",
            "M25": "This takes the border itself in: there nothing is saved any more.",
            "M30": "This gives every position a full window, also at the ends.",
            "M31": "This counts each pair once; each of the two is the center once.",
            "M32": "This window reaches further on one side: the end of the range is left out.",
            "M33": "This pairs everything with everything; the window is forgotten.",
            "M34": "This also pairs each position with itself.",
            "M35": "This joins what is separate: pairs reach over a border.",
            "M66": "This leaves out the positions whose window is not full.",
            "M112": "This counts each point as its own neighbor.",
            "M118": "This pairs direct neighbors only: a window of one.",
            "M126": "This looks forward only; visits before count as well.",
            "M127": "This takes only the next visit, whatever the window is.",
            "M190": "This forgets the gap: the window must end before it.",
            "M191": "This takes both ends of the window in; one of them is outside.",
            "M192": "This puts the window up to the index day, gap and all.",
            "M193": "This takes everything before the index day, however long ago.",
            "M194": "This leaves both ends of the window out; one of them is inside.",
        },
    ),
    **_table(
        "K3",
        {
            "M18": "This is the share of the components, not of their variance.",
            "M40": "This divides the scores by their sum; softmax divides their exponentials.",
            "M42": "This is the odds: the others are divided by, but not the one itself.",
            "M43": "This gives all the same share.",
            "M47": "This stays with the scores: the step back to the vector is missing.",
            "M51": "This is a softmax over the few; here each score has its own sigmoid.",
            "M54": "This takes the mean over the negatives; the loss is their sum.",
            "M58": "This is the plain share of counts: the power is missing.",
            "M59": "This takes the power of the share, and the result does not sum to 1.",
            "M75": "This counts each pair as 1, whatever the distance.",
            "M78": "This divides by the window, not by the distance.",
            "M97": "This is the plain mean: frequent words count as much as rare ones.",
            "M98": "This divides by the sum of the weights; the formula divides by the words.",
            "M100": "This is the sum; it is not divided by the number of words.",
            "M107": "This counts each pair once in the total; each stands there twice.",
            "M108": "This divides by the sum of one point's row, not by that of all pairs.",
            "M110": "This is the weight before it is divided by the sum of the weights.",
            "M132": "This leaves the code itself out of the sum below the line.",
            "M139": "This takes the mean of the objects; the visit is their sum.",
            "M152": "This divides by the length of the list, not by the number of cases.",
            "M156": "This takes the plain mean of old and new; the gate weighs them.",
            "M172": "This takes all neighbors alike: p and q are forgotten.",
            "M175": "This adds up the neighbors; the layer takes their mean.",
            "M180": "This gives all neighbors the same weight: a mean.",
            "M189": "This is not divided by the number of neighbors of each point.",
            "M195": "This is the share that is real; asked is the rest.",
            "M201": "This is not divided by the sum of the exponentials.",
            "M204": "This divides by all visits; only those with the diagnosis count.",
        },
    ),
    **_table(
        "K4",
        {
            "M17": "This is the share that is lost; asked is the share that is kept.",
            "M23": "This is the size of what is kept; asked is what is dropped.",
            "M44": "This has the sign turned round.",
            "M45": "This forgets to subtract the 1 of the true answer.",
            "M50": "This treats a negative as if it were a true pair; its sign is the other one.",
            "M53": "This has the sign of a logarithm turned round.",
            "M55": "This walks up the hill: the gradient is added, not subtracted.",
            "M56": "This is the gradient, not the vector after the step.",
            "M61": "This is the probability to keep the word; asked is to discard it.",
            "M69": "This adds the logarithm of k; it is subtracted.",
            "M72": "This has the fraction upside down, which turns the sign of the logarithm.",
            "M143": "This weighs the main loss with lambda; it belongs to the others.",
            "M147": "This ranks the wrong way round: controls above cases.",
            "M153": "This exchanges the gate and one minus the gate.",
            "M168": "This is the share that stays frozen; asked is what is trained.",
            "M173": "This multiplies by p; the weight of going back is 1/p.",
            "M174": "This exchanges p and q: p is for going back, q for moving away.",
            "M203": "This is p(d | m): it divides by the visits with the drug.",
        },
    ),
    **_table(
        "K5",
        {
            "M07": "This stores a whole one-hot row for each id.",
            "M08": "This stores a vector for each row of data; the table has one a category.",
            "M09": "This counts the table alone; the ids are stored too.",
            "M26": "This counts one of the factors; the other has to be stored too.",
            "M36": "This counts one table of words; there are two.",
            "M46": "This is the pull of the true word alone; the expected word is missing.",
            "M48": "This is another coordinate than the asked one.",
            "M52": "This is the true pair alone; the negatives are missing.",
            "M57": "This step knows the true pair alone; the negatives push too.",
            "M68": "This is the PMI itself; the shift by the logarithm of k is missing.",
            "M79": "This leaves out the weight of the count.",
            "M84": "This forgets the boundary marks < and >.",
            "M85": "This forgets the entry of the whole word.",
            "M93": "This counts the tokens alone; positions and segments have rows too.",
            "M95": "This forgets the rows of the segments.",
            "M101": "This forgets the vectors of the documents.",
            "M122": "This leaves the demographics out.",
            "M123": "This counts a table that the model does not have.",
            "M124": "This leaves out the biases.",
            "M135": "This leaves out the skip connection: the input is added again.",
            "M136": "This leaves the diagnosis out of the sum; only its treatments are there.",
            "M142": "This leaves the weight lambda out.",
            "M144": "This scores only the treatments that are there; an absent one counts too.",
            "M154": "This lets all of the candidate through; one minus the gate is missing.",
            "M161": "This leaves the numeric columns out.",
            "M162": "This counts the tables alone; the layers after them have weights too.",
            "M169": "This counts everything as trained; the table is frozen.",
            "M188": "This leaves out one of the terms.",
            "M196": "This compares visits and forgets that visits have different numbers of codes.",
            "M197": "This compares codes within visits and forgets the visits that are padding.",
            "M198": "This forgets one axis of the padded array.",
            "M200": "This leaves out the row of the code itself; its path begins with it.",
            "M206": "This counts each pair once; each of the two looks at the other.",
            "M208": "This forgets the visit token, which meets every diagnosis.",
        },
    ),
    **_table(
        "K6",
        {
            "M16": "This adds singular values; variance goes with their squares.",
            "M41": "This is a sigmoid of one score; softmax compares it with the others.",
            "M60": "This takes the square root; the power is three quarters.",
            "M62": "This forgets the square root in the formula.",
            "M63": "This forgets the square root and the one minus.",
            "M70": "This uses another base of the logarithm than the one asked.",
            "M74": "This is the ratio; its logarithm is missing.",
            "M80": "This forgets to square the error.",
            "M81": "This aims at the count; the target is its logarithm.",
            "M82": "This squares the weight too; it stands outside the square.",
            "M83": "This forgets the power of three quarters in the weight.",
            "M87": "This forgets to divide the scores by the root of d.",
            "M88": "This divides by d; the formula divides by its root.",
            "M109": "This uses a Gaussian in the map; there it is 1/(1 + squared distance).",
            "M128": "This leaves out the ReLU.",
            "M129": "This leaves out the inner ReLU, before the visit layer.",
            "M130": "This takes the ReLU of each code and adds; the model adds first.",
            "M131": "This uses the raw table; its negative numbers become 0 first.",
            "M133": "This is a sigmoid of one score; the code loss compares with all codes.",
            "M141": "This puts each object through the layer and adds; the model adds first.",
            "M155": "This uses the gate's input itself; its sigmoid is missing.",
            "M178": "This leaves out the LeakyReLU before the softmax.",
            "M179": "This uses a ReLU; LeakyReLU keeps a little of what is negative.",
            "M185": "This result does not depend on the codes of the visit.",
        },
    ),
    **_table(
        "K7",
        {
            "M24": "This is what the full decomposition gives, not the one of rank k.",
            "M27": "This says that no rank saves anything.",
            "M37": "This is a table of every word with every word.",
            "M38": "This adds the sizes; a table multiplies them.",
            "M39": "This has a square layer between the tables; skip-gram has none.",
            "M64": "This is the formula of the released program; asked is that of the paper.",
            "M65": "This counts pairs as skip-gram does; CBOW has one example a position.",
            "M67": "This is how many steps a model of the next word has.",
            "M71": "This looks at the joint count alone; the words' own counts are missing.",
            "M73": "This is the logarithm of the odds ratio of the table.",
            "M76": "This looks to the right only; the counts go both ways.",
            "M77": "This adds the cell with center and context exchanged; it is another cell.",
            "M86": "This takes the n-grams of one length alone.",
            "M89": "This is the number of selected tokens; not all of them become [MASK].",
            "M90": "This takes 80 % of all tokens; 15 % are selected first.",
            "M91": "This is the number of tokens that become random ones.",
            "M92": "This is the number of tokens that are changed at all.",
            "M94": "This has a row for every token at every position; the two tables are added.",
            "M96": "This gives a position one number; it has a whole row.",
            "M99": "This lets frequent words count more; they should count less.",
            "M102": "This gives each document two vectors; it has one.",
            "M103": "This counts a bias that the model does not have.",
            "M121": "This is the chance that one given order comes up.",
            "M125": "This predicts single codes; the output here is over the groups.",
            "M140": "This is the sum of the objects before the visit layer.",
            "M157": "This is an LSTM: it has four blocks, a GRU has three.",
            "M158": "This has one bias vector a block; the convention here has two.",
            "M159": "This is a plain recurrent layer: one block.",
            "M160": "This feeds one-hot rows into the layer, without tables of vectors.",
            "M163": "This forgets that the dimension is capped at 50.",
            "M164": "This forgets the stride: the map would be as large as the image.",
            "M165": "This divides one side by the stride; both sides shrink.",
            "M166": "This is the pooled vector; asked is the map before pooling.",
            "M167": "This forgets the channels.",
            "M170": "This is trained over frozen; asked is trained over all.",
            "M171": "This counts blocks of the model, not their numbers.",
            "M176": "This puts the node itself among its neighbors; it has its own weight.",
            "M177": "This takes the largest neighbor; the layer takes the mean.",
            "M181": "This adds the fan-outs; the second is drawn for each node of the first.",
            "M182": "This counts the outermost nodes alone.",
            "M183": "This gives the node itself a second fan-out of its own.",
            "M184": "This uses the first fan-out twice.",
            "M199": "This is the plain mean of the path; GRAM weighs its nodes.",
            "M202": "This takes the node of the largest weight alone; all of them are mixed.",
            "M207": "This lets every token look at every other: the mask is forgotten.",
            "M209": "This also lets visit and treatments look at each other; the mask forbids it.",
        },
    ),
    **_table(
        "K8",
        {
            "M119": "This says that shuffling changes nothing; pairs far apart are lost.",
            "M120": "This says that shuffling destroys all pairs; many meet again by chance.",
            "M134": "This adds the gate to the treatment; the gate multiplies it.",
            "M137": "This makes an object of each pair; all treatments of a diagnosis are in one.",
            "M138": "This is the sum before the object's layer.",
        },
    ),
}
"""Every named mistake. An id is in one cluster only."""

NAMED_BY_CONCEPT: dict[str, str] = {
    **dict.fromkeys(("C40", "C41", "C43", "C48", "C49", "C50", "C53"), "K8"),
    **dict.fromkeys(
        ("C03", "C05", "C08", "C19", "C26", "C32", "C33", "C34", "C35", "C52", "C58", "C59"), "K9"
    ),
    **dict.fromkeys(("C01", "C06", "C07", "C11", "C12", "C28", "C51", "C57", "C60", "C61"), "K10"),
}
"""Concept items whose most tempting wrong option is an idea itself: it goes by the item's id."""


def cluster_of(mistake: str) -> str:
    """Return the cluster of a mistake.

    ``"M05"`` is the mistake behind a number, ``"C19"`` that of a concept item; a wrong option may
    also name the cluster itself, ``"K4"``.

    Raises
    ------
    KeyError
        If there is no such mistake.
    """
    if mistake in CLUSTERS:
        return mistake
    if mistake in MISCONCEPTIONS:
        return MISCONCEPTIONS[mistake].cluster
    if mistake in NAMED_BY_CONCEPT:
        return NAMED_BY_CONCEPT[mistake]
    raise KeyError(f"there is no mistake {mistake!r}")
