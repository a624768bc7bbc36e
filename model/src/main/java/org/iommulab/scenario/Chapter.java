package org.iommulab.scenario;

import java.util.List;

/**
 * One action of the story in a recording.
 *
 * @param index place in the story, from 0
 * @param title what the story list shows
 * @param words what happens here, one or two sentences
 * @param firstStep the step at which it begins
 * @param lastStep its last step; {@code firstStep - 1} when it was never reached
 * @param result in words: {@code 0}, {@code -EBUSY}, {@code not reached}
 * @param output lines that a user read
 */
public record Chapter(
        int index, String title, String words, int firstStep, int lastStep, String result, List<String> output) {
    public Chapter {
        output = List.copyOf(output);
    }

    /** In which nobody reads anything. */
    public Chapter(int index, String title, String words, int firstStep, int lastStep, String result) {
        this(index, title, words, firstStep, lastStep, result, List.of());
    }

    /** The words, and what was read. */
    public String told() {
        String read = output.isEmpty() ? "" : "It says: " + String.join("; ", output) + ".";
        return words.isBlank() || read.isEmpty() ? words + read : words + " " + read;
    }

    public boolean reached() {
        return lastStep >= firstStep;
    }
}
