"""Read `kubectl get deployments --output json` and print {"ok": ...} as JSON.

ok is true only if there is a deployment with copies, and every copy that should run is ready.
"""

import json
import sys


def main() -> int:
    """Print one line and return 0 only if it says ok."""
    rows = [
        {
            "deployment": item["metadata"]["name"],
            "wanted": item["spec"].get("replicas", 1),
            "ready": item.get("status", {}).get("readyReplicas", 0),
        }
        for item in json.load(sys.stdin)["items"]
    ]
    wanted = sum(row["wanted"] for row in rows)
    ok = wanted > 0 and all(row["ready"] >= row["wanted"] for row in rows)
    print(json.dumps({"ok": ok, "deployments": rows}))
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
