"""The minimum CVaR under constraints of a mandate, and the highest mean within ROOM of it, the whole program at once by
SciPy's HiGHS: the peer of bench/mandates.ts.

mandate.py M n FILE ALPHA ROOM '{"upper": 0.25, "group": 0.3, "most": 5, "least": 0.1, "turnover": 0.3, "cost": 0.001, "behind": 0.08}'

FILE has C (M, n), row-major float64. All parts are optional: the largest weight; the most in the first half of the assets; at
most `most` weights, each 0 or at least `least`; a turnover from equal weights with the first half sold, and what trades cost;
the CVaR of falling behind equal weights. Prints {minimum, both, cvar, mean}: the seconds of the minimum and of both, and what
they found.
"""
import json, sys, time
import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

M, n = int(sys.argv[1]), int(sys.argv[2])
C = np.fromfile(sys.argv[3]).reshape(M, n)
k = (1 - float(sys.argv[4])) * M
room, parts = float(sys.argv[5]), json.loads(sys.argv[6])
started = time.perf_counter()

# Columns: w (n), then those of each part.
lower, upper, binary, rows = [np.zeros(n)], [np.full(n, parts.get('upper', 1))], [np.zeros(n)], []
width = n


def columns(count, low, high, whole=0):
    global width
    for parts_, value in ((lower, low), (upper, high), (binary, whole)):
        parts_.append(np.full(count, value, dtype=float))
    width += count
    return width - count


def row(blocks, low, high):
    rows.append((blocks, low, high))


def cvar_of(returns):
    """Columns t and u with u_m + t + r_m w >= 0; the CVaR is t + sum u / k."""
    t, u = columns(1, -np.inf, np.inf), columns(M, 0, np.inf)
    row([(0, sparse.csr_array(returns)), (t, np.ones((M, 1))), (u, sparse.eye_array(M))], 0, np.inf)
    return [(t, np.ones((1, 1))), (u, np.full((1, M), 1 / k))]


row([(0, np.ones((1, n)))], 1, 1)
risk = cvar_of(C)
mean = [(0, C.mean(axis=0, keepdims=True))]
if 'group' in parts:
    row([(0, (np.arange(n) < n // 2).astype(float)[None, :])], 0, parts['group'])
if 'behind' in parts:
    row(cvar_of(C - C.mean(axis=1, keepdims=True)), -np.inf, parts['behind'])
if 'turnover' in parts:
    held = np.where(np.arange(n) < n // 2, 0, 1 / (n - n // 2))
    b = columns(n, 0, 1)
    row([(0, sparse.eye_array(n)), (b, -sparse.eye_array(n))], -np.inf, held)
    row([(b, np.ones((1, n)))], -np.inf, parts['turnover'])
    mean.append((b, np.full((1, n), -2 * parts['cost'])))
if 'most' in parts:
    y = columns(n, 0, 1, 1)
    row([(0, sparse.eye_array(n)), (y, -sparse.eye_array(n))], -np.inf, 0)
    row([(0, sparse.eye_array(n)), (y, -parts['least'] * sparse.eye_array(n))], 0, np.inf)
    row([(y, np.ones((1, n)))], 0, parts['most'])

def place(matrix, blocks):
    for at, block in blocks:
        matrix[:, at:at + block.shape[1]] = block
    return matrix


def constraint(blocks, low, high):
    return LinearConstraint(place(sparse.lil_array((blocks[0][1].shape[0], width)), blocks).tocsr(), low, high)


def solve(blocks, more=()):
    cost = place(np.zeros((1, width)), blocks)[0]
    options = {'mip_rel_gap': 0}
    return milp(cost, constraints=[*constraints, *more], bounds=bounds, integrality=np.concatenate(binary), options=options)


constraints = [constraint(*one) for one in rows]
bounds = Bounds(np.concatenate(lower), np.concatenate(upper))
least = solve(risk).fun
minimum = time.perf_counter() - started
best = solve([(at, -block) for at, block in mean], [constraint(risk, -np.inf, least + room)])
both = time.perf_counter() - started
print(json.dumps({'minimum': minimum, 'both': both, 'cvar': least, 'mean': -best.fun}))
