#!/usr/bin/env bash
# One Slurm job that is a Ray cluster: the first node starts the head and the driver, all nodes bring their GPUs, and one run
# directory is written by one driver. A lost node costs the draws in flight on it; a preempted job goes on when it is queued again.
#SBATCH --job-name=dartkit-ray
#SBATCH --nodes=4
#SBATCH --ntasks-per-node=1
#SBATCH --gpus-per-node=8
#SBATCH --cpus-per-task=64
#SBATCH --time=24:00:00
#SBATCH --signal=B:TERM@120
#SBATCH --requeue
#SBATCH --no-kill
set -euo pipefail
run=${1:?usage: sbatch slurm-ray.sh RUN_DIRECTORY}
gpus_per_node=8
replicas=$((SLURM_JOB_NUM_NODES * gpus_per_node))

head=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)
address=$(srun --nodes=1 --ntasks=1 --nodelist="$head" hostname --ip-address | awk '{print $1}')
export RAY_ADDRESS="$address:6379" RAY_USAGE_STATS_ENABLED=0
# Without a token whoever reaches the head's port may run code on every node. The nodes find it in the shared home folder.
export RAY_AUTH_MODE=token
ray get-auth-token --generate >/dev/null

srun --nodes=1 --ntasks=1 --nodelist="$head" --overlap \
  ray start --head --node-ip-address="$address" --port=6379 --num-gpus="$gpus_per_node" --include-dashboard=false --block &
until ray status --address "$RAY_ADDRESS" >/dev/null 2>&1; do sleep 2; done
if [ "$SLURM_JOB_NUM_NODES" -gt 1 ]; then
  srun --nodes="$((SLURM_JOB_NUM_NODES - 1))" --ntasks="$((SLURM_JOB_NUM_NODES - 1))" --exclude="$head" --overlap --kill-on-bad-exit=0 \
    ray start --address="$RAY_ADDRESS" --num-gpus="$gpus_per_node" --block &
fi

# The driver waits for the first replica only; nodes that come later are used from then on.
dartkit synth "$run" --strategy prop2diff --max-correct 192 --engine ray --replicas "$replicas" --replica-engine vllm &
driver=$!
trap 'kill -TERM "$driver"' TERM
wait "$driver" || { trap - TERM; wait "$driver"; }
