"""The checker itself: it finds every planted defect, and nothing in what is right."""

from collections.abc import Callable

import pytest

from app.blueprints.static_files import STATIC
from tests.blueprints import hcl
from tests.blueprints.terraform import problems

FOLDER = STATIC / "cloud-aws" / "terraform"
CLEAN = {
    path.name: path.read_text("utf-8")
    for path in FOLDER.glob("*.tf")
    if path.name != "buckets_staging.tf"
}


def _swap(file: str, old: str, new: str) -> Callable[[], dict[str, str]]:
    def changed() -> dict[str, str]:
        assert CLEAN[file].count(old) >= 1, f"{file} has no {old!r} any more"
        return {**CLEAN, file: CLEAN[file].replace(old, new, 1)}

    return changed


MUTATIONS = {
    "a misspelt type": _swap("queue.tf", '"aws_sqs_queue" "dead"', '"aws_sqs_queues" "dead"'),
    "a misspelt argument": _swap("kms.tf", "enable_key_rotation", "enable_key_rotations"),
    "a missing argument": _swap("network.tf", '  domain = "vpc"', '  domains = "vpc"'),
    "a required argument left out": _swap(
        "kms.tf", "  target_key_id = aws_kms_key.this.key_id\n", ""
    ),
    "an argument for a block": _swap("cluster.tf", "  compute_config {", "  compute_config = {"),
    "a block for an argument": _swap("registry.tf", "image_tag_mutability = ", "name {}\n  x = "),
    "a misspelt block": _swap("storage.tf", "versioning_configuration", "versioning_config"),
    "a misspelt argument in a block": _swap("storage.tf", "sse_algorithm", "sse_algoritm"),
    "a list for a text": _swap("queue.tf", "redrive_policy = jsonencode(", "name = [1]\n  x = (") ,
    "a text for a list": _swap(
        "cluster.tf", 'node_pools    = ["system"]', 'node_pools = "system"'
    ),
    "a text for a yes or no": _swap("kms.tf", "rotation     = true", 'rotation = "yes"'),
    "a word for a number": _swap("kms.tf", "in_days = 30", 'in_days = ["x"]'),
    "an undeclared variable": _swap("providers.tf", "var.region", "var.regions"),
    "an undeclared local": _swap("kms.tf", "local.account}:root", "local.acount}:root"),
    "an undeclared resource": _swap("kms.tf", "aws_kms_key.this.key_id", "aws_kms_key.that.key_id"),
    "an attribute that is not there": _swap("outputs.tf", "this.name", "this.nam"),
    "undeclared data": _swap("locals.tf", "data.aws_partition.current.", "data.aws_partition.x."),
    "a reference inside an index": _swap(
        "network.tf", "var.availability_zones[0]", "var.zones[0]"
    ),
    "a reference inside an index, indexed": _swap(
        "identity.tf", "this[local.source_bucket]", "this[local.bucket]"
    ),
    "each without for_each": _swap(
        "registry.tf", "  for_each             = toset(", "  x = toset("),
    "dynamic of no block": _swap("storage.tf", 'dynamic "expiration"', 'dynamic "expirations"'),
    "a misspelt argument in dynamic": _swap("storage.tf", "days = expiration", "day = expiration"),
    "a single block twice": _swap(
        "cluster.tf",
        "  storage_config {",
        "  storage_config {\n    block_storage {}\n  }\n\n  storage_config {",
    ),
    "an argument twice": _swap(
        "kms.tf", "  enable_key_rotation", "  policy = 1\n  enable_key_rotation"),
    "a resource twice": _swap("queue.tf", '"aws_sqs_queue" "jobs"', '"aws_sqs_queue" "dead"'),
    "a variable twice": _swap("variables.tf", 'variable "environment"', 'variable "name"'),
    "a variable without a type": _swap("variables.tf", "  type        = string\n", ""),
    "a misspelt field of a variable": _swap("variables.tf", "  description = ", "  descriptio = "),
    "a validation without its sentence": _swap(
        "variables.tf", '    error_message = "Choose dev', '    message = "Choose dev'
    ),
    "an output without a value": _swap("outputs.tf", "  value       = aws_eks", "  val = aws_eks"),
    "a block in the provider": _swap("providers.tf", "default_tags {", "default_tag {"),
    "a brace that is not closed": _swap("queue.tf", "  redrive_policy", "}\n}\n  redrive_policy"),
    "a text that is not closed": _swap("kms.tf", '"alias/', "alias/"),
    "an unknown block": _swap("outputs.tf", 'output "cluster_name"', 'outputs "cluster_name"'),
    "a misspelt rule of life": _swap("cluster.tf", "    precondition {", "    preconditions {"),
}  # fmt: skip


def test_what_is_right_passes() -> None:
    assert problems(CLEAN) == []


@pytest.mark.parametrize("what", MUTATIONS)
def test_a_planted_defect_is_found(what: str) -> None:
    assert problems(MUTATIONS[what]()) != []


@pytest.mark.parametrize(
    "text",
    [
        'a = "b',
        'a = "\\x"',
        "a = [1",
        "a = 1 }",
        "a {",
        'a "b" = 1\n',
        "a = <<E\nE\n",
        'a = "%{ if true }"',
        "a = 1\na = 2\n",
        "a {} b {}",
        "§ = 1",
    ],
)
def test_what_it_does_not_know_is_unreadable(text: str) -> None:
    with pytest.raises(hcl.Unreadable):
        hcl.parse(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('"a"', "string"),
        ('"a-${b}"', "expression"),
        ('"a-$${b}"', "string"),
        ("1", "number"),
        ("true", "bool"),
        ("null", "null"),
        ("[1, 2]", "list"),
        ("{ a = 1 }", "map"),
        ("[for x in y : x]", "expression"),
        ("[1][0]", "expression"),
        ("a.b", "expression"),
        ("[\n1,\n2,\n]", "list"),
    ],
)
def test_a_literal_is_told_from_what_is_evaluated(text: str, kind: str) -> None:
    assert hcl.parse(f"a = {text}\n").arguments["a"].kind == kind
