package org.iommulab.app.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.scenario.Judgement;
import org.iommulab.scenario.Outcome;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.scenario.Run;
import org.iommulab.scenario.ScenarioFile;
import org.iommulab.scenario.StoryLane;
import org.iommulab.sim.LimitReached;

/** What came of a story in each of its lanes. */
final class LanesReport {
    private record One(StoryLane lane, KernelBuild kernel, Run run, RunReport report) {
        boolean met() {
            return run.judgements().stream().allMatch(Judgement::met);
        }
    }

    private final List<One> all = new ArrayList<>();

    void add(ScenarioFile file, KernelBuild kernel, Run run) {
        all.add(new One(file.scenario().lane().orElseThrow(), kernel, run, new RunReport(file, kernel, run)));
    }

    /** Whether every lane did what the story expects of it. */
    boolean met() {
        return all.stream().allMatch(One::met);
    }

    /** The first limit that ended a lane. */
    Optional<LimitReached> limit() {
        return all.stream()
                .map(One::run)
                .filter(PlayedRun.class::isInstance)
                .flatMap(run -> ((PlayedRun) run).limit().stream())
                .findFirst();
    }

    void text(PrintWriter out, boolean events, boolean trace) {
        var rows = new ArrayList<List<String>>();
        for (One one : all) {
            out.println("== lane " + one.lane().name() + ": " + one.lane().title());
            if (events) {
                one.report().events(out);
            } else if (trace) {
                one.report().trace(out);
            } else {
                one.report().text(out);
            }
            out.println();
            rows.add(List.of(
                    one.lane().name(),
                    KernelLine.of(one.kernel()),
                    one.met() ? "as expected" : "not as expected",
                    one.run().outcome().text()));
        }
        Output.table(out, List.of("lane", "kernel", "expectations", "outcome"), rows);
        out.println("outcome: " + worst().text());
    }

    Map<String, Object> json(boolean events, boolean trace) {
        var json = new LinkedHashMap<String, Object>();
        var lanes = new ArrayList<Map<String, Object>>();
        for (One one : all) {
            var lane = new LinkedHashMap<String, Object>();
            lane.put("lane", one.lane().name());
            lane.put("laneTitle", one.lane().title());
            lane.putAll(one.report().json(events, trace));
            lanes.add(lane);
        }
        json.put("lanes", lanes);
        json.put("asExpected", met());
        json.put("outcome", worst().word());
        json.put("outcomeText", worst().text());
        return json;
    }

    /** The outcome of the lane that fared worst. */
    private Outcome worst() {
        Outcome worst = all.getFirst().run().outcome();
        for (One one : all) {
            Outcome outcome = one.run().outcome();
            worst = badness(outcome) > badness(worst) ? outcome : worst;
        }
        return worst;
    }

    private static int badness(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Ok _ -> 0;
            case Outcome.Broken _ -> 1;
            case Outcome.Oops _ -> 2;
            case Outcome.Hang _ -> 3;
        };
    }
}
