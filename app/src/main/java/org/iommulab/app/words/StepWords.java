package org.iommulab.app.words;

import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.scenario.Chapter;
import org.iommulab.scenario.Run;
import org.iommulab.sim.Event;
import org.iommulab.sim.Recording;
import org.iommulab.sim.Term;

/** Says what a step is: what happened, then why, in at most two sentences. */
public final class StepWords {
    private static final String CAPTURED =
            "The machine as it was when it was captured: groups, devices and units as sysfs"
                    + " has them. What the hardware points at cannot be seen from there.";
    private static final String BEFORE = "Nothing has happened yet: this is the machine before its first step.";

    private StepWords() {}

    /** One or two plain sentences for any step from 0 to the recording's length; never empty. */
    public static String sentence(Run run, int step) {
        if (step == 0) {
            return run.recording().length() == 0 ? CAPTURED : BEFORE;
        }
        Recording recording = run.recording();
        Event event = recording.event(step);
        if (event instanceof Event.Chapter) {
            return chapter(run, step, event);
        }
        String what = new EventSentence(recording).of(event);
        String why = why(event);
        return why.isEmpty() ? what : what + " " + why;
    }

    private static String chapter(Run run, int step, Event event) {
        return run.chapters().stream()
                .filter(chapter -> chapter.firstStep() == step)
                .findFirst()
                .map(StepWords::chapter)
                .orElseGet(() -> new EventSentence(run.recording()).of(event));
    }

    private static String chapter(Chapter chapter) {
        return chapter.told().isBlank() ? "A part of the story begins: " + chapter.title() + "." : chapter.told();
    }

    /** The reason, from the explanations; empty where there is none to give. */
    public static String why(Event event) {
        String name = event.term().name();
        return switch (event) {
            case Event.Enter enter ->
                enter.a() == 0 && enter.term().a() == Term.Operand.OBJECT
                        ? Explanations.first(name + ".null", name)
                        : Explanations.first(name);
            case Event.Callback call -> Explanations.first(name, "callback." + callback(call.callback()));
            case Event.Leave leave
            when leave.result() < 0 && isErrno(leave) ->
                Explanations.first(
                        name + "." + Errno.describe(leave.result()), "errno." + Errno.describe(leave.result()));
            case Event.Leave _ -> Explanations.first(name + ".leave");
            case Event.Missing missing -> Explanations.first("missing." + callback(missing.callback()), "kind.Missing");
            case Event.Changed changed ->
                Explanations.first("field." + name + (changed.to() == 0 ? ".0" : ".set"), "field." + name);
            case Event.RegisterWrite write ->
                Explanations.first("register." + name + "." + Hex.plain(write.value()), "register." + name);
            case Event.RegisterRead _ -> Explanations.first("register." + name + ".read");
            case Event.Check check ->
                Explanations.first(check.good() == check.total() ? "kind.Check.good" : "kind.Check.bad");
            case Event.Translated translated ->
                Explanations.first(
                        translated.input() == translated.output() ? "kind.Translated.same" : "kind.Translated");
            case Event.Fault _ -> Explanations.first("fault." + name.replace(' ', '_'), "kind.Fault");
            case Event.Warn _ -> Explanations.first("warn." + name, "kind.Warn");
            case Event.Oops _ -> Explanations.first("oops." + name.replace(' ', '_'), "kind.Oops");
            case Event.Hang _ -> Explanations.first("hang." + name.replace(' ', '_'), "kind.Hang");
            case Event.Tracepoint _ -> Explanations.first("trace." + name, "kind.Tracepoint");
            case Event.Memory memory -> Explanations.first(memory.bytes() < 0 ? "kind.Memory.back" : "kind.Memory");
            case Event.Interrupt interrupt ->
                Explanations.first(interrupt.level() == 0 ? "kind.Interrupt.low" : "kind.Interrupt");
            case Event.Chapter _,
                    Event.TableWrite _,
                    Event.Dma _,
                    Event.TlbHit _,
                    Event.TlbMiss _,
                    Event.WalkRead _,
                    Event.TlbFill _,
                    Event.TlbFlush _,
                    Event.Data _,
                    Event.Log _,
                    Event.UseAfterFree _ ->
                Explanations.first("kind." + event.getClass().getSimpleName());
        };
    }

    private static boolean isErrno(Event.Leave leave) {
        return leave.term().result() == Term.Operand.ERRNO;
    }

    private static String callback(long ordinal) {
        return Callback.of(ordinal).kernelName();
    }
}
