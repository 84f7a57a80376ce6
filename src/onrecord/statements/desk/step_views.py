# SPDX-License-Identifier: Apache-2.0
"""A page for each step. The rules are in `actions`; a view only says what the step means and calls it."""

from __future__ import annotations

from typing import Any

from django.contrib.messages import success as tell_success
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onrecord.people.models import Organisation
from onrecord.people.roles import Right
from onrecord.statements import actions
from onrecord.statements.actions.approval import not_what_was_read
from onrecord.statements.desk import moments, panels, proofs
from onrecord.statements.desk.confirming import GoesOut, StepView, incomplete
from onrecord.statements.desk.forms import (
    ChangeForm,
    MomentForm,
    RequestForm,
    StepForm,
    TranslateForm,
    UnderstoodChangeForm,
    UnderstoodForm,
    UnsealForm,
    WithdrawForm,
)
from onrecord.statements.models import State


class Submit(StepView):
    """Hand a text to the editors."""

    step = "submit"
    page_title = gettext_lazy("Submit for approval")
    explanation = gettext_lazy(
        "The text is closed until an editor has approved it or asked for changes. You can take it back."
    )
    button = gettext_lazy("Submit for approval")
    done = gettext_lazy("“%(title)s” waits for approval.")
    shows_text = True

    def why_not(self) -> str:
        return super().why_not() or incomplete(self.statement)

    def get_form_class(self) -> type[StepForm]:
        return ChangeForm if self.newest else StepForm

    def get_initial(self) -> dict[str, Any]:
        progress = panels.progress_of(self.statement)
        return {"change": progress.change, "change_note": progress.change_note}

    def act(self, data: dict[str, Any]) -> object:
        return actions.submit(self.statement, by=self.person, **data)


class RequestChanges(StepView):
    """Send a text back with what should change."""

    step = "request_changes"
    right = Right.APPROVE
    form_class = RequestForm
    page_title = gettext_lazy("Ask for changes")
    explanation = gettext_lazy("Whoever wrote the text finds your request on their front page.")
    button = gettext_lazy("Send back")
    done = gettext_lazy("“%(title)s” went back to its writers.")
    shows_text = True

    def act(self, data: dict[str, Any]) -> object:
        return actions.request_changes(self.statement, by=self.person, **data)


class Approve(StepView):
    """Approve exactly the text that is shown."""

    step = "approve"
    right = Right.APPROVE
    page_title = gettext_lazy("Approve")
    explanation = gettext_lazy(
        "You approve exactly this text. If a single word of it changes, the approval is void."
    )
    of_withdrawal = gettext_lazy(
        "You approve that this statement is withdrawn, for exactly this reason. If the reason changes, the "
        "approval is void."
    )
    button = gettext_lazy("Approve")
    done = gettext_lazy("“%(title)s” is approved.")
    template_name = "statements/desk/approve.html"
    shows_text = True

    def act(self, data: dict[str, Any]) -> object:
        return actions.approve(self.statement, by=self.person, seen=self.seen)


class Reopen(StepView):
    """Take a submission, an approval or a date back."""

    step = "reopen"
    page_title = gettext_lazy("Take back")
    explanation = gettext_lazy("It is a draft again. A date is void, and it needs approval anew.")
    button = gettext_lazy("Take back")
    done = gettext_lazy("“%(title)s” was taken back.")

    def act(self, data: dict[str, Any]) -> object:
        return actions.reopen(self.statement, by=self.person)


class Schedule(StepView):
    """Set the moment of release: entered with a zone, read back in words, then confirmed."""

    step = "schedule"
    form_class = MomentForm
    template_name = "statements/desk/schedule.html"
    page_title = gettext_lazy("Schedule or embargo")
    button = gettext_lazy("Continue")
    done = gettext_lazy("“%(title)s” has a date.")

    def get_initial(self) -> dict[str, Any]:
        progress = panels.progress_of(self.statement)
        return {
            "zone": progress.release_zone or Organisation.current().time_zone,
            "embargoed": progress.embargoed,
            "terms": progress.embargo_terms,
            "seal": progress.seal_id is not None,
        }

    def get_form_kwargs(self) -> dict[str, Any]:
        sealed = panels.progress_of(self.statement).seal_id is not None
        return super().get_form_kwargs() | {"is_sealed": sealed}

    def form_valid(self, form: Any) -> HttpResponse:
        if "again" in self.request.POST:
            return self.form_invalid(form)
        if "confirmed" in self.request.POST:
            return super().form_valid(form)
        return self.render_to_response(self.get_context_data(form=form, **self._in_words(form)))

    def act(self, data: dict[str, Any]) -> object:
        return actions.schedule(
            self.statement,
            by=self.person,
            at=data["moment"],
            zone=data["zone"],
            embargoed=data["embargoed"],
            terms=data["terms"],
            seal=data["seal"],
            reason=data.get("reason", ""),
        )

    def _in_words(self, form: MomentForm) -> dict[str, Any]:
        data = form.cleaned_data
        return {"words": moments.in_words(data["moment"], data["zone"])}


class Unschedule(StepView):
    """Take the moment of release back."""

    step = "unschedule"
    page_title = gettext_lazy("Take the date back")
    explanation = gettext_lazy("The approval stays. You can release it now or choose another moment.")
    button = gettext_lazy("Take the date back")
    done = gettext_lazy("“%(title)s” has no date any more. It is still approved.")

    def get_form_class(self) -> type[StepForm]:
        return UnsealForm if panels.progress_of(self.statement).seal_id else StepForm

    def act(self, data: dict[str, Any]) -> object:
        return actions.unschedule(self.statement, by=self.person, **data)


