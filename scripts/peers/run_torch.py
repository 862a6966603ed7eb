"""PyTorch, channels last. `channels_last`: eager; `compiled`: through Inductor, forward with frozen weights."""

import os

from case import CHANNELS_FIRST, HOME, Case
from padding import window_padding, same_padding

os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", str(HOME / "inductor"))

import torch  # noqa: E402
import torch._inductor.config as inductor  # noqa: E402
import torch.nn.functional as F  # noqa: E402


class Network(torch.nn.Module):
    """The oracle's layers, with parameters in PyTorch's shapes and layout.

    PyTorch pads both sides alike. Where SAME wants one zero more after than before, padding both sides with the larger
    number and mirroring the images and every kernel comes to the same, without a copy; but only where no pooling sees
    the mirrored images (MobileNetV2).
    """

    def __init__(self, case):
        super().__init__()
        self.case, self.mirrored = case, case.model == "mobilenetv2"
        for name, array in case.parameters.items():
            value = self.ours(name, torch.from_numpy(array))
            if "/moving_" in name:
                self.register_buffer(name.replace("/", "_"), value)
            else:
                self.register_parameter(name.replace("/", "_"), torch.nn.Parameter(value))

    def ours(self, name, value):
        """A parameter in PyTorch's shape."""
        if value.ndim == 2:
            return value.T.contiguous()
        if value.ndim == 4:
            value = value.permute(2, 3, 0, 1) if name.endswith("depthwise/weights") else value.permute(3, 2, 0, 1)
            value = value.flip(2, 3) if self.mirrored else value
            return value.contiguous(memory_format=torch.channels_last)
        return value

    def theirs(self, value):
        """A gradient in the suite's shape; of depthwise convolutions none is checked."""
        if value.ndim == 4:
            value = (value.flip(2, 3) if self.mirrored else value).permute(2, 3, 1, 0)
        return (value.T if value.ndim == 2 else value).numpy()

    def value(self, name):
        return getattr(self, name.replace("/", "_"))

    def forward(self, x):
        return self.case.network(self, x)

    def conv(self, name, x, channels, size, stride=1, groups=1, bias=True):
        before, after = same_padding(x.shape[2], size, stride)
        if before != after and not self.mirrored:
            x, after = F.pad(x, (before, after, before, after)), 0
        biases = self.value(f"{name}/biases") if bias else None
        return F.conv2d(x, self.value(f"{name}/weights"), biases, stride, after, groups=groups)

    def depthwise(self, name, x, stride):
        return self.conv(name, x, x.shape[1], 3, stride, groups=x.shape[1], bias=False)

    def batch_norm(self, name, x):
        mean, variance = self.value(f"{name}/moving_mean"), self.value(f"{name}/moving_variance")
        training = not self.case.forward_only
        moving = (None, None) if training else (mean, variance)
        return F.batch_norm(x, *moving, self.value(f"{name}/gamma"), self.value(f"{name}/beta"), training, eps=1e-5)

    def hidden(self, name, x, units):
        return F.linear(x, self.value(f"{name}/weights"), self.value(f"{name}/biases"))

    def classifier(self, name, x, bias=True):
        return self.hidden(name, x, 1000)

    def relu(self, x):
        return F.relu_(x)

    def relu6(self, x):
        return F.relu6(x, inplace=True)

    def lrn(self, x):
        """Written out in slices: `F.local_response_norm` is slower by a third."""
        squares = F.pad(x * x, (0, 0, 0, 0, 2, 2))
        total = sum(squares[:, shift : shift + x.shape[1]] for shift in range(5))
        root = torch.rsqrt(1 + 2e-5 * total)
        return x * (root * torch.sqrt(root))  # the power -3/4

    def max_pool(self, x, size, stride, padding="VALID"):
        before, after = window_padding(padding, x.shape[2], size, stride)
        if after > 0:
            x = F.pad(x, (before, after, before, after), value=-torch.inf)
        return F.max_pool2d(x, size, stride)

    def global_mean(self, x):
        return x.mean((2, 3))

    def flatten(self, x):
        return x.permute(0, 2, 3, 1).flatten(1)  # a view, as the channels are last in memory


def main():
    case = Case(modes=("channels_last", "compiled"), passes=("forward", "forward-backward"))
    torch.set_num_threads(case.threads)
    torch.set_float32_matmul_precision("highest")
    model = Network(case)
    images = torch.from_numpy(case.images(CHANNELS_FIRST)).contiguous(memory_format=torch.channels_last)
    images = images.flip(2, 3).contiguous(memory_format=torch.channels_last) if model.mirrored else images
    run = model
    if case.mode == "compiled":
        inductor.freezing = case.forward_only
        run = torch.compile(model, dynamic=False)
    if case.forward_only:
        model.eval()
        with torch.no_grad() if case.mode == "compiled" else torch.inference_mode():
            case.measure(lambda: run(images), run(images).numpy(), version=torch.__version__)
        return
    parameters = dict(model.named_parameters())

    def step():
        logits = run(images)
        return logits, torch.autograd.grad(logits.square().sum() / 2, list(parameters.values()))

    logits, found = step()
    found = dict(zip(parameters, found))
    gradients = {name: model.theirs(found[name.replace("/", "_")]) for name in case.checked}
    logits, found = logits.detach().numpy(), None
    case.measure(step, logits, gradients, version=torch.__version__)


main()
