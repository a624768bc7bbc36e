package org.iommulab.explore;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.iommulab.decode.Decoded;
import org.iommulab.decode.RawLine;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.sim.Event;
import org.iommulab.sim.Recording;
import org.iommulab.words.KernelLogText;

/**
 * The walks behind lines of a log that tell of faults, where the machine is known: a run of it prints one of these lines
 * itself, after the access that was refused.
 */
public final class FaultWalks {
    private static final long PAGE = 4096;

    private final PlayedRun run;
    /** What the run prints, by wording. A line that is there several times stands for one access after the other. */
    private final Map<String, Deque<KernelLogText.Line>> printed = new HashMap<>();

    /**
     * @param access the step at which the device puts the access on the bus
     * @param unit the unit that walked
     * @param trace what it found, as the tables were then
     */
    public record Walk(int access, String unit, WalkTrace trace) {}

    /** Reads the recording alone: on any thread. */
    public FaultWalks(PlayedRun run) {
        this.run = run;
        KernelLogText.lines(run.recording(), run.logForm())
                .forEach(line -> printed.computeIfAbsent(line.text().strip(), _ -> new ArrayDeque<>())
                        .add(line));
    }

    /** Moves the run's cursor there. Empty when {@link #access} is. */
    public Optional<Walk> walk(Decoded decoded) {
        OptionalInt access = access(decoded);
        return access.isEmpty() ? Optional.empty() : at(access.getAsInt());
    }

    private Optional<Walk> at(int access) {
        var dma = (Event.Dma) run.recording().event(access);
        var port = (DmaMaster) run.recording().machine().object(dma.object());
        String unit = port.unit().map(IommuUnit::label).orElse("");
        return run.momentAt(access).walk().map(trace -> new Walk(access, unit, trace));
    }

    /**
     * The step of the access that these lines tell of; lines that a log has again are to be asked for in its order. Empty
     * when the run prints none of them, or nothing was accessed before. Reads the recording alone: on any thread.
     */
    public OptionalInt access(Decoded decoded) {
        return decoded.lines().stream()
                .flatMap(text -> next(RawLine.of(0, text).body().strip()).stream())
                .mapToInt(line -> before(run.recording(), line))
                .filter(step -> step != 0)
                .findFirst();
    }

    private Optional<KernelLogText.Line> next(String body) {
        Deque<KernelLogText.Line> lines = printed.getOrDefault(body, new ArrayDeque<>());
        return Optional.ofNullable(lines.size() > 1 ? lines.poll() : lines.peek());
    }

    // Several accesses may be refused before a handler tells of the first: the one whose address the line has.
    private static int before(Recording recording, KernelLogText.Line line) {
        String text = line.text().toLowerCase(Locale.ROOT);
        int named = recording.previous(
                line.step(),
                event -> event instanceof Event.Dma dma
                        && (text.contains(Long.toHexString(dma.address()))
                                || text.contains(Long.toHexString(dma.address() & -PAGE))));
        int fault = recording.previous(line.step(), event -> event instanceof Event.Fault);
        return named != 0 || fault == 0 ? named : recording.previous(fault, event -> event instanceof Event.Dma);
    }
}
