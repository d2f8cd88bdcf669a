"""The SkyPilot task: machines that are started for the work and ended after it."""

from app.blueprints.kubernetes import document
from app.blueprints.parts import Plan, TaskPart
from app.blueprints.pins import pins
from app.blueprints.sizing import Serving, with_copies

_IDLE_MINUTES = 15
_DISK_GB = 512


def task(plan: Plan, part: TaskPart) -> str:
    """task.yaml: every value is a shipped name, a number, or a blank to fill in."""
    return document(
        {
            "name": plan.name,
            # Only the script goes along: beside it may lie an inventory, a vault, a state.
            "workdir": "task",
            "num_nodes": part.machines_most,
            "resources": {
                "infra": part.infra,
                "accelerators": f"{part.accelerator}:{part.gpus_per_machine}",
                "image_id": f"docker:{_image(plan)}",
                "disk_size": _DISK_GB,
                # The clusters of this task end by themselves: nobody pays for one forgotten.
                "autostop": {"idle_minutes": _IDLE_MINUTES, "down": True},
            },
            "file_mounts": {"/models": "set-me"},
            "envs": {
                "GPUS": str(part.gpus_per_machine),
                "COPIES": " ".join(_copies(serving) for serving in _laid_out(plan, part)),
                # Beside an own site somebody decides first: see hybrid/HYBRID.md.
                **({"DATA_CLASS": "set-me"} if plan.site is not None else {}),
            },
            "run": "bash run.sh",
        }
    )


def _image(plan: Plan) -> str:
    """The public image; one of yours where sound is read, which the public one cannot."""
    if any(serving.kind == "speech" for serving in plan.servings):
        return "registry.example.com/set-me:set-me"
    return f"vllm/vllm-openai:{pins()['vllm'].version}"


def _laid_out(plan: Plan, part: TaskPart) -> list[Serving]:
    """The models with the copies that fill the task's machines, the largest first.

    Copies need a power of two of GPUs, so laid out like this none lies across two machines.
    """
    most = part.gpus_most
    sized = with_copies(plan.servings, ready=0, most=most)
    return sorted(sized, key=lambda serving: (-serving.gpus_per_copy, serving.key))


def _copies(serving: Serving) -> str:
    """One entry of what run.sh reads: NAME=GPUSxCOPIES, and :TOKENS where a request has a limit."""
    limit = f":{serving.longest_request}" if serving.longest_request is not None else ""
    return f"{serving.key}={serving.gpus_per_copy}x{serving.copies_most}{limit}"
