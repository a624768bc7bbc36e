package org.iommulab.app.inspector;

import java.util.List;

/**
 * Everything that the inspector says about one thing at one step.
 *
 * @param id its object id; 0 when there is nothing to show
 * @param title its name
 * @param subtitle what it is, in one line
 * @param facts in the order in which they are shown
 * @param remark a sentence when something is wrong with it, otherwise empty
 */
public record Portrait(int id, String title, String subtitle, List<Fact> facts, String remark) {
    static final Portrait NOTHING = new Portrait(0, "Nothing yet", "", List.of(), "");

    public Portrait {
        facts = List.copyOf(facts);
    }
}