class Release(GoesOut):
    """Freeze the approved text and publish it."""

    step = "release"
    page_title = gettext_lazy("Release now")
    explanation = gettext_lazy(
        "The text is frozen, entered in the public record and put on the site at once. "
        "After that it can be corrected or withdrawn, but what was said stays readable for good."
    )
    of_withdrawal = gettext_lazy(
        "A new edition says that the statement no longer stands, and why. It is entered in the public record "
        "and put on the site at once, and cannot be taken back. The text stays readable, marked as withdrawn."
    )
    button = gettext_lazy("Release now")

    def act(self, data: dict[str, Any]) -> object:
        return actions.release(self.statement, by=self.person, seen=self.seen)


class PublishNow(GoesOut):
    """Publish what nobody has approved, and have it reviewed after."""

    step = "publish_now"
    right = Right.APPROVE
    is_serious = True
    page_title = gettext_lazy("Publish now, review after")
    explanation = gettext_lazy(
        "Nobody else has approved this text. It goes out at once in the organisation's name and into a "
        "public record from which nothing is ever removed. The edition is marked as not yet reviewed, and "
        "the editors are asked to look at it, until somebody other than you has approved it."
    )
    button = gettext_lazy("Publish without approval")

    def why_not(self) -> str:
        return super().why_not() or incomplete(self.statement)

    def get_form_class(self) -> type[StepForm]:
        # What was submitted has its kind of change already; a withdrawal has none.
        asked = panels.progress_of(self.statement).state == State.SUBMITTED
        return UnderstoodChangeForm if self.newest and not asked else UnderstoodForm

    def act(self, data: dict[str, Any]) -> object:
        data.pop("understood")
        return actions.publish_now_review_after(self.statement, by=self.person, seen=self.seen, **data)


class Review(StepView):
    """Approve, after the fact, what was published before approval."""

    step = "review"
    right = Right.APPROVE
    page_title = gettext_lazy("Approve what was published")
    explanation = gettext_lazy(
        "This edition was published before anybody else had seen it. If it is right, approve it. If it is "
        "not, go back and write a correction, or withdraw it."
    )
    button = gettext_lazy("Approve what was published")
    done = gettext_lazy("“%(title)s” is approved after the fact.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if self.newest is not None:
            context["proof"] = proofs.proof_of_edition(self.newest)
            context["seen"] = str(self.newest.pk)
        return context

    def act(self, data: dict[str, Any]) -> object:
        if self.newest is not None and self.seen not in {"", str(self.newest.pk)}:
            raise not_what_was_read()
        return actions.review(self.newest, by=self.person) if self.newest else None


class Withdraw(StepView):
    """Propose to say that a statement no longer stands."""

    step = "withdraw"
    form_class = WithdrawForm
    is_serious = True
    page_title = gettext_lazy("Withdraw")
    explanation = gettext_lazy(
        "A new edition says that the statement no longer stands, and why. The text stays readable, marked as "
        "withdrawn. Like every edition it has to be approved before it is released."
    )
    button = gettext_lazy("Propose the withdrawal")
    done = gettext_lazy("The withdrawal of “%(title)s” waits for approval.")

    def get_initial(self) -> dict[str, Any]:
        return {"reason": panels.progress_of(self.statement).withdrawal_reason}

    def act(self, data: dict[str, Any]) -> object:
        return actions.propose_withdrawal(self.statement, by=self.person, **data)


class Translate(StepView):
    """Begin a translation."""

    step = "translate"
    form_class = TranslateForm
    page_title = gettext_lazy("Translate")
    explanation = gettext_lazy("A draft begins in the other language with the text as it stands here.")
    button = gettext_lazy("Begin the translation")

    def why_not(self) -> str:
        if why_not := super().why_not():
            return why_not
        return "" if self.missing else _("It exists in all languages of the newsroom already.")

    @cached_property
    def missing(self) -> list[str]:
        """Return the newsroom's languages in which the statement does not exist."""
        have = {self.statement.language}
        have |= set(self.statement.translations.values_list("locale__language_code", flat=True))
        return [code for code in Organisation.current().languages if code not in have]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"missing": self.missing}

    def take(self, data: dict[str, Any]) -> HttpResponse:
        translation = actions.translate(self.statement, by=self.person, **data)
        tell_success(self.request, _("The translation begins as a copy. Now write it."))
        return redirect("statements:edit", translation.pk)


class Discard(StepView):
    """Throw a draft away that was never released."""

    step = "discard"
    is_serious = True
    page_title = gettext_lazy("Discard the draft")
    explanation = gettext_lazy("The draft and its history are deleted for good. It was never published.")
    button = gettext_lazy("Discard the draft")
    done = gettext_lazy("“%(title)s” was discarded.")

    def act(self, data: dict[str, Any]) -> object:
        return actions.discard(self.statement, by=self.person)

    def get_success_url(self) -> str:
        return reverse("statements:list")


class MarkCurrent(StepView):
    """Confirm that a translation renders the newest edition of its original."""

    step = "mark_current"
    page_title = gettext_lazy("The translation is current")
    explanation = gettext_lazy(
        "You confirm that this text renders the newest edition of the original. Readers learn it with the "
        "next edition of the translation, which may be a minor one."
    )
    button = gettext_lazy("Confirm")
    done = gettext_lazy("“%(title)s” counts as current.")

    def why_not(self) -> str:
        return "" if panels.is_stale(self.statement) else _("This translation is not behind its original.")

    def act(self, data: dict[str, Any]) -> object:
        return actions.mark_translation_current(self.statement, by=self.person)


STEPS: tuple[type[StepView], ...] = (
    Submit,
    RequestChanges,
    Approve,
    Reopen,
    Schedule,
    Unschedule,
    Release,
    PublishNow,
    Review,
    Withdraw,
    Translate,
    Discard,
    MarkCurrent,
)
