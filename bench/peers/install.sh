#!/bin/sh
# Installs the PyTorch peers.
#   sh install.sh           newest pinned PyTorch from PyPI (MKL) into ./venv; about 4.1 GB of disk
#   sh install.sh --debian  also Debian 12's PyTorch 1.13 with OpenBLAS for /usr/bin/python3 (needs root)
#
# PyPI's torch for linux x86_64 is the CUDA build. `import torch` links the CUDA libraries named below even where only
# the CPU is used; triton, cusolver, nvtx and cuda-bindings are not loaded and are left out, so `pip check` complains.
set -eu
cd "$(dirname "$0")"

python3 -m venv venv
pip="venv/bin/pip install --quiet --no-cache-dir"
$pip --no-deps torch==2.15.0 \
  nvidia-cudnn-cu13==9.26.0.51 nvidia-cusparselt-cu13==0.8.1 nvidia-nccl-cu13==2.30.7 nvidia-nvshmem-cu13==3.7.2
$pip "cuda-toolkit[cublas,cudart,cufft,cufile,cupti,cusparse,nvrtc]==13.2.2"
$pip numpy==2.4.6 filelock==4.2.12 typing-extensions==4.16.0 sympy==1.14.0 networkx==3.6.1 jinja2==3.1.6 fsspec==2026.9.0
venv/bin/python -c 'import torch; print("torch", torch.__version__, "threads", torch.get_num_threads())'

if [ "${1:-}" = --debian ]; then
  apt-get update -q
  # Without libopenblas0-openmp Debian's torch runs on the slow reference BLAS; the OpenMP build obeys --threads.
  apt-get install -y -q --no-install-recommends python3-torch libopenblas0-openmp
  /usr/bin/python3 -c 'import torch; print("torch", torch.__version__, "threads", torch.get_num_threads())'
fi
