package org.iommulab.conform;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What of an experiment nothing was recorded for, in words: silence could be taken for agreement. */
record NotCompared(
        CaptureFolder folder,
        List<StepResult> recorded,
        List<StepResult> lab,
        Map<Integer, List<Call>> calls,
        Map<Integer, List<String>> faults) {

    List<String> notes() {
        var notes = new ArrayList<String>();
        steps(notes);
        calls(notes);
        faults(notes);
        return notes;
    }

    private void steps(List<String> notes) {
        Set<Integer> numbers = recorded.stream().map(StepResult::number).collect(Collectors.toSet());
        List<Integer> without = lab.stream()
                .map(StepResult::number)
                .filter(number -> !numbers.contains(number))
                .toList();
        tell(notes, "steps.json has no result", without, lab.size());
    }

    private void calls(List<String> notes) {
        List<String> missing = List.of("probes.txt", "calls.txt").stream()
                .filter(name -> !folder.has(name))
                .toList();
        if (!missing.isEmpty()) {
            notes.add("calls are not compared: there is no " + String.join(" and no ", missing));
            return;
        }
        List<Integer> steps = recorded.stream()
                .filter(Comparing::isCompared)
                .map(StepResult::number)
                .toList();
        tell(
                notes,
                "calls.txt does not have the whole",
                steps.stream().filter(number -> !calls.containsKey(number)).toList(),
                steps.size());
    }

    private void faults(List<String> notes) {
        List<Integer> dma = recorded.stream()
                .filter(step -> FaultLines.isDma(step.command()))
                .map(StepResult::number)
                .toList();
        List<Integer> without =
                dma.stream().filter(number -> !faults.containsKey(number)).toList();
        if (!folder.has("dmesg.txt") && !dma.isEmpty()) {
            notes.add("fault lines are not compared: there is no dmesg.txt");
        } else {
            tell(notes, "dmesg.txt has nothing", without, dma.size());
        }
    }

    private static void tell(List<String> notes, String what, List<Integer> steps, int all) {
        if (!steps.isEmpty()) {
            notes.add("%s of %d of %d steps%s, from step %d on"
                    .formatted(what, steps.size(), all, what.startsWith("dmesg") ? " with DMA" : "", steps.getFirst()));
        }
    }
}
