"""Small made-up visits whose codes come in planted groups.

Twelve conditions have ten codes each: diagnoses, drugs, one or two procedures. A visit draws a
few conditions, writes down a few codes of each, and adds a stray code now and then. The group
of a code is therefore known, and a lesson can ask whether a method finds it again.
"""

import numpy as np

GROUPS: dict[str, tuple[str, ...]] = {
    name: tuple(code.strip() for code in codes.split(";"))
    for name, codes in {
        "high blood pressure": "I10 hypertension; metoprolol; lisinopril; amlodipine; "
        "R03.0 raised pressure reading; losartan; hydrochlorothiazide; "
        "I11.9 hypertensive heart disease; I16.0 hypertensive urgency; 24-hour pressure recording",
        "diabetes": "E11.9 type 2 diabetes; metformin; HbA1c test; R73.9 high glucose; "
        "insulin glargine; E11.65 diabetes with high glucose; glipizide; E11.40 diabetic "
        "neuropathy; E11.22 diabetic kidney disease; empagliflozin",
        "heart failure": "I50.9 heart failure; furosemide; echocardiogram; R60.0 edema; "
        "spironolactone; I50.22 chronic systolic failure; torsemide; sacubitril-valsartan; "
        "I51.7 enlarged heart; I50.32 chronic diastolic failure",
        "coronary disease": "I25.10 coronary disease; aspirin; atorvastatin; R07.9 chest pain; "
        "nitroglycerin; clopidogrel; I20.9 angina; stress test; I25.2 old infarction; "
        "Z95.5 coronary stent",
        "atrial fibrillation": "I48.91 atrial fibrillation; apixaban; diltiazem; R00.2 "
        "palpitations; warfarin; Z79.01 anticoagulants; digoxin; I48.0 paroxysmal fibrillation; "
        "cardioversion; I48.20 chronic fibrillation",
        "kidney disease": "N18.9 chronic kidney disease; N18.30 kidney disease stage 3; "
        "calcitriol; sodium bicarbonate; sevelamer; D63.1 renal anemia; kidney ultrasound; "
        "epoetin; N25.81 renal hyperparathyroidism; N18.4 kidney disease stage 4",
        "asthma": "J45.909 asthma; albuterol; budesonide; montelukast; R06.2 wheezing; "
        "spirometry; cetirizine; J30.9 allergic rhinitis; J45.40 persistent asthma; "
        "J45.901 asthma attack",
        "COPD": "J44.9 COPD; tiotropium; R05.9 cough; F17.210 nicotine dependence; chest X-ray; "
        "umeclidinium; J44.1 COPD exacerbation; nicotine patch; J43.9 emphysema; roflumilast",
        "thyroid disease": "E03.9 hypothyroidism; levothyroxine; TSH test; R53.83 fatigue; "
        "thyroid ultrasound; E04.9 goiter; E06.3 autoimmune thyroiditis; liothyronine; "
        "E05.90 hyperthyroidism; methimazole",
        "migraine": "G43.909 migraine; sumatriptan; R51.9 headache; topiramate; propranolol; "
        "G43.109 migraine with aura; rizatriptan; head MRI; G44.209 tension headache; "
        "H53.149 photophobia",
        "reflux": "K21.9 reflux; omeprazole; R12 heartburn; pantoprazole; famotidine; gastroscopy; "
        "K29.70 gastritis; K44.9 hiatal hernia; sucralfate; K21.00 esophagitis",
        "joint disease": "M17.9 knee arthrosis; ibuprofen; knee X-ray; M25.561 knee pain; "
        "naproxen; diclofenac gel; M16.9 hip arthrosis; celecoxib; M19.90 arthrosis; "
        "Z96.651 artificial knee",
    }.items()
}


def simulate_grouped_visits(
    n_visits: int = 500, stray: float = 1.5, seed: int = 0
) -> list[tuple[str, ...]]:
    """Return visits as tuples of code names from :data:`GROUPS`, in alphabetical order.

    Each visit has one to three conditions, drawn without regard to each other, and two to four
    codes of each; the earlier a code stands in its group, the more often it is used (weight
    1 / rank).

    Parameters
    ----------
    n_visits
        How many visits.
    stray
        Mean number of codes a visit gets from anywhere, whatever its conditions.
    seed
        Same seed, same visits.

    Raises
    ------
    ValueError
        If `n_visits` or `stray` is negative.
    """
    if n_visits < 0 or stray < 0:
        raise ValueError(f"n_visits and stray cannot be negative: {n_visits}, {stray}")
    rng = np.random.default_rng(seed)
    groups = list(GROUPS.values())
    everything = [code for group in groups for code in group]
    weights = 1 / np.arange(1, 11)
    visits = []
    for _ in range(n_visits):
        codes: set[str] = set()
        for condition in rng.choice(len(groups), size=rng.integers(1, 4), replace=False):
            picked = rng.choice(
                10, size=rng.integers(2, 5), replace=False, p=weights / weights.sum()
            )
            codes |= {groups[condition][i] for i in picked}
        codes |= {everything[i] for i in rng.integers(len(everything), size=rng.poisson(stray))}
        visits.append(tuple(sorted(codes)))
    return visits


def group_of_code() -> dict[str, str]:
    """Return the planted group of every code, the codes in the order of :data:`GROUPS`."""
    return {code: name for name, codes in GROUPS.items() for code in codes}
