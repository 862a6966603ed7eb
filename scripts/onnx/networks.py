"""Networks in PyTorch whose graphs have, between them, every operator that PyTorch's exporter writes for such networks."""

from __future__ import annotations

import torch
from torch import nn


def conv(inputs: int, outputs: int, size: int, stride: int = 1, groups: int = 1, activation: nn.Module | None = None):
    """A convolution, a batch norm, and an activation where there is one."""
    layers = [
        nn.Conv2d(inputs, outputs, size, stride, size // 2, groups=groups, bias=False), nn.BatchNorm2d(outputs)]
    return nn.Sequential(*layers, *([activation] if activation else []))


class Bottleneck(nn.Module):
    """The residual block of ResNet-50, with the stride in the 3x3 convolution."""

    def __init__(self, inputs: int, width: int, stride: int) -> None:
        super().__init__()
        outputs = 4 * width
        self.body = nn.Sequential(
            conv(inputs, width, 1, activation=nn.ReLU()), conv(width, width, 3, stride, activation=nn.ReLU()),
            conv(width, outputs, 1))
        self.shortcut = nn.Identity() if stride == 1 and inputs == outputs else conv(inputs, outputs, 1, stride)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.body(x) + self.shortcut(x))


def resnet50() -> nn.Module:
    layers, inputs = [conv(3, 64, 7, 2, activation=nn.ReLU()), nn.MaxPool2d(3, 2, 1)], 64
    for width, count, stride in [(64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2)]:
        for index in range(count):
            layers.append(Bottleneck(inputs, width, stride if index == 0 else 1))
            inputs = 4 * width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inputs, 1000))


class InvertedResidual(nn.Module):
    """MobileNetV2's block: ReLU6, a depthwise convolution, no activation behind the projection."""

    def __init__(self, inputs: int, outputs: int, stride: int, expansion: int) -> None:
        super().__init__()
        hidden = inputs * expansion
        self.body = nn.Sequential(
            *([conv(inputs, hidden, 1, activation=nn.ReLU6())] if expansion != 1 else []),
            conv(hidden, hidden, 3, stride, groups=hidden, activation=nn.ReLU6()), conv(hidden, outputs, 1))
        self.adds = stride == 1 and inputs == outputs

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.body(x) if self.adds else self.body(x)


def mobilenetv2() -> nn.Module:
    layers, inputs = [conv(3, 32, 3, 2, activation=nn.ReLU6())], 32
    for expansion, outputs, count, stride in [
            (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]:
        for index in range(count):
            layers.append(InvertedResidual(inputs, outputs, stride if index == 0 else 1, expansion))
            inputs = outputs
    layers.append(conv(inputs, 1280, 1, activation=nn.ReLU6()))
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(1280, 1000))


def alexnet() -> nn.Module:
    """With groups and explicit padding; a fully connected layer reads an image of 6x6.

    Without response normalisation, which PyTorch exports as products and pools instead of LRN.
    """

    def block(inputs: int, outputs: int, size: int, stride: int = 1, groups: int = 1) -> list[nn.Module]:
        padding = 2 if stride > 1 else size // 2
        return [nn.Conv2d(inputs, outputs, size, stride, padding, groups=groups), nn.ReLU()]

    return nn.Sequential(
        *block(3, 96, 11, 4), nn.MaxPool2d(3, 2), *block(96, 256, 5, groups=2), nn.MaxPool2d(3, 2),
        *block(256, 384, 3), *block(384, 384, 3, groups=2), *block(384, 256, 3, groups=2), nn.MaxPool2d(3, 2), nn.Flatten(),
        nn.Dropout(), nn.Linear(9216, 4096), nn.ReLU(), nn.Dropout(), nn.Linear(4096, 4096), nn.ReLU(),
        nn.Linear(4096, 1000))


class Inception(nn.Module):
    """Branches that are concatenated, one of them behind a pool that keeps the size."""

    def __init__(self, inputs: int, widths: tuple[int, ...]) -> None:
        super().__init__()
        a, b1, b3, c1, c5, d = widths
        self.branches = nn.ModuleList([
            conv(inputs, a, 1, activation=nn.ReLU()),
            nn.Sequential(conv(inputs, b1, 1, activation=nn.ReLU()), conv(b1, b3, 3, activation=nn.ReLU())),
            nn.Sequential(conv(inputs, c1, 1, activation=nn.ReLU()), conv(c1, c5, 5, activation=nn.ReLU())),
            nn.Sequential(nn.MaxPool2d(3, 1, 1), conv(inputs, d, 1, activation=nn.ReLU()))])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.cat([branch(x) for branch in self.branches], 1)


def googlenet() -> nn.Module:
    """GoogLeNet with batch norms and without auxiliary heads; pools round up, as in the original."""
    pool = [nn.MaxPool2d(3, 2, ceil_mode=True)]
    modules = [
        (192, (64, 96, 128, 16, 32, 32)), (256, (128, 128, 192, 32, 96, 64)), None,
        (480, (192, 96, 208, 16, 48, 64)), (512, (160, 112, 224, 24, 64, 64)), (512, (128, 128, 256, 24, 64, 64)),
        (512, (112, 144, 288, 32, 64, 64)), (528, (256, 160, 320, 32, 128, 128)), None,
        (832, (256, 160, 320, 32, 128, 128)), (832, (384, 192, 384, 48, 128, 128))]
    return nn.Sequential(
        conv(3, 64, 7, 2, activation=nn.ReLU()), *pool, conv(64, 64, 1, activation=nn.ReLU()),
        conv(64, 192, 3, activation=nn.ReLU()), *pool,
        *(Inception(*module) if module else nn.MaxPool2d(3, 2, ceil_mode=True) for module in modules),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(1024, 1000))


class DenseLayer(nn.Module):
    """DenseNet's layer: a batch norm in front of each convolution, and the input beside the output."""

    def __init__(self, inputs: int, growth: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.BatchNorm2d(inputs), nn.ReLU(), nn.Conv2d(inputs, 4 * growth, 1, bias=False),
            nn.BatchNorm2d(4 * growth), nn.ReLU(), nn.Conv2d(4 * growth, growth, 3, padding=1, bias=False))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.cat([x, self.body(x)], 1)


def densenet121() -> nn.Module:
    layers, inputs = [conv(3, 64, 7, 2, activation=nn.ReLU()), nn.MaxPool2d(3, 2, 1)], 64
    for count in (6, 12, 24, 16):
        for _ in range(count):
            layers.append(DenseLayer(inputs, 32))
            inputs += 32
        if count != 16:
            layers += [
                nn.BatchNorm2d(inputs), nn.ReLU(), nn.Conv2d(inputs, inputs // 2, 1, bias=False), nn.AvgPool2d(2, 2)]
            inputs //= 2
    return nn.Sequential(
        *layers, nn.BatchNorm2d(inputs), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inputs, 1000))


NETWORKS = {build.__name__: build for build in (resnet50, mobilenetv2, alexnet, googlenet, densenet121)}


def seeded(build) -> nn.Module:
    """A network with batch norms whose statistics are not those of a new one."""
    torch.manual_seed(1)
    network = build()
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.weight.data.uniform_(0.8, 1.2)
            module.bias.data.uniform_(-0.1, 0.1)
            module.running_mean.uniform_(-0.1, 0.1)
            module.running_var.uniform_(0.8, 1.2)
    return network.eval()
