"""What an uncertain input is called, in which unit it is, and how well it is known."""

from collections.abc import Mapping

from app.domain.cost.setting import Setting

_MARKET_NAMES: Mapping[str, str] = {
    "price.jump_rate": "how often list prices are cut",
    "site.electricity": "electricity price",
}
# Inputs that are drawn from a figure of another name.
_DRAWN_FROM: Mapping[str, str] = {"site.electricity": "electricity.elsewhere"}


def is_asked(name: str, setting: Setting) -> bool:
    """Whether a question asks for the input; otherwise it is a figure of the market."""
    return setting.answers.questions.has_field(name)


def answer_path(name: str, setting: Setting) -> str:
    """Where the input is answered: by itself, or in place of a figure; "" for the market's own."""
    if is_asked(name, setting):
        return name
    figure, answers = _DRAWN_FROM.get(name, name), setting.answers
    instead = (f for f in answers.questions.replacing if f.kind == "quantity")
    return next((f.path for f in instead if figure in f.replaces and answers.is_given(f.path)), "")


def input_name(name: str, setting: Setting) -> str:
    """The input in words, as inside a sentence."""
    if is_asked(name, setting):
        field = setting.answers.questions.field(name)
        modality = f" ({name.split('.')[1]})" if name.startswith("modalities.") else ""
        return field.label[:1].lower() + field.label[1:] + modality
    if name in setting.facts.figures:
        return setting.facts.figures[name].label
    return _MARKET_NAMES.get(name) or _process_name(name, setting)


def _process_name(name: str, setting: Setting) -> str:
    """A price path or something unknown, which no figure holds."""
    kind, _, rest = name.rpartition(".") if name.startswith("unknown.") else _parts(name)
    providers = setting.facts.providers
    who = providers[rest].name if rest in providers else rest
    said = {
        "price.jump": f"when {who} cuts its list price",
        "price.cut": f"how deep {who} cuts its list price",
        "price.specialist": f"how the prices of {who} move",
        "price.api": f"how the prices of {who} move",
        "unknown.carbon": f"carbon of a {who} that is not known",
    }
    return said.get(kind, name)


def _parts(name: str) -> tuple[str, str, str]:
    """`price.jump.aws.2` → `price.jump`, `.`, `aws`."""
    head, kind, *rest = (*name.split("."), "", "")[:4]
    return f"{head}.{kind}", ".", rest[0]


def input_unit(name: str, setting: Setting) -> str:
    """Its unit; `share` for what is typed in percent, "" for none."""
    if is_asked(name, setting):
        field = setting.answers.questions.field(name)
        return "share" if field.percent else field.unit
    figure = setting.facts.figures.get(name)
    return figure.unit if figure else ""


def evidence_of(name: str, setting: Setting) -> str:
    """How the input is known: the grade of an answer, `default` or `market figure`."""
    path = answer_path(name, setting)
    if setting.answers.is_given(path):
        return setting.answers.given[path].evidence
    return "default" if path else "market figure"
