"""PyTorch on one thread, the peer of bench/lstm.ts. Prints seconds as a JSON list, one number a repetition.

lstm.py epoch BATCH HIDDEN REPEAT      1,500 windows x 60 days, HIDDEN units, 12 assets; Adam, mean squared error
lstm.py draw SCENARIOS HORIZON REPEAT  64 units; every day from the whole window of the last 60 days
lstm.py carry SCENARIOS HORIZON REPEAT  64 units; every day from the state carried on
"""
import json, sys, time
import torch

WINDOWS, DAYS, ASSETS = 1500, 60, 12


class Net(torch.nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.lstm = torch.nn.LSTM(ASSETS, hidden, batch_first=True)
        self.dense = torch.nn.Linear(hidden, ASSETS)

    def forward(self, x, state=None):
        outputs, state = self.lstm(x, state)
        return self.dense(outputs[:, -1]), state


def epoch(batch, hidden):
    net, x, y = Net(hidden), torch.randn(WINDOWS, DAYS, ASSETS), torch.randn(WINDOWS, ASSETS)
    adam = torch.optim.Adam(net.parameters(), 1e-3)

    def run():
        for i in range(0, WINDOWS, batch):
            adam.zero_grad()
            ((net(x[i:i + batch])[0] - y[i:i + batch]) ** 2).mean().backward()
            adam.step()

    return run


def simulated(prediction):
    """One day: prediction + residual, clamped."""
    return (prediction + 0.01 * torch.randn_like(prediction)).clamp(-0.2, 0.2)


def draw(scenarios, horizon):
    net, real = Net(64), torch.randn(1, DAYS, ASSETS).repeat(scenarios, 1, 1)

    def run():
        window, wealth = real, torch.ones(scenarios, ASSETS, dtype=torch.float64)
        with torch.no_grad():
            for _ in range(horizon):
                day = simulated(net(window)[0])
                wealth *= 1 + day
                window = torch.cat([window[:, 1:], day[:, None]], 1)

    return run


def carry(scenarios, horizon):
    net, real = Net(64), torch.randn(1, DAYS, ASSETS)

    def run():
        wealth = torch.ones(scenarios, ASSETS, dtype=torch.float64)
        with torch.no_grad():
            prediction, (h, c) = net(real)
            prediction = prediction.repeat(scenarios, 1)
            state = (h.repeat(1, scenarios, 1), c.repeat(1, scenarios, 1))
            for _ in range(horizon):
                day = simulated(prediction)
                wealth *= 1 + day
                prediction, state = net(day[:, None], state)

    return run


if __name__ == '__main__':
    torch.set_num_threads(1)
    torch.manual_seed(0)
    what, first, second, repeat = sys.argv[1], *map(int, sys.argv[2:])
    run = {'epoch': epoch, 'draw': draw, 'carry': carry}[what](first, second)
    seconds = []
    for _ in range(repeat):
        started = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - started)
    print(json.dumps(seconds))
