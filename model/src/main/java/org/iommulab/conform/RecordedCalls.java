package org.iommulab.conform;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code calls.txt}: which kernel functions were called in each step of an experiment, by the experiment's own task. A
 * step counts when its end is there too: a file may have been cut off.
 */
final class RecordedCalls {
    private static final Pattern LINE = Pattern.compile("\\s*(\\S+)-\\d+\\s+\\[\\d+]\\s+\\S+\\s+[\\d.]+: (\\w+): (.*)");
    private static final Pattern MARK = Pattern.compile("STEP (\\d{1,9}) (BEGIN|END).*");
    private static final Pattern DEVICE = Pattern.compile("\\bdev=\"([^\"]*)\"");
    private static final Pattern GROUP = Pattern.compile("\\bgroup=\"([^\"]*)\"");
    private static final Pattern DOMAIN = Pattern.compile("\\bdomain=0x([0-9a-f]{1,16})\\b");
    private static final Pattern RESULT = Pattern.compile("\\bret=(-?\\d{1,18})\\b");

    private final Map<String, Probe> probes;
    private final Map<Integer, List<Call>> steps = new HashMap<>();
    private final CallContext context;
    private final List<Call> current = new ArrayList<>();
    private int step;
    private String task = "";

    private RecordedCalls(Map<String, Probe> probes) {
        this.probes = probes;
        this.context = new CallContext(probes.values());
    }

    /** The calls by the steps' numbers. */
    static Map<Integer, List<Call>> read(Path file, Map<String, Probe> probes) throws IOException {
        var calls = new RecordedCalls(probes);
        TextFile.lines(file).forEach(calls::line);
        return calls.steps;
    }

    private void line(String line) {
        Matcher parts = LINE.matcher(line);
        if (!parts.matches()) {
            return;
        }
        if (parts.group(2).equals("tracing_mark_write")) {
            mark(parts.group(1), parts.group(3));
        } else if (step > 0 && parts.group(1).equals(task)) {
            Optional.ofNullable(probes.get(parts.group(2))).ifPresent(probe -> call(probe, parts.group(3)));
        }
    }

    private void mark(String who, String text) {
        Matcher mark = MARK.matcher(text);
        if (mark.matches()) {
            boolean begin = mark.group(2).equals("BEGIN");
            if (!begin && step == Integer.parseInt(mark.group(1))) {
                steps.put(step, List.copyOf(current));
            }
            step = begin ? Integer.parseInt(mark.group(1)) : 0;
            task = who;
            context.clear();
            current.clear();
        }
    }

    private void call(Probe probe, String text) {
        if (probe.atReturn()) {
            context.left(probe.function());
        }
        current.add(new Call(
                probe.name(),
                context.now(),
                find(DEVICE, text),
                find(GROUP, text),
                find(DOMAIN, text)
                        .map(hex -> OptionalLong.of(Long.parseUnsignedLong(hex, 16)))
                        .orElseGet(OptionalLong::empty),
                find(RESULT, text)
                        .map(number -> OptionalLong.of(Long.parseLong(number)))
                        .orElseGet(OptionalLong::empty)));
        if (!probe.atReturn()) {
            context.entered(probe.function());
        }
    }

    private static Optional<String> find(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }
}
