package org.iommulab.app.story;

import org.iommulab.scenario.Run;

/** Says what happens at a step: what, then why, in at most two sentences. */
@FunctionalInterface
public interface Words {
    String sentence(Run run, int step);
}
