package org.iommulab.scenario;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.sim.Event;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Recording;
import org.iommulab.words.KernelLogText;

/**
 * What came of a run, as far as expectations look at it.
 *
 * @param brokenRules keys
 * @param log lines of the kernel log, without times
 * @param acts one for each action of the story
 */
public record Evidence(Outcome outcome, List<String> brokenRules, List<String> log, List<ActEvidence> acts) {
    public Evidence {
        brokenRules = List.copyOf(brokenRules);
        log = List.copyOf(log);
        acts = List.copyOf(acts);
    }

    /**
     * What came of one action.
     *
     * @param result in words: {@code 0}, {@code -EBUSY}, {@code not reached}
     * @param log lines of the kernel log while it ran
     * @param warn functions whose WARN fired while it ran, in order
     * @param output lines that were read
     */
    public record ActEvidence(String result, List<String> log, List<String> warn, List<String> output) {
        public ActEvidence {
            output = List.copyOf(output);
            log = List.copyOf(log);
            warn = List.copyOf(warn);
        }
    }

    /** Gathers the evidence from a recording. */
    public static Evidence of(
            Recording recording,
            KernelLogText.Form form,
            List<Chapter> chapters,
            Outcome outcome,
            List<String> brokenRules) {
        List<KernelLogText.Line> log = KernelLogText.lines(recording, form);
        var acts = new ArrayList<ActEvidence>();
        for (Chapter chapter : chapters) {
            acts.add(new ActEvidence(
                    chapter.result(),
                    log.stream()
                            .filter(line -> line.step() >= chapter.firstStep() && line.step() <= chapter.lastStep())
                            .map(KernelLogText.Line::text)
                            .toList(),
                    warnings(recording, chapter),
                    chapter.output()));
        }
        return new Evidence(
                outcome, brokenRules, log.stream().map(KernelLogText.Line::text).toList(), acts);
    }

    private static List<String> warnings(Recording recording, Chapter chapter) {
        var functions = new ArrayList<String>();
        for (int step = Math.max(1, chapter.firstStep()); step <= chapter.lastStep(); step++) {
            if (recording.kind(step) == EventKind.WARN) {
                Event warn = recording.event(step);
                functions.add(warn.term().name());
            }
        }
        return functions;
    }
}
