package org.iommulab.app.graph;

/**
 * What is marked over the picture, by object id; 0 is nothing.
 *
 * @param hover under the pointer
 * @param selected chosen, shared with all views
 * @param focus where the keyboard is
 */
public record Marks(int hover, int selected, int focus) {
    public static final Marks NONE = new Marks(0, 0, 0);
}
