"""Minimum CVaR under constraints of a mandate, the whole program at once by SciPy's HiGHS: the peer of bench/mandates.ts.

mandate.py M n FILE ALPHA '{"most": 5, "least": 0.1, "turnover": 0.3, "behind": 0.08}'

FILE has C (M, n), row-major float64. All parts are optional: at most `most` weights, each 0 or at least `least`; a
turnover from equal weights with the first half sold; the CVaR of falling behind equal weights. Prints {seconds, cvar}.
"""
import json, sys, time
import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

M, n = int(sys.argv[1]), int(sys.argv[2])
C = np.fromfile(sys.argv[3]).reshape(M, n)
k = (1 - float(sys.argv[4])) * M
parts = json.loads(sys.argv[5])
started = time.perf_counter()

# Columns: w (n), then those of each part.
lower, upper, binary, rows = [np.zeros(n)], [np.ones(n)], [np.zeros(n)], []
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
if 'behind' in parts:
    row(cvar_of(C - C.mean(axis=1, keepdims=True)), -np.inf, parts['behind'])
if 'turnover' in parts:
    held = np.where(np.arange(n) < n // 2, 0, 1 / (n - n // 2))
    b = columns(n, 0, 1)
    row([(0, sparse.eye_array(n)), (b, -sparse.eye_array(n))], -np.inf, held)
    row([(b, np.ones((1, n)))], -np.inf, parts['turnover'])
if 'most' in parts:
    y = columns(n, 0, 1, 1)
    row([(0, sparse.eye_array(n)), (y, -sparse.eye_array(n))], -np.inf, 0)
    row([(0, sparse.eye_array(n)), (y, -parts['least'] * sparse.eye_array(n))], 0, np.inf)
    row([(y, np.ones((1, n)))], 0, parts['most'])

constraints = []
for blocks, low, high in rows:
    height = blocks[0][1].shape[0]
    matrix = sparse.lil_array((height, width))
    for at, block in blocks:
        matrix[:, at:at + block.shape[1]] = block
    constraints.append(LinearConstraint(matrix.tocsr(), low, high))
cost = np.zeros(width)
for at, block in risk:
    cost[at:at + block.shape[1]] = np.asarray(block)[0]
bounds = Bounds(np.concatenate(lower), np.concatenate(upper))
result = milp(cost, constraints=constraints, bounds=bounds, integrality=np.concatenate(binary), options={'mip_rel_gap': 0})
print(json.dumps({'seconds': time.perf_counter() - started, 'cvar': result.fun}))
