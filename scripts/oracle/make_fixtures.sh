#!/usr/bin/env bash
# Makes the fixtures in Tests/Fixtures/oracle again: bash scripts/oracle/make_fixtures.sh
#
# PYTHON names the interpreter that has requirements.txt installed (python3). The seeds were chosen for values that
# stay clear of kinks, for gradients that are mostly not zero, and for logits that depend on the images. Image sizes
# are small, but every VALID pooling has something to pool and every normalisation more than a handful of values.
# In vgg16-odd every pooling overhangs the image: 33, 17, 9, 5, 3, 2.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
fixtures=$here/../../Tests/Fixtures/oracle
export OMP_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=1
mkdir -p "$fixtures"

# fixture <file name> <options of oracle.py>...
fixture() {
  echo "$1"
  "${PYTHON:-python3}" "$here/oracle.py" --output "$fixtures/$1.safetensors" --classes 10 --check-float32 "${@:2}"
}

fixture alexnet --model alexnet --image-size 57 --batch 2 --width-divisor 256 --seed 252
fixture alexnet-owt --model alexnet-owt --image-size 62 --batch 1 --width-divisor 256 --seed 335
fixture vgg16 --model vgg16 --image-size 64 --batch 1 --width-divisor 256 --seed 789
fixture vgg16-odd --model vgg16 --image-size 33 --batch 2 --width-divisor 128 --seed 668
fixture vgg16-2048 --model vgg16-2048 --image-size 32 --batch 2 --width-divisor 100 --seed 647
fixture mobilenetv2-batch \
  --model mobilenetv2 --batch-norm batch --image-size 33 --batch 2 --width-divisor 64 --seed 839
fixture mobilenetv2-moving \
  --model mobilenetv2 --batch-norm moving --image-size 33 --batch 1 --width-divisor 64 --seed 32
fixture mobilenetv2-tutorial-batch \
  --model mobilenetv2-tutorial --batch-norm batch --image-size 36 --batch 2 --width-divisor 64 --seed 474
fixture mobilenetv2-tutorial-moving \
  --model mobilenetv2-tutorial --batch-norm moving --image-size 36 --batch 1 --width-divisor 64 --seed 30
fixture cifar10-tutorial --model cifar10-tutorial --image-size 24 --batch 2 --width-divisor 16 --seed 14
fixture lenet5 --model lenet5 --image-size 22 --batch 2 --width-divisor 12 --seed 16
fixture overfeat --model overfeat --image-size 71 --batch 1 --width-divisor 128 --seed 42
fixture vgg11 --model vgg11 --image-size 32 --batch 2 --width-divisor 100 --seed 274
fixture googlenet --model googlenet --image-size 32 --batch 2 --width-divisor 64 --seed 14
fixture vgg16-cifar10-batch \
  --model vgg16-cifar10 --batch-norm batch --image-size 32 --batch 4 --width-divisor 100 --seed 844
fixture vgg16-cifar10-moving \
  --model vgg16-cifar10 --batch-norm moving --image-size 32 --batch 2 --width-divisor 100 --seed 52
fixture resnet18-batch --model resnet18 --batch-norm batch --image-size 33 --batch 2 --width-divisor 64 --seed 50
fixture resnet18-moving --model resnet18 --batch-norm moving --image-size 33 --batch 2 --width-divisor 64 --seed 6
fixture resnet50-batch --model resnet50 --batch-norm batch --image-size 40 --batch 2 --width-divisor 64 --seed 6
fixture resnet50-moving --model resnet50 --batch-norm moving --image-size 40 --batch 2 --width-divisor 64 --seed 1
