#!/usr/bin/env bash
# One training on all GPUs of several nodes: srun starts torchrun once on each node, and torchrun one rank for each GPU of it. The
# run directory and the model lie on a disk that all nodes see. A preempted job goes on from its checkpoint when it is queued again.
#SBATCH --job-name=dartkit-train
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=1
#SBATCH --gpus-per-node=8
#SBATCH --cpus-per-task=64
#SBATCH --time=24:00:00
#SBATCH --signal=TERM@120
#SBATCH --requeue
set -euo pipefail
run=${1:?usage: sbatch slurm-torchrun.sh RUN_DIRECTORY}
gpus_per_node=8

head=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)
# A port of its own for each job, so that two jobs can share a node.
port=$((20000 + SLURM_JOB_ID % 20000))
srun --kill-on-bad-exit=1 torchrun --nnodes="$SLURM_JOB_NUM_NODES" --nproc-per-node="$gpus_per_node" --max-restarts=0 \
  --rdzv-backend=c10d --rdzv-endpoint="$head:$port" --rdzv-id="$SLURM_JOB_ID" \
  --no-python dartkit train-rl "$run" --engine transformers
