"""The networks, written down with their published channel counts.

Each function takes the layers to run and images [N, 3, H, W] and returns the logits [N, classes]. Dropout is off.
Nothing here needs PyTorch: `scripts/peers` runs three of these functions with other frameworks' layers.
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
    image_size: int = 224
    classes: int = 1000
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
    return _fully_connected(net, _vgg_features(net, x, _VGG16), hidden=4096)


def vgg16_2048(net: Layers, x: Tensor) -> Tensor:
    """The tutorial's form: half as many hidden units, and the logits pass a ReLU too."""
    return net.relu(_fully_connected(net, _vgg_features(net, x, _VGG16), hidden=2048))


def mobilenetv2(net: Layers, x: Tensor) -> Tensor:
    """Sandler 2018, width 1.0."""
    return _mobilenetv2(net, x, strides=(1, 2, 2, 2, 1, 2, 1), tutorial=False)


def mobilenetv2_tutorial(net: Layers, x: Tensor) -> Tensor:
    """A tutorial's form: other strides, a 1:1 expansion in the first block, some shortcuts with weights, and a
    classifier without biases."""
    return _mobilenetv2(net, x, strides=(1, 2, 2, 1, 2, 2, 1), tutorial=True)


def cifar10_tutorial(net: Layers, x: Tensor) -> Tensor:
    """The tutorial's network for crops of CIFAR-10: normalisation after the first pooling, before the second."""
    x = net.relu(net.conv("conv1", x, 64, size=5))
    x = _tutorial_norm(net, net.max_pool(x, size=3, stride=2, padding="SAME"))
    x = _tutorial_norm(net, net.relu(net.conv("conv2", x, 64, size=5)))
    x = net.flatten(net.max_pool(x, size=3, stride=2, padding="SAME"))
    x = net.relu(net.hidden("local3", x, 384))
    x = net.relu(net.hidden("local4", x, 192))
    return net.classifier("softmax_linear", x)


def lenet5(net: Layers, x: Tensor) -> Tensor:
    """Two classes of larger images; average poolings divide by the pixels inside the image."""
    for name, channels in (("conv1", 6), ("conv2", 16)):
        x = net.relu(net.conv(name, x, channels, size=5))
        x = net.average_pool(x, size=2, stride=2, padding="SAME")
    x = net.relu(net.conv("conv3", x, 120, size=5))
    return net.classifier("fc5", net.relu(net.hidden("fc4", net.flatten(x), 84)))


def vgg16_cifar10(net: Layers, x: Tensor) -> Tensor:
    """VGG16's convolutions for CIFAR-10, each with batch normalisation, and a small head."""
    for stage, (repeats, channels) in enumerate(_VGG16, start=1):
        for index in range(1, repeats + 1):
            name = f"conv{stage}_{index}"
            x = net.relu(net.batch_norm(name, net.conv(name, x, channels, size=3, bias=False)))
        x = net.max_pool(x, size=2, stride=2, padding="SAME")
    x = net.relu(net.batch_norm("fc6", net.hidden("fc6", net.flatten(x), 512, bias=False)))
    return net.classifier("fc8", net.hidden("fc7", x, 512))


def overfeat(net: Layers, x: Tensor) -> Tensor:
    """Sermanet 2013, the fast model."""
    x = net.relu(net.conv("conv1", x, 96, size=11, stride=4, padding="VALID"))
    x = net.max_pool(x, size=2, stride=2)
    x = net.relu(net.conv("conv2", x, 256, size=5, padding="VALID"))
    x = net.max_pool(x, size=2, stride=2)
    for name, channels in (("conv3", 512), ("conv4", 1024), ("conv5", 1024)):
        x = net.relu(net.conv(name, x, channels, size=3))
    x = net.flatten(net.max_pool(x, size=2, stride=2))
    x = net.relu(net.hidden("fc6", x, 3072))
    x = net.relu(net.hidden("fc7", x, 4096))
    return net.classifier("fc8", x)


def vgg11(net: Layers, x: Tensor) -> Tensor:
    """Simonyan & Zisserman 2014, configuration A."""
    stages = ((1, 64), (1, 128), (2, 256), (2, 512), (2, 512))
    return _fully_connected(net, _vgg_features(net, x, stages), hidden=4096)


def googlenet(net: Layers, x: Tensor) -> Tensor:
    """Szegedy 2014 without auxiliary heads and response normalisation."""

    def conv(name: str, x: Tensor, channels: int, size: int, stride: int = 1) -> Tensor:
        return net.relu(net.conv(name, x, channels, size, stride))

    def pool(x: Tensor, stride: int) -> Tensor:
        return net.max_pool(x, size=3, stride=stride, padding="SAME")

    x = pool(conv("conv1", x, 64, size=7, stride=2), stride=2)
    x = pool(conv("conv3", conv("conv2", x, 64, size=1), 192, size=3), stride=2)
    for name, (a, b_in, b, c_in, c, d) in _INCEPTION.items():
        x = net.concatenate(
            conv(f"{name}/1x1", x, a, size=1),
            conv(f"{name}/3x3", conv(f"{name}/3x3_reduce", x, b_in, size=1), b, size=3),
            conv(f"{name}/5x5", conv(f"{name}/5x5_reduce", x, c_in, size=1), c, size=5),
            conv(f"{name}/pool_project", pool(x, stride=1), d, size=1),
        )
        if name in ("inception3b", "inception4e"):
            x = pool(x, stride=2)
    return net.classifier("fc", net.global_mean(x))


