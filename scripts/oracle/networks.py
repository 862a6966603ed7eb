"""The six networks, written down with their published channel counts.

Each function takes the layers to run and images [N, 3, H, W] and returns the logits [N, classes]. Dropout is off.
Nothing here needs PyTorch: `scripts/peers` runs the same functions with other frameworks' layers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

    from layers import Layers


@dataclass(frozen=True)
class Network:
    """A network and what must be known about it beforehand."""

    name: str
    forward: Callable[[Layers, Tensor], Tensor]
    has_batch_norm: bool = False
    channel_multiple: int = 1
    """What reduced convolutions must stay divisible by."""
    activation_scale: float = 1
    """Factor of the random weights of the first layer and of all biases, hence of every activation."""


def alexnet(net: Layers, x: Tensor) -> Tensor:
    """Krizhevsky 2012: grouped convolutions, local response normalisation after the first two."""
    x = net.lrn(net.relu(net.conv("conv1", x, 96, size=11, stride=4)))
    x = net.max_pool(x, size=3, stride=2)
    x = net.lrn(net.relu(net.conv("conv2", x, 256, size=5, groups=2)))
    x = net.max_pool(x, size=3, stride=2)
    x = net.relu(net.conv("conv3", x, 384, size=3))
    x = net.relu(net.conv("conv4", x, 384, size=3, groups=2))
    x = net.relu(net.conv("conv5", x, 256, size=3, groups=2))
    x = net.max_pool(x, size=3, stride=2)
    return _fully_connected(net, x, hidden=4096)


def alexnet_owt(net: Layers, x: Tensor) -> Tensor:
    """The form of 'One weird trick' (Krizhevsky 2014): neither groups nor normalisation."""
    x = net.relu(net.conv("conv1", x, 64, size=11, stride=4))
    x = net.max_pool(x, size=3, stride=2)
    x = net.relu(net.conv("conv2", x, 192, size=5))
    x = net.max_pool(x, size=3, stride=2)
    for name, channels in (("conv3", 384), ("conv4", 256), ("conv5", 256)):
        x = net.relu(net.conv(name, x, channels, size=3))
    x = net.max_pool(x, size=3, stride=2)
    return _fully_connected(net, x, hidden=4096)


def vgg16(net: Layers, x: Tensor) -> Tensor:
    """Simonyan & Zisserman 2014, configuration D."""
    return _fully_connected(net, _vgg16_features(net, x), hidden=4096)


def vgg16_2048(net: Layers, x: Tensor) -> Tensor:
    """The tutorial's form: half as many hidden units, and the logits pass a ReLU too."""
    return net.relu(_fully_connected(net, _vgg16_features(net, x), hidden=2048))


def mobilenetv2(net: Layers, x: Tensor) -> Tensor:
    """Sandler 2018, width 1.0."""
    return _mobilenetv2(net, x, strides=(1, 2, 2, 2, 1, 2, 1), tutorial=False)


def mobilenetv2_tutorial(net: Layers, x: Tensor) -> Tensor:
    """A tutorial's form: other strides, a 1:1 expansion in the first block, some shortcuts with weights, and a
    classifier without biases."""
    return _mobilenetv2(net, x, strides=(1, 2, 2, 1, 2, 2, 1), tutorial=True)


NETWORKS: dict[str, Network] = {
    network.name: network
    for network in (
        # Response normalisation expects what pixels of 0 ... 255 lead to; it leaves small activations as they are.
        Network("alexnet", alexnet, channel_multiple=2, activation_scale=300),
        Network("alexnet-owt", alexnet_owt),
        Network("vgg16", vgg16),
        Network("vgg16-2048", vgg16_2048),
        Network("mobilenetv2", mobilenetv2, has_batch_norm=True),
        Network("mobilenetv2-tutorial", mobilenetv2_tutorial, has_batch_norm=True),
    )
}


def _fully_connected(net: Layers, x: Tensor, hidden: int) -> Tensor:
    """The head of AlexNet and VGG16: two hidden layers and the classifier."""
    x = net.relu(net.hidden("fc6", net.flatten(x), hidden))
    x = net.relu(net.hidden("fc7", x, hidden))
    return net.classifier("fc8", x)


def _vgg16_features(net: Layers, x: Tensor) -> Tensor:
    for stage, (repeats, channels) in enumerate(((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)), start=1):
        for index in range(1, repeats + 1):
            x = net.relu(net.conv(f"conv{stage}_{index}", x, channels, size=3))
        x = net.max_pool(x, size=2, stride=2, padding="SAME")
    return x


_STAGES = ((1, 16, 1), (6, 24, 2), (6, 32, 3), (6, 64, 4), (6, 96, 3), (6, 160, 3), (6, 320, 1))
"""MobileNetV2: (expansion, channels, repeats); the stride belongs to the first block of a stage."""


def _mobilenetv2(net: Layers, x: Tensor, strides: tuple[int, ...], tutorial: bool) -> Tensor:
    def normalised_conv(name: str, x: Tensor, channels: int, size: int = 1, stride: int = 1) -> Tensor:
        return net.batch_norm(name, net.conv(name, x, channels, size, stride, bias=False))

    def block(name: str, x: Tensor, inputs: int, expansion: int, channels: int, stride: int) -> Tensor:
        """Inverted residual; `inputs` and `channels` are published counts, which alone decide the shortcut."""
        y = x
        if expansion != 1 or tutorial:
            y = net.relu6(normalised_conv(f"{name}/expand", y, expansion * inputs))
        y = net.depthwise(f"{name}/depthwise", y, stride)
        y = net.relu6(net.batch_norm(f"{name}/depthwise", y))
        y = normalised_conv(f"{name}/project", y, channels)
        if stride != 1:
            return y
        if inputs == channels:
            return y + x
        if tutorial and channels != 320:
            return y + net.conv(f"{name}/shortcut", x, channels, size=1, bias=False)
        return y

    x = net.relu6(normalised_conv("conv1", x, 32, size=3, stride=2))
    inputs, number = 32, 1
    for (expansion, channels, repeats), stage_stride in zip(_STAGES, strides, strict=True):
        for repeat in range(repeats):
            x = block(f"block{number}", x, inputs, expansion, channels, stage_stride if repeat == 0 else 1)
            inputs, number = channels, number + 1
    x = net.relu6(normalised_conv("conv9", x, 1280))
    return net.classifier("logits", net.global_mean(x), bias=not tutorial)
