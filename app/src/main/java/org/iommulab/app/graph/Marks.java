package org.iommulab.app.graph;

import java.util.List;
import org.iommulab.app.playback.Lit;

/**
 * What is marked over the picture, by object id; 0 is nothing.
 *
 * @param hover under the pointer
 * @param selected chosen, shared with all views
 * @param second chosen together with it
 * @param focus where the keyboard is
 * @param lit lines between devices
 */
public record Marks(int hover, int selected, int second, int focus, List<Lit> lit) {
    public static final Marks NONE = new Marks(0, 0, 0, 0, List.of());

    public Marks {
        lit = List.copyOf(lit);
    }
}
