package org.iommulab.capture;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.iommulab.core.Tracepoints;
import org.iommulab.decode.LogLines;
import org.iommulab.sim.Term;

/**
 * Reads the text of {@code trace_pipe} with the kernel's {@code iommu:*} events (include/trace/events/iommu.h) into a
 * recording, line by line. Lines of other events are counted; of lines that make no sense the first are told, too.
 */
public final class TraceReader {
    private static final int BEGINNING = 1 << 16;

    private static final int LINES_BETWEEN = 8192;
    private static final long PAGE = 4096;
    /** What an operand of a recorded event has room for. */
    private static final long MOST_MAPPED = 1L << 36;

    private static final long MOST_UNMAPPED = 1L << 44;
    private static final long MOST_PHYSICAL = 1L << 52;

    private static final Pattern MEMBERSHIP =
            Pattern.compile("IOMMU: groupID=(?<group>\\d{1,9}) device=(?<device>\\S{1,128})");
    private static final Pattern DEVICE = Pattern.compile("IOMMU: device=(?<device>\\S{1,128})");
    private static final Pattern MAP = Pattern.compile("IOMMU: iova=0x(?<iova>[0-9a-f]{1,16}) - 0x[0-9a-f]{1,16} "
            + "paddr=0x(?<paddr>[0-9a-f]{1,16}) size=(?<size>\\d{1,18})");
    private static final Pattern UNMAP = Pattern.compile("IOMMU: iova=0x(?<iova>[0-9a-f]{1,16}) - 0x[0-9a-f]{1,16} "
            + "size=(?<size>\\d{1,18}) unmapped_size=(?<unmapped>\\d{1,18})");
    private static final Pattern FAULT =
            Pattern.compile("IOMMU: ?(?<driver>\\S{1,64}) (?<device>\\S{1,128}) iova=0x(?<iova>[0-9a-f]{1,16})"
                    + " flags=0x(?<flags>[0-9a-f]{1,8})");

    private final CapturedTrace.Builder trace;
    private long bytes;

    /** Is told how far the reading is. */
    @FunctionalInterface
    public interface Progress {
        /**
         * @param bytes read so far
         * @return whether to go on; if not, the trace ends here
         */
        boolean goesOn(long bytes);
    }

    private TraceReader(Optional<CapturedTopology> topology) {
        this.trace = new CapturedTrace.Builder(topology);
    }

    /**
     * Reads to the end, or until the progress says no.
     *
     * @param topology of the machine that was traced, if it is known: names of drivers and units are from there
     * @throws org.iommulab.sim.LimitReached when there are more events or devices than a recording has room for
     */
    public static CapturedTrace read(InputStream in, Optional<CapturedTopology> topology, Progress progress)
            throws IOException {
        return new TraceReader(topology).read(new LogLines(in), progress);
    }

    /** Whether a file begins like a trace; it may be long, and no more of it is read. */
    public static boolean isTrace(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return isTrace(new String(in.readNBytes(BEGINNING), StandardCharsets.UTF_8));
        }
    }

    /** Whether a text begins like a trace. */
    public static boolean isTrace(String text) {
        return text.startsWith("# tracer:")
                || text.lines()
                        .limit(200)
                        .anyMatch(line -> TraceLine.parse(line).isPresent());
    }

    private CapturedTrace read(LogLines lines, Progress progress) throws IOException {
        boolean whole = true;
        long number = 0;
        for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
            line(++number, line.get());
            bytes += line.get().length() + 1;
            if (number % LINES_BETWEEN == 0 && !progress.goesOn(bytes)) {
                whole = false;
                break;
            }
        }
        return trace.finish(whole);
    }

    private void line(long number, String text) {
        if (text.isBlank() || text.startsWith("#") || text.startsWith("CPU:")) {
            return;
        }
        Optional<TraceLine> line = TraceLine.parse(text);
        if (line.isEmpty()) {
            trace.bad(number, "no line of a trace: expected task, [CPU], flags, time and event");
        } else if (!event(line.get())) {
            trace.bad(number, "the event " + line.get().event() + " does not have the kernel's text");
        }
    }

    /** Whether the event is another one or has the text that it should have. */
    private boolean event(TraceLine line) {
        return switch (line.event()) {
            case "add_device_to_group" -> membership(line, true);
            case "remove_device_from_group" -> membership(line, false);
            case "attach_device_to_domain" -> device(line, Tracepoints.ATTACH_DEVICE);
            case "detach_device_from_domain" -> device(line, Tracepoints.DETACH_DEVICE);
            case "map" -> map(line);
            case "unmap" -> unmap(line);
            case "io_page_fault" -> fault(line);
            case "tracing_mark_write", "print" -> {
                trace.marker(line.seconds(), line.text());
                yield true;
            }
            default -> {
                trace.other();
                yield true;
            }
        };
    }

    private boolean membership(TraceLine line, boolean joins) {
        Matcher matcher = MEMBERSHIP.matcher(line.text());
        if (!matcher.matches()) {
            return false;
        }
        trace.membership(line.seconds(), joins, Integer.parseInt(matcher.group("group")), matcher.group("device"));
        return true;
    }

    private boolean device(TraceLine line, Term event) {
        Matcher matcher = DEVICE.matcher(line.text());
        if (!matcher.matches()) {
            return false;
        }
        trace.device(line.seconds(), event, matcher.group("device"));
        return true;
    }

    private boolean map(TraceLine line) {
        Matcher matcher = MAP.matcher(line.text());
        if (!matcher.matches()) {
            return false;
        }
        long physical = hex(matcher, "paddr");
        long size = Long.parseLong(matcher.group("size"));
        if (size % PAGE != 0
                || size >= MOST_MAPPED
                || physical % PAGE != 0
                || Long.compareUnsigned(physical, MOST_PHYSICAL) >= 0) {
            return false;
        }
        trace.event(line.seconds(), Tracepoints.MAP, 0, hex(matcher, "iova"), Term.packPages(physical, size));
        return true;
    }

    private boolean unmap(TraceLine line) {
        Matcher matcher = UNMAP.matcher(line.text());
        if (!matcher.matches()) {
            return false;
        }
        long size = Long.parseLong(matcher.group("size"));
        long unmapped = Long.parseLong(matcher.group("unmapped"));
        if (size % PAGE != 0 || unmapped % PAGE != 0 || size >= MOST_UNMAPPED || unmapped >= MOST_UNMAPPED) {
            return false;
        }
        trace.event(line.seconds(), Tracepoints.UNMAP, 0, hex(matcher, "iova"), Term.packSizes(size, unmapped));
        return true;
    }

    private boolean fault(TraceLine line) {
        Matcher matcher = FAULT.matcher(line.text());
        if (!matcher.matches()) {
            return false;
        }
        trace.fault(
                line.seconds(),
                matcher.group("driver"),
                matcher.group("device"),
                hex(matcher, "iova"),
                hex(matcher, "flags"));
        return true;
    }

    private static long hex(Matcher matcher, String group) {
        return Long.parseUnsignedLong(matcher.group(group), 16);
    }
}
