"""PyTorch, the peer of bench/stacked.ts. Prints the seconds that all models took.

stacked.py UNITS BATCH STEPS WINDOWS MODELS EPOCHS PROCESSES THREADS

MODELS networks of two LSTM layers and a dense one on WINDOWS windows of STEPS numbers; Adam, mean squared error, shuffled
batches. PROCESSES train one after the other, each with THREADS threads. The time begins when all have made a first step.
"""
import json, multiprocessing, os, sys, time

UNITS, BATCH, STEPS, WINDOWS, MODELS, EPOCHS, PROCESSES, THREADS = map(int, sys.argv[1:])
# An OpenBLAS with threads of its own does not heed PyTorch.
os.environ['OPENBLAS_NUM_THREADS'] = str(THREADS)
import torch


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = torch.nn.LSTM(1, UNITS, 2, batch_first=True)
        self.dense = torch.nn.Linear(UNITS, 1)

    def forward(self, x):
        return self.dense(self.lstm(x)[0][:, -1])


def train(windows):
    net, x, y = Net(), torch.randn(windows, STEPS, 1), torch.randn(windows, 1)
    adam = torch.optim.Adam(net.parameters(), 1e-3)
    for _ in range(EPOCHS):
        for rows in torch.randperm(windows).split(BATCH):
            adam.zero_grad()
            ((net(x[rows]) - y[rows]) ** 2).mean().backward()
            adam.step()


def work(models, barrier):
    torch.set_num_threads(THREADS)
    train(BATCH)
    barrier.wait()
    for _ in range(models):
        train(WINDOWS)


if __name__ == '__main__':
    context = multiprocessing.get_context('fork')
    barrier = context.Barrier(PROCESSES + 1)
    shares = [len(range(k, MODELS, PROCESSES)) for k in range(PROCESSES)]
    processes = [context.Process(target=work, args=(share, barrier)) for share in shares]
    for process in processes:
        process.start()
    barrier.wait()
    started = time.perf_counter()
    for process in processes:
        process.join()
    print(json.dumps(time.perf_counter() - started))