def resnet18(net: Layers, x: Tensor) -> Tensor:
    """He 2015, two 3x3 convolutions a block."""
    return _resnet(net, x, repeats=(2, 2, 2, 2), bottleneck=False)


def resnet50(net: Layers, x: Tensor) -> Tensor:
    """He 2015, bottlenecks, with the stride in the 3x3 convolution."""
    return _resnet(net, x, repeats=(3, 4, 6, 3), bottleneck=True)


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
        Network("cifar10-tutorial", cifar10_tutorial, image_size=24, classes=10, activation_scale=300),
        Network("lenet5", lenet5, image_size=150, classes=2),
        Network("vgg16-cifar10", vgg16_cifar10, image_size=32, classes=10, has_batch_norm=True),
        Network("overfeat", overfeat, image_size=231),
        Network("vgg11", vgg11),
        Network("googlenet", googlenet),
        Network("resnet18", resnet18, has_batch_norm=True),
        Network("resnet50", resnet50, has_batch_norm=True),
    )
}


def _fully_connected(net: Layers, x: Tensor, hidden: int) -> Tensor:
    """The head of AlexNet and VGG: two hidden layers and the classifier."""
    x = net.relu(net.hidden("fc6", net.flatten(x), hidden))
    x = net.relu(net.hidden("fc7", x, hidden))
    return net.classifier("fc8", x)


_VGG16 = ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512))
"""(convolutions, channels) of each stage."""


def _vgg_features(net: Layers, x: Tensor, stages: tuple[tuple[int, int], ...]) -> Tensor:
    for stage, (repeats, channels) in enumerate(stages, start=1):
        for index in range(1, repeats + 1):
            x = net.relu(net.conv(f"conv{stage}_{index}", x, channels, size=3))
        x = net.max_pool(x, size=2, stride=2, padding="SAME")
    return x


def _tutorial_norm(net: Layers, x: Tensor) -> Tensor:
    return net.lrn(x, radius=4, alpha=0.001 / 9)


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


_INCEPTION = {
    "inception3a": (64, 96, 128, 16, 32, 32),
    "inception3b": (128, 128, 192, 32, 96, 64),
    "inception4a": (192, 96, 208, 16, 48, 64),
    "inception4b": (160, 112, 224, 24, 64, 64),
    "inception4c": (128, 128, 256, 24, 64, 64),
    "inception4d": (112, 144, 288, 32, 64, 64),
    "inception4e": (256, 160, 320, 32, 128, 128),
    "inception5a": (256, 160, 320, 32, 128, 128),
    "inception5b": (384, 192, 384, 48, 128, 128),
}
"""GoogLeNet: channels of 1x1, 3x3 behind its reduction, 5x5 behind its reduction, and the pooling's projection."""


def _resnet(net: Layers, x: Tensor, repeats: tuple[int, ...], bottleneck: bool) -> Tensor:
    def normalised_conv(name: str, x: Tensor, channels: int, size: int, stride: int = 1) -> Tensor:
        y = net.conv(name, x, channels, size, stride, bias=False, padding=size // 2)
        return net.batch_norm(name, y)

    def block(name: str, x: Tensor, channels: int, stride: int, projects: bool) -> Tensor:
        if bottleneck:
            y = net.relu(normalised_conv(f"{name}/conv1", x, channels, size=1))
            y = net.relu(normalised_conv(f"{name}/conv2", y, channels, size=3, stride=stride))
            y = normalised_conv(f"{name}/conv3", y, 4 * channels, size=1)
        else:
            y = net.relu(normalised_conv(f"{name}/conv1", x, channels, size=3, stride=stride))
            y = normalised_conv(f"{name}/conv2", y, channels, size=3)
        width = 4 * channels if bottleneck else channels
        return net.relu(y + (normalised_conv(f"{name}/shortcut", x, width, size=1, stride=stride) if projects else x))

    x = net.relu(normalised_conv("conv1", x, 64, size=7, stride=2))
    x = net.max_pool(x, size=3, stride=2, padding=1)
    number = 1
    for stage, count in enumerate(repeats):
        for index in range(count):
            first = index == 0
            stride = 2 if first and stage > 0 else 1
            x = block(f"block{number}", x, 64 << stage, stride, projects=first and (bottleneck or stage > 0))
            number += 1
    return net.classifier("fc", net.global_mean(x))
