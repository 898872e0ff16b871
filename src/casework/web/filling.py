"""Forms filled in: what was written goes to an action, and what the action refuses is said beside the field."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from casework.actions.act import Conflict, NotPossible
from casework.policy import NotAllowed
from casework.web.errors import words_of
from casework.web.rules import Request
from casework.web.shown import Table
from homeward.model import HomewardError, InvalidValue

__all__ = ["Sheet", "fill", "written"]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page with one form on it.

    ``submit``: the words on its button; ``back``: where one goes who does not want to; ``done``: said when it is done;
    ``lead``: what one should know before; ``danger``: whether the button is drawn as a warning.
    """

    title: str
    submit: str
    back: str
    done: str = ""
    lead: Sequence[str] = ()
    danger: bool = False


def fill(request: Request, sheet: Sheet, form: forms.Form, act: Callable[[dict[str, Any]], str], *,
         stands: Callable[[], Mapping[str, Any]] | None = None, **context: Any) -> HttpResponse:
    """Show the form, or hand what was written to ``act`` and go to the address that it gives.

    What the action refuses is shown in the form, with all that was written still in it; only NotAllowed is not, since
    nothing that can be written would change it. ``stands``: what the record says now, its version included, to be
    shown to whoever was not quick enough.
    """
    status = 200
    if form.is_bound:
        if form.is_valid():
            try:
                goal = act(form.cleaned_data)
            except NotAllowed:
                raise
            except HomewardError as error:
                status = _put(form, error)
                if isinstance(error, Conflict) and stands is not None:
                    context["sections"] = [_meanwhile(form, stands())]
            else:
                if sheet.done:
                    messages.success(request, sheet.done)
                return redirect(goal)
        else:
            status = 400
    return render(request, "web/form.html", {"title": sheet.title, "sheet": sheet, "form": form, **context},
                  status=status)


def written(request: Request) -> Mapping[str, Any]:
    """What a form is bound to: nothing until it is sent."""
    return {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}


def _meanwhile(form: forms.Form, now: Mapping[str, Any]) -> Table:
    """What somebody else has written meanwhile; the form is sent on top of it, if it is sent again."""
    rows = [(field.label, now[field.name], field.value()) for field in form.visible_fields()
            if field.name in now and str(now[field.name] or "") != str(field.value() or "")]
    data: Any = form.data.copy()  # type: ignore[attr-defined]  # a QueryDict
    data["version"] = str(now["version"])
    form.data = data
    return Table("What it says now, and what you wrote", ("Field", "It says now", "You wrote"), rows,
                 empty="It says what you wrote.")


def _put(form: forms.Form, error: HomewardError) -> int:
    """Say an error beside its field, or above the form; gives the answer's status."""
    if isinstance(error, InvalidValue) and error.field in form.fields:
        form.add_error(error.field, error.allowed)
        return 400
    for line in words_of(error):
        form.add_error(None, line)
    if isinstance(error, Conflict):
        form.add_error(None, "Somebody was quicker, and nothing was written. What you wrote is still below: compare "
                             "it with what the record says now, and send it again if it still holds.")
    return 409 if isinstance(error, Conflict | NotPossible) else 400
