"""PyTorch on one thread, the peer of bench/lstm.ts. Prints seconds as a JSON list, one number a repetition.

lstm.py epoch BATCH HIDDEN REPEAT      1,500 windows x 60 days, HIDDEN units, 12 assets; Adam, mean squared error
lstm.py carried BATCH HIDDEN REPEAT    1,750 days, 12 assets, in segments of 58 after 59 without a loss; then 375 predicted
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

    def last(self, x, steps):
        return self.dense(self.lstm(x)[0][:, -steps:])


def epoch(batch, hidden):
    net, x, y = Net(hidden), torch.randn(WINDOWS, DAYS, ASSETS), torch.randn(WINDOWS, ASSETS)
    adam = torch.optim.Adam(net.parameters(), 1e-3)

    def run():
        for i in range(0, WINDOWS, batch):
            adam.zero_grad()
            ((net(x[i:i + batch])[0] - y[i:i + batch]) ** 2).mean().backward()
            adam.step()

    return run


def carried(batch, hidden):
    days, segments, length, validation = 1750, 29, 58, 375
    net, z = Net(hidden), torch.randn(days, ASSETS)
    adam = torch.optim.Adam(net.parameters(), 1e-3)
    starts = [days - (segments - k) * length for k in range(segments)]
    x = torch.stack([z[at - DAYS:at + length - 1] for at in starts])
    y = torch.stack([z[at:at + length] for at in starts])
    later = torch.randn(1, 4 * DAYS + validation - 1, ASSETS)

    def run():
        for part in torch.arange(segments).tensor_split(-(-segments // batch)):
            adam.zero_grad()
            ((net.last(x[part], length) - y[part]) ** 2).mean().backward()
            adam.step()
        with torch.no_grad():
            net.last(later, validation)

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
    run = {'epoch': epoch, 'carried': carried, 'draw': draw, 'carry': carry}[what](first, second)
    seconds = []
    for _ in range(repeat):
        started = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - started)
    print(json.dumps(seconds))
