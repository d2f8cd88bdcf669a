#!/usr/bin/env bash
# Serves the models on this machine of the task until one of them ends. task.yaml gives GPUS (of one machine) and
# COPIES, an entry per model as name=GPUS_OF_A_COPYxCOPIES, those with the most GPUs first; a language model's entry goes
# on with :TOKENS, the longest request. Copies are laid over the GPUs of all machines in that order; this machine starts
# the ones that fall on its own. Beside an own site task.yaml gives DATA_CLASS too, and nothing else than public starts.
set -euo pipefail
if [ "${DATA_CLASS-public}" != public ]; then
  echo "DATA_CLASS is not public: this data may not be worked on here." >&2
  exit 1
fi
slot=0
port=8000
first=$((SKYPILOT_NODE_RANK * GPUS))
for entry in $COPIES; do
  model=${entry%%=*}
  laid=${entry#*=}
  each=${laid%%:*}
  size=${each%%x*}
  case $model in
    embeddings-*) how="--runner=pooling" ;;
    language-*) how="--tensor-parallel-size=$size" ;;
    *) how="" ;;
  esac
  case $laid in
    *:*) how="$how --max-model-len=${laid##*:}" ;;
  esac
  for _ in $(seq "${each##*x}"); do
    if [ "$slot" -ge "$first" ] && [ "$slot" -lt "$((first + GPUS))" ]; then
      local_gpu=$((slot - first))
      # shellcheck disable=SC2086 # how is a list of options without a space in any of them, or nothing
      CUDA_VISIBLE_DEVICES=$(seq -s, "$local_gpu" "$((local_gpu + size - 1))") \
        HF_HUB_OFFLINE=1 VLLM_NO_USAGE_STATS=1 \
        vllm serve "/models/$model" --served-model-name="$model" --port="$port" $how &
      port=$((port + 1))
    fi
    slot=$((slot + size))
  done
done
wait -n
