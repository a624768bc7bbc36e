package org.iommulab.conform;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A kprobe of a capture: a line of {@code probes.txt}.
 *
 * @param name its event's name
 * @param function the kernel function
 * @param atReturn whether it fires when the function returns
 * @param arguments what it records, as the line has it: {@code dev=… ret=$retval:s32}
 */
record Probe(String name, String function, boolean atReturn, String arguments) {
    /** Those of a capture by name; a probe that this kernel did not accept is not there. */
    static Map<String, Probe> read(Path file) throws IOException {
        var probes = new LinkedHashMap<String, Probe>();
        int at = 0;
        for (String line : TextFile.lines(file)) {
            at++;
            if (line.isBlank()) {
                continue;
            }
            String[] words = line.strip().split("\\s+", 3);
            int slash = words[0].indexOf('/');
            if (words.length < 2 || slash < 0 || !words[0].matches("[pr]\\d*:.+")) {
                throw new BadCapture(file, at, "expected 'p:calls/NAME function arguments' or 'r:...'");
            }
            String name = words[0].substring(slash + 1);
            probes.put(name, new Probe(name, words[1], words[0].startsWith("r"), words.length > 2 ? words[2] : ""));
        }
        return probes;
    }

    boolean records(String argument) {
        return arguments.startsWith(argument + "=") || arguments.contains(" " + argument + "=");
    }
}
