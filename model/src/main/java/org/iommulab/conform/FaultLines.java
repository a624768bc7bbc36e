package org.iommulab.conform;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What an IOMMU's driver printed about accesses of a device. Emulated units merge faults that follow each other, so lines
 * may be missing in what was recorded; those that are there must be the lab's, in order.
 */
final class FaultLines {
    private static final Pattern STAMP = Pattern.compile("^\\[\\s*\\d+\\.\\d+]\\s");
    private static final Pattern STEP = Pattern.compile("iot: STEP (\\d{1,9}) BEGIN (.*)");

    private static final String DMA = "edu.dma ";

    /** How many interrupts there were depends on how soon the CPU came to each. */
    private static final Pattern UNCOUNTED = Pattern.compile("DMAR: DRHD: handling fault status reg .*");

    private FaultLines() {}

    /** The lines of {@code dmesg.txt} by the steps in which a device did DMA; steps that it does not have are not there. */
    static Map<Integer, List<String>> read(Path file) throws IOException {
        var lines = new HashMap<Integer, List<String>>();
        int step = 0;
        try (Stream<String> all = Files.lines(file, StandardCharsets.ISO_8859_1)) {
            for (String line : (Iterable<String>) all::iterator) {
                String text = STAMP.matcher(line).replaceFirst("");
                Matcher mark = STEP.matcher(text);
                if (mark.matches()) {
                    step = isDma(mark.group(2)) ? Integer.parseInt(mark.group(1)) : 0;
                    if (step > 0) {
                        lines.put(step, new ArrayList<>());
                    }
                } else if (step > 0 && !text.startsWith("iot: ") && isCounted(text)) {
                    lines.getOrDefault(step, new ArrayList<>()).add(text);
                }
            }
        }
        return lines;
    }

    /** Whether a command makes a device reach for memory. */
    static boolean isDma(String command) {
        return command.startsWith(DMA);
    }

    private static boolean isCounted(String text) {
        return !UNCOUNTED.matcher(text).matches();
    }

    /** How many of the recorded lines the lab printed too, in order. */
    static int found(List<String> recorded, List<String> lab) {
        return Comparing.inCommon(recorded, lab);
    }
}
