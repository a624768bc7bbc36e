package org.iommulab.scenario;

/**
 * One action of the story in a recording.
 *
 * @param index place in the story, from 0
 * @param title what the story list shows
 * @param words what happens here, one or two sentences
 * @param firstStep the step at which it begins
 * @param lastStep its last step; {@code firstStep - 1} when it was never reached
 * @param result in words: {@code 0}, {@code -EBUSY}, {@code not reached}
 */
public record Chapter(int index, String title, String words, int firstStep, int lastStep, String result) {
    public boolean reached() {
        return lastStep >= firstStep;
    }
}
