#!/usr/bin/env bash
# A Slurm job array that writes into one run directory: each task takes the problems whose id falls into its shard.
# A preempted task ends with status 130 and goes on when it is queued again; srun, because Slurm signals the steps of a job.
#SBATCH --job-name=dartkit-synth
#SBATCH --array=0-7
#SBATCH --gres=gpu:1
#SBATCH --time=24:00:00
#SBATCH --signal=TERM@60
#SBATCH --requeue
set -euo pipefail
run=${1:?usage: sbatch slurm-array.sh RUN_DIRECTORY}
srun dartkit synth "$run" --strategy prop2diff --max-correct 192 --engine vllm --shard "$SLURM_ARRAY_TASK_ID/8"
