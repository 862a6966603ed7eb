"""TensorFlow in graph mode, as the classic scripts ran it. `graph`: weights are variables; `frozen`: constants."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import tensorflow as tf  # noqa: E402

from case import Case  # noqa: E402

v1 = tf.compat.v1


class Layers:
    """The oracle's layers in TensorFlow, whose layouts are the suite's own."""

    def __init__(self, values, training):
        self.values, self.training = values, training

    def conv(self, name, x, channels, size, stride=1, groups=1, bias=True):
        weights = self.values[f"{name}/weights"]
        if groups > 1 and self.training:  # grouped convolutions have no gradient on CPUs
            parts = zip(tf.split(x, groups, 3), tf.split(weights, groups, 3))
            x = tf.concat([tf.nn.conv2d(part, filters, stride, "SAME") for part, filters in parts], 3)
        else:
            x = tf.nn.conv2d(x, weights, stride, "SAME")
        return tf.nn.bias_add(x, self.values[f"{name}/biases"]) if bias else x

    def depthwise(self, name, x, stride):
        return tf.nn.depthwise_conv2d(x, self.values[f"{name}/weights"], [1, stride, stride, 1], "SAME")

    def batch_norm(self, name, x):
        gamma, beta = self.values[f"{name}/gamma"], self.values[f"{name}/beta"]
        moving = () if self.training else (self.values[f"{name}/moving_mean"], self.values[f"{name}/moving_variance"])
        return v1.nn.fused_batch_norm(x, gamma, beta, *moving, epsilon=1e-5, is_training=self.training)[0]

    def hidden(self, name, x, units):
        return tf.nn.bias_add(tf.matmul(x, self.values[f"{name}/weights"]), self.values[f"{name}/biases"])

    def classifier(self, name, x, bias=True):
        return self.hidden(name, x, 1000)

    def relu(self, x):
        return tf.nn.relu(x)

    def relu6(self, x):
        return tf.nn.relu6(x)

    def lrn(self, x):
        return tf.nn.local_response_normalization(x, 2, 1.0, 2e-5, 0.75)

    def max_pool(self, x, size, stride, padding="VALID"):
        return tf.nn.max_pool2d(x, size, stride, padding)

    def global_mean(self, x):
        return tf.reduce_mean(x, [1, 2])

    def flatten(self, x):
        return tf.reshape(x, [x.shape[0], -1])


def main():
    case = Case(modes=("graph", "frozen"), passes=("forward", "forward-backward"))
    v1.disable_eager_execution()
    feed = {}

    def variable(array):
        """Fed when the session begins: a graph with its values as constants is limited to 2 GB."""
        feed[v1.placeholder(tf.float32, array.shape)] = array
        return v1.Variable(list(feed)[-1], use_resource=True)

    images = variable(case.images())
    constructor = tf.constant if case.mode == "frozen" else variable
    values = {name: constructor(array) for name, array in case.parameters.items()}
    logits = case.network(Layers(values, training=not case.forward_only), images)
    settings = v1.ConfigProto(intra_op_parallelism_threads=case.threads, inter_op_parallelism_threads=1)
    with v1.Session(config=settings) as session:
        session.run(v1.global_variables_initializer(), feed_dict=feed)
        feed.clear()
        gradients, target = {}, logits
        if not case.forward_only:
            trained = [name for name in values if "/moving_" not in name]
            found = tf.gradients(tf.nn.l2_loss(logits), [values[name] for name in trained])
            gradients = session.run({name: found[trained.index(name)] for name in case.checked})
            target = found  # as the classic scripts do; a tf.group of them would be optimised away
        case.measure(lambda: session.run(target), session.run(logits), gradients, version=tf.__version__)


main()
