package org.iommulab.app.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.explore.why.Chain;
import org.iommulab.explore.why.Why;
import org.iommulab.scenario.Run;

/** The way from a cause to a harm, a row for each of its steps. */
final class WhyReport {
    /** Stands for the end of a run, however long it is. */
    static final String END = "2147483647";

    private final Run run;
    private final Optional<Chain> chain;

    /** @param step at which something is wrong, or behind it */
    WhyReport(Run run, int step) {
        this.run = run;
        this.chain = Why.of(run, step);
    }

    void write(PrintWriter out, boolean asJson) {
        if (asJson) {
            Output.json(out, json());
        } else {
            text(out);
        }
    }

    private void text(PrintWriter out) {
        out.println(chain.map(found -> "why: " + found.harm().words()).orElse("nothing goes wrong"));
        chain.ifPresent(found -> Output.table(
                out,
                List.of("  ", "step", "what happens"),
                found.links().stream()
                        .map(link -> List.of("  ", Integer.toString(link.step()), link.words()))
                        .toList()));
        out.println("outcome: " + run.outcome().text());
    }

    private Map<String, Object> json() {
        var json = new LinkedHashMap<String, Object>();
        json.put("kernel", run.kernel().spec());
        json.put("outcome", run.outcome().word());
        json.put("harm", chain.map(found -> found.harm().words()).orElse(""));
        json.put(
                "chain",
                chain.map(found -> found.links().stream().map(WhyReport::json).toList())
                        .orElse(List.of()));
        return json;
    }

    private static Map<String, Object> json(Chain.Link link) {
        var json = new LinkedHashMap<String, Object>();
        json.put("step", link.step());
        json.put("words", link.words());
        return json;
    }
}
