package org.iommulab.conform;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An experiment's script: what a user did on the machine, a command a line. Nothing in it is known in advance. */
public record Script(List<Entry> entries) {
    public Script {
        entries = List.copyOf(entries);
    }

    /** A line. */
    public sealed interface Entry {}

    /**
     * {@code dev NAME vvvv:dddd N}: a name for the N-th PCI device with these ids.
     *
     * @param ids vendor and device, {@code 8086:10d3}
     * @param index from 0, in the order of the addresses
     */
    public record Variable(String name, String ids, int index) implements Entry {}

    /** {@code section TITLE}: the commands that follow belong together. */
    public record Section(String title) implements Entry {}

    /**
     * Something to do.
     *
     * @param number from 1
     * @param text as it stands there, variables and all
     */
    public record Command(int number, String text) implements Entry {}

    /**
     * Reads {@code script.txt}.
     *
     * @throws BadCapture with line and reason
     * @throws IOException when it cannot be read
     */
    static Script read(Path file) throws IOException {
        var entries = new ArrayList<Entry>();
        int commands = 0;
        int at = 0;
        for (String line : TextFile.lines(file)) {
            at++;
            String text = line.strip();
            if (text.isEmpty() || text.startsWith("#")) {
                continue;
            }
            String[] words = text.split("\\s+");
            switch (words[0]) {
                case "dev" -> entries.add(variable(file, at, words));
                case "section" ->
                    entries.add(new Section(text.substring("section".length()).strip()));
                default -> entries.add(new Command(++commands, text));
            }
        }
        return new Script(entries);
    }

    private static Variable variable(Path file, int line, String[] words) throws BadCapture {
        boolean right =
                words.length == 4 && words[2].matches("[0-9a-f]{4}:[0-9a-f]{4}") && words[3].matches("\\d{1,4}");
        if (!right) {
            throw new BadCapture(file, line, "expected 'dev NAME vvvv:dddd N', as in 'dev NIC 8086:10d3 0'");
        }
        return new Variable(words[1], words[2], Integer.parseInt(words[3]));
    }
}
