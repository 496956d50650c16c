"""Med2Vec as the released program computes it against the course's, on equal batches.

The rival is written the straightforward way: a multi-hot row a visit, every pair of codes listed in
Python, the exponentials of all codes with all codes, masks multiplied onto dense rows. First both
must give the same gradients of all six tables; then each does whole steps (batch from lists or
flat integers, forward, backward, Adadelta) by turns.
"""

import time

import numpy as np
import torch
from torch import nn

from helpers.med2vec import initial_parameters, losses
from helpers.ragged import offsets_of
from helpers.visit_views import VisitCodes

CODES_A_VISIT, VISITS_A_PATIENT, DIM = 13, 5, 200
LOG_EPS, L2 = 1e-8, 1e-3


def main(arguments: list[str]) -> None:
    """Print one line for each vocabulary, batch and window."""
    torch.set_num_threads(1)
    print(f"torch {torch.__version__}; {CODES_A_VISIT} codes a visit, {DIM} coordinates")
    print("visits a CPU second: straightforward, course; ratio of medians (of single rounds)")
    for n_codes in (500, 5000):
        for n_visits in (100, 1000):
            for window in (1, 5):
                print(one_race(n_codes, n_visits, window), flush=True)


def one_race(n_codes: int, n_visits: int, window: int, rounds: int = 5) -> str:
    """Hold gradients against each other, then let both do steps by turns."""
    visits = make_visits(n_codes, n_visits)
    rows = as_rows(visits)
    parameters = initial_parameters(n_codes, code_dim=DIM, visit_dim=DIM, scale=0.1)
    assert_equal_gradients(parameters, visits, rows, window)
    ours, theirs = leaves(parameters), Straightforward(parameters, window)
    steps = {
        "straightforward": step(theirs.parameters(), lambda: theirs(*padded(rows, n_codes))),
        "course": step(ours, lambda: losses(ours, visits, window=window).total),
    }
    seconds = {name: [] for name in steps}
    for _ in range(rounds):
        for name, do in steps.items():
            start = time.process_time()
            do()
            seconds[name].append(time.process_time() - start)
    slow, fast = (np.array(seconds[name]) for name in steps)
    ratio, each = np.median(slow) / np.median(fast), slow / fast
    return (
        f"  {n_codes:5,} codes, batch {n_visits:5,}, window {window}: "
        f"{n_visits / np.median(slow):8,.0f} {n_visits / np.median(fast):8,.0f}   "
        f"x{ratio:.1f} ({each.min():.1f}-{each.max():.1f})"
    )


def step(tables, loss):
    """Return a function that does one step of Adadelta, as the program does."""
    optimizer = torch.optim.Adadelta(tables, lr=1.0, rho=0.95, eps=1e-6)

    def do():
        optimizer.zero_grad()
        loss().backward()
        optimizer.step()

    return do


def leaves(parameters, dtype=torch.float32):
    """Return copies that gradients can be taken of."""
    return type(parameters)(*(p.detach().to(dtype).clone().requires_grad_() for p in parameters))


def assert_equal_gradients(parameters, visits, rows, window) -> None:
    """Compare all six gradients in double precision."""
    exact = leaves(parameters, torch.float64)
    rival = Straightforward(exact, window)
    rival(*padded(rows, len(exact.W_c), torch.float64)).backward()
    gradients = torch.autograd.grad(losses(exact, visits, window=window).total, exact)
    for found, table in zip(gradients, rival.parameters(), strict=True):
        torch.testing.assert_close(found, table.grad, rtol=1e-7, atol=1e-10)


class Straightforward(nn.Module):
    """The cost of the released program, line by line."""

    def __init__(self, parameters, window):
        super().__init__()
        self.W_emb, self.b_emb, self.W_hidden, self.b_hidden, self.W_output, self.b_output = (
            nn.Parameter(table.detach().clone()) for table in parameters
        )
        self.window = window

    def forward(self, x, mask, i_vector, j_vector):
        """Return visit cost, mean pair cost and penalty, added up."""
        emb = torch.relu(x @ self.W_emb + self.b_emb)
        visit = torch.relu(emb @ self.W_hidden + self.b_hidden)
        results = torch.softmax(visit @ self.W_output + self.b_output, dim=1)
        cost, valid = 0.0, mask
        for lag in range(1, self.window + 1):
            valid = valid[:-1] * mask[lag:]
            forwards = cross_entropy(x[lag:], results[:-lag] * valid[:, None])
            backwards = cross_entropy(x[:-lag], results[lag:] * valid[:, None])
            cost = cost + (forwards + backwards) / (valid.sum() + LOG_EPS)
        table = torch.relu(self.W_emb)
        norms = torch.exp(table @ table.T).sum(dim=1)
        dots = (table[i_vector] * table[j_vector]).sum(dim=1)
        pair_costs = -torch.log(torch.exp(dots) / norms[i_vector] + LOG_EPS)
        return cost + pair_costs.mean() + L2 * (self.W_emb**2).sum()


def cross_entropy(targets, p):
    """Return the sum over rows and targets."""
    present = targets * torch.log(p + LOG_EPS)
    return -(present + (1 - targets) * torch.log(1 - p + LOG_EPS)).sum()


def padded(rows, n_codes, dtype=torch.float32):
    """Make multi-hot rows, mask and pairs of a list of visits; ``[-1]`` parts patients."""
    x, mask = np.zeros((len(rows), n_codes)), np.zeros(len(rows))
    firsts, seconds = [], []
    for place, row in enumerate(rows):
        if row[0] == -1:
            continue
        x[place, row] = 1.0
        mask[place] = 1.0
        for first in row:
            for second in row:
                if first != second:
                    firsts.append(first)
                    seconds.append(second)
    x, mask = torch.tensor(x, dtype=dtype), torch.tensor(mask, dtype=dtype)
    return x, mask, torch.tensor(firsts), torch.tensor(seconds)


def make_visits(n_codes: int, n_visits: int, seed: int = 0) -> VisitCodes:
    """Draw sets of codes, of which the code of rank r is named in proportion to 1 / r."""
    rng = np.random.default_rng(seed)
    share = 1 / np.arange(1, n_codes + 1)
    lengths = rng.poisson(CODES_A_VISIT - 1, n_visits) + 1
    drawn = [rng.choice(n_codes, n, replace=False, p=share / share.sum()) for n in lengths]
    patients = np.full(n_visits // VISITS_A_PATIENT, VISITS_A_PATIENT)
    keys = tuple(f"c{i}" for i in range(n_codes))
    return VisitCodes(keys, np.concatenate(drawn), offsets_of(lengths), offsets_of(patients))


def as_rows(visits: VisitCodes) -> list[list[int]]:
    """Return the list of visits that the program reads."""
    each = [row.tolist() for row in np.split(visits.code_ids, visits.offsets[1:-1])]
    rows = []
    for start, end in zip(visits.patient_offsets[:-1], visits.patient_offsets[1:], strict=True):
        rows += [*each[start:end], [-1]]
    return rows[:-1]
