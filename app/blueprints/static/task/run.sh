#!/usr/bin/env bash
# Serves the models on this machine of the task until one of them ends. task.yaml gives GPUS (of one machine) and
# COPIES, a line per model as name=GPUS_OF_A_COPYxCOPIES, those with the most GPUs first. Copies are laid over the
# GPUs of all machines in that order; this machine starts the ones that fall on its own.
set -euo pipefail
slot=0
port=8000
first=$((SKYPILOT_NODE_RANK * GPUS))
for entry in $COPIES; do
  model=${entry%%=*}
  each=${entry#*=}
  size=${each%%x*}
  for _ in $(seq "${each##*x}"); do
    if [ "$slot" -ge "$first" ] && [ "$slot" -lt "$((first + GPUS))" ]; then
      local_gpu=$((slot - first))
      CUDA_VISIBLE_DEVICES=$(seq -s, "$local_gpu" "$((local_gpu + size - 1))") \
        HF_HUB_OFFLINE=1 VLLM_NO_USAGE_STATS=1 \
        vllm serve "/models/$model" --served-model-name "$model" --tensor-parallel-size "$size" --port "$port" &
      port=$((port + 1))
    fi
    slot=$((slot + size))
  done
done
wait -n
