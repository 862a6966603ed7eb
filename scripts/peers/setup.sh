#!/usr/bin/env bash
# Makes what the peers need in $PEERS_HOME: two virtual environments (TensorFlow and PyTorch want different packages)
# and the oracle's files with parameters, an image and the right answers. What is there is kept; 7 GB in all.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
home=${PEERS_HOME:-${TMPDIR:-/tmp}/bench-peers}
mkdir -p "$home/references"

for name in torch tensorflow; do
  # A list that has changed since is installed again.
  [[ $home/$name/ready -nt $here/requirements-$name.txt ]] && continue
  echo "Installing $name and others into $home/$name ..." >&2
  python3 -m venv "$home/$name"
  "$home/$name/bin/python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements-$name.txt"
  touch "$home/$name/ready"
done

# reference NAME ORACLE-ARGUMENTS...: written under another name first, so that an interrupted one is made again.
reference() {
  local file=$home/references/$1.safetensors
  shift
  [[ -e $file ]] && return
  echo "Computing $file ..." >&2
  "$home/torch/bin/python" "$here/../oracle/oracle.py" --batch 1 --output "$file.part" "$@"
  mv "$file.part" "$file"
}
reference mobilenetv2-forward --model mobilenetv2 --batch-norm moving
reference mobilenetv2-forward-backward --model mobilenetv2 --batch-norm batch
reference vgg16 --model vgg16
reference alexnet --model alexnet
echo "$home"
