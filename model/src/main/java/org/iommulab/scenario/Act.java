package org.iommulab.scenario;

import java.util.Optional;
import org.iommulab.json.Inline;

/**
 * One step of a story: what is done, how it is told, and what should come of it.
 *
 * @param title what the story list shows; made from the action when missing
 * @param words what happens here, one or two sentences
 * @param expect what should come of it, by kernel
 */
public record Act(
        @Inline Action action, Optional<String> title, Optional<String> words, ByKernel<ActExpectation> expect) {}
